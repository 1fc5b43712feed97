"""Verifying an archive, years later and by strangers: whatever was changed is found and named, also by a forger who seals it anew."""

import asyncio
import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from bangtin.archive.folder import MANIFEST, seal
from bangtin.archive.verify import verify_archive
from evidence.signing import claimed, fingerprint, new_key, public_jwk, sign, thumbprint
from tests.bangtin.archived import BEGIN, UNIT, command, export, files, notice, refused
from tests.simulators.content import CHANNEL


async def test_it_verifies_a_year_later_with_new_root_keys_and_nothing_but_the_folder(past, tmp_path):
    root = fingerprint(past.publisher.root_bytes)
    before = export(past, "out")
    past.publisher.rotate_root()
    past.publisher.renew(CHANNEL, BEGIN + timedelta(days=500))
    past.bundle(4, notice("nam-sau", "Tin năm sau"))
    assert export(past, "again") == before
    moved = (past.folder / "out").rename(tmp_path / "elsewhere")
    for gone in (past.publisher.site, past.data):
        gone.rename(gone.with_name(f"{gone.name}-gone"))
    found = verify_archive(moved, root, {UNIT: thumbprint(public_jwk(past.key))}, redraw=True)
    assert found.seal == before
    for gone in (past.publisher.site, past.data):
        gone.with_name(f"{gone.name}-gone").rename(gone)


async def test_any_flipped_bit_in_any_file_is_found_and_named(past):
    export(past, "out", minutes=3)
    folder = past.folder / "out"
    names = list(files(folder))
    assert {name.split("/")[0] for name in names} >= {"packs", "units", "blobs", "pages", "sound", "root.json", "README.txt"}
    for name in names:
        raw = (folder / name).read_bytes()
        for place in {0, len(raw) // 2, len(raw) - 1}:
            (folder / name).write_bytes(raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :])
            assert name in refused(folder), (name, place)
        (folder / name).write_bytes(raw)
    verify_archive(folder)


async def test_a_file_too_many_too_few_or_a_link_is_named(past):
    export(past, "out")
    folder = past.folder / "out"
    (folder / "packs/extra.txt").write_text("x")
    assert "packs/extra.txt" in refused(folder)
    (folder / "packs/extra.txt").unlink()
    raw = (folder / "README.txt").read_bytes()
    (folder / "README.txt").unlink()
    assert "README.txt" in refused(folder)
    (past.folder / "other.txt").write_bytes(raw)
    (folder / "README.txt").symlink_to(past.folder / "other.txt")
    assert "README.txt" in refused(folder)


def forged(folder: Path, name: str, old: bytes, new: bytes) -> str:
    """Somebody changes one file, seals the folder anew, and hands it out."""
    raw = (folder / name).read_bytes()
    assert old in raw
    (folder / name).write_bytes(raw.replace(old, new))
    seal(folder)
    told = refused(folder)
    (folder / name).write_bytes(raw)
    seal(folder)
    return told


async def test_a_forger_who_seals_it_anew_is_found_by_the_signatures(past):
    export(past, "out")
    folder = past.folder / "out"
    (pack,) = [name for name in files(folder) if "bundle.json" in name]
    assert pack in forged(folder, pack, "thứ Bảy".encode(), "thứ Năm".encode())
    assert "index.html" in forged(folder, "index.html", "trọn vẹn".encode(), "bị ngắt".encode())
    assert "index.html" in forged(folder, "index.html", b"12/TB-UBND", b"13/TB-UBND")
    assert "facts.json" in forged(folder, "facts.json", b'"complete"', b'"interrupted"')
    report = next(name for name in files(folder) if name.endswith(".jws"))
    token = (folder / report).read_bytes()
    assert report in forged(folder, report, token, sign(claimed(token.decode()), new_key()).encode())
    assert MANIFEST in blank_added(folder)
    for name in ("packs/x.pack", f"packs/{CHANNEL}/other.json/1.pack", f"packs/{CHANNEL}/bundle.json/2.pack", "units/loa-02/reports/1.jws"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes((folder / (report if name.endswith("jws") else pack)).read_bytes())
        seal(folder)
        assert (name if name.startswith("packs") else "loa-02") in refused(folder)
        (folder / name).unlink()
    assert "facts.json" in forged(folder, "registry.json", b"2026-05-04T01:00:00Z", b"2026-05-04T00:59:00Z")


def blank_added(folder: Path) -> str:
    (folder / MANIFEST).write_bytes((folder / MANIFEST).read_bytes() + b" ")
    told = refused(folder)
    seal(folder)
    return told


async def test_a_picture_swapped_by_a_forger_is_found_by_drawing_again(past):
    export(past, "out")
    folder = past.folder / "out"
    one, two = sorted(name for name in files(folder) if name.startswith("pages/"))[:2]
    (folder / one).write_bytes((folder / two).read_bytes())
    seal(folder)
    verify_archive(folder)
    assert one in refused(folder, redraw=True)


async def test_paper_tells_another_root_another_key_and_another_seal(past):
    export(past, "out")
    assert "root.json" in refused(past.folder / "out", root_fingerprint="0" * 32)
    assert UNIT in refused(past.folder / "out", keys={UNIT: thumbprint(public_jwk(new_key()))})
    done = command("verify", past.folder / "out", "--seal", "0" * 64)
    assert done.exit_code == 2
    assert "manifest.json" in done.output


async def test_the_readme_s_recipe_opens_a_report_without_our_software(past):
    """Copied out of README.txt and run by itself."""
    export(past, "out")
    folder = past.folder / "out"
    lines = (folder / "README.txt").read_text(encoding="utf-8").splitlines()
    start = next(n for n, line in enumerate(lines) if "import base64" in line)
    end = next(n for n, line in enumerate(lines) if "print(json.dumps" in line)
    recipe = "\n".join(line[7:] for line in lines[start : end + 1])
    key = json.loads((folder / "registry.json").read_bytes())["units"][0]["key"]
    report = sorted(folder.glob("units/*/reports/*.jws"))[0]
    code = f"REPORT = {str(report)!r}\nKEY = {key!r}\n{recipe}"
    done = await asyncio.to_thread(subprocess.run, [sys.executable, "-I", "-c", code], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["unit"] == UNIT
