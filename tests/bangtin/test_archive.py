"""The archive of a village's past minute: exactly what was shown and said, by whose word, and nothing that cannot be proven."""

import asyncio
import hashlib
import io
import json
import sqlite3
import subprocess
import sys
import wave
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pygame
import pytest
from click.testing import CliRunner

from bangtin.archive.facts import Facts
from bangtin.archive.folder import MANIFEST, seal
from bangtin.archive.verify import verify_archive
from bangtin.archive.write import Writer
from bangtin.main import main
from bundle.errors import Refused
from evidence.records import Outcome, Rung, Shown, Sounded
from evidence.signing import claimed, fingerprint, new_key, public_jwk, sign, thumbprint
from registry.web.archived import read_records
from tests.bangtin.archived import BEGIN, SIZE, UNIT, VILLAGE, Past, notice
from tests.simulators.content import CHANNEL


@pytest.fixture
async def past(tmp_path):
    """A morning: a first bundle, a greeting, a corrected bundle, a withdrawal, a flood."""
    made = Past(tmp_path)
    await made.start()
    made.bundle(1, notice("hop-thon", "Họp thôn tối thứ Bảy"), notice("tiem", "Lịch tiêm chủng"))
    made.watch(60)
    made.speak("loi-chao", "sang@2026-05-04/0", 1)
    await made.report()
    made.second = made.at
    made.bundle(2, notice("hop-thon", "Họp thôn dời sang Chủ Nhật"), notice("tiem", "Lịch tiêm chủng mới"))
    made.watch(60)
    await made.report()
    made.third = made.at
    made.withdraw("hop-thon", 2)
    made.watch(30)
    await made.report()
    made.fourth = made.at
    made.alert = made.flood().alerts[0]
    made.watch(60)
    made.speak(str(made.alert.identity()), "alert:lu-1/0", 1)
    await made.report()
    made.later(hours=2)
    made.bundle(3, notice("moi", "Tin mới nhất"))
    made.watch(5)
    await made.report()
    yield made
    await made.stop()


def export(past, out, at=BEGIN, minutes=1):
    with read_records(past.data) as records:
        return Writer(past.publisher.tree, records, SIZE, lambda _: None).write(VILLAGE, at, minutes, past.folder / out)


def facts(past, out) -> Facts:
    return Facts.model_validate_json((past.folder / out / "facts.json").read_bytes())


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def refused(folder: Path, **how) -> str:
    with pytest.raises(Refused) as problem:
        verify_archive(folder, **how)
    return str(problem.value)


def text_of(folder: Path) -> str:
    return (folder / "index.html").read_text(encoding="utf-8")


async def test_it_holds_what_was_on_the_board_then_and_not_what_came_later(past):
    export(past, "out")
    said = text_of(past.folder / "out")
    for wanted in ("Họp thôn tối thứ Bảy", "12/TB-UBND", "Lò Thị Mây", "Hoàng Văn Suối", "UBND xã Bản Mẫu", VILLAGE):
        assert wanted in said
    assert "Chủ Nhật" not in said
    assert "Tin mới nhất" not in said
    export(past, "second", past.second)
    assert "Chủ Nhật" in text_of(past.folder / "second")
    assert "tối thứ Bảy" not in text_of(past.folder / "second")


@pytest.mark.parametrize("which", ["first", "second"])
async def test_a_page_is_pixel_for_pixel_the_one_that_the_unit_presented(past, which):
    """Also when no report stood between the arrival of a bundle and its receipts."""
    at = BEGIN if which == "first" else past.second
    export(past, "out", at)
    drawn = json.loads((past.folder / "out/drawn.json").read_bytes())
    receipts = [each.line for each in facts(past, "out").units[0].receipts if isinstance(each.line, Shown)]
    shown = [line for line in receipts if line.began.wall >= at and line.outcome is Outcome.COMPLETE]
    assert {line.item for line in shown[:2]} == {"hop-thon", "tiem"}
    assert {line.version for line in shown} == {1 if which == "first" else 2}
    presented = [pixels for name, pixels in past.seen.items() if name.endswith(f"@{at:%H:%M}")]
    for line in shown[:2]:
        (page,) = drawn["pages"][f"{UNIT}/display/{line.n}"]
        picture = pygame.image.load(past.folder / "out" / page)
        assert pygame.image.tobytes(picture, "RGB") in presented


async def test_sound_is_the_very_blob_with_its_receipts_and_their_rung(past):
    export(past, "out", BEGIN + timedelta(seconds=90))
    (unit,) = facts(past, "out").units
    told = [each for each in unit.receipts if isinstance(each.line, Sounded)]
    # Both ends of it, though it began before the minute asked for.
    assert [(each.line.outcome, each.line.rung) for each in told] == [
        (Outcome.STARTED, Rung.COMMANDED),
        (Outcome.COMPLETE, Rung.LEFT_DRIVER),
    ]
    assert past.speech in files(past.folder / "out").values()
    (tape,) = (past.folder / "out/sound").iterdir()
    with wave.open(io.BytesIO(tape.read_bytes())) as sound:
        assert sound.getnframes() / sound.getframerate() == pytest.approx(1.0, abs=0.05)
        loud = max(abs(int.from_bytes(sound.readframes(1), "little", signed=True)) for _ in range(20_000))
    assert loud == pytest.approx(0.3 * 32768 * 10 ** (-3 / 20), rel=0.1)
    assert "đã rời máy" in text_of(past.folder / "out")


async def test_a_withdrawn_item_says_so(past):
    export(past, "out", past.third - timedelta(minutes=31))
    assert "sai ngày" not in text_of(past.folder / "out")
    export(past, "later", past.third - timedelta(minutes=1), minutes=2)
    verify_archive(past.folder / "later")
    assert [item.withdrawn for item in facts(past, "later").items if item.item == "hop-thon"] == ["sai ngày"]


async def test_an_airing_of_an_alert_is_proven_with_its_words(past):
    export(past, "out", past.fourth + timedelta(seconds=70))
    (alert,) = [item for item in facts(past, "out").items if item.kind == "alert"]
    assert alert.item == str(past.alert.identity())
    assert (alert.authors, alert.approvers) == (("Đinh Thị Gió",), ("Trần Văn Mưa",))
    assert "Lũ đang lên" in text_of(past.folder / "out")
    assert {each.line.kind for each in facts(past, "out").units[0].receipts} >= {"sounded"}


async def test_twice_the_same_is_byte_for_byte_the_same(past):
    first, second = export(past, "one", minutes=3), export(past, "two", minutes=3)
    assert first == second
    assert files(past.folder / "one") == files(past.folder / "two")


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
    assert "facts.json" in forged(folder, "registry.json", b"2026-05-04T01:00:00Z", b"2026-05-04T00:59:00Z")


def blank_added(folder: Path) -> str:
    (folder / MANIFEST).write_bytes((folder / MANIFEST).read_bytes() + b" ")
    told = refused(folder)
    seal(folder)
    return told


async def test_a_unit_that_had_not_got_the_newest_is_shown_with_what_it_had(past):
    past.later(hours=6)  # the flood is over
    past.watch(1)
    await past.report()
    past.bundle(4, notice("chua-toi", "Tin chưa tới thôn"), arrives=False)
    since = past.at
    past.watch(20)
    # Nothing was heard of it since: its last word before counts, not what was released meanwhile.
    export(past, "silent", since)
    assert "Tin mới nhất" in text_of(past.folder / "silent")
    past.later(minutes=5)
    await past.report()
    for out, at in (("shown", since), ("by-plan", since + timedelta(minutes=3))):
        export(past, out, at)
        verify_archive(past.folder / out)
        (unit,) = facts(past, out).units
        (bundle,) = [each for each in unit.force if each.target.endswith("/bundle.json")]
        assert (bundle.released, bundle.before, bundle.after) == (4, 3, 3)
        assert "Tin mới nhất" in text_of(past.folder / out)
        assert "chưa tới" not in text_of(past.folder / out)
    assert not any(isinstance(each.line, Shown) for each in facts(past, "by-plan").units[0].receipts)


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


async def test_a_unit_that_has_not_reported_since_is_not_taken_for_complete(past):
    now = past.at - timedelta(minutes=30)
    export(past, "out", now + timedelta(minutes=40))
    (unit,) = facts(past, "out").units
    assert unit.silent_after
    assert not unit.receipts
    assert "Chưa có báo cáo nào sau" in text_of(past.folder / "out")
    # No receipt tells, so the page is the one by the rules, and says that it is not proven.
    drawn = json.loads((past.folder / "out/drawn.json").read_bytes())
    assert drawn["plans"][0]["pages"]
    assert "chưa được chứng minh" in text_of(past.folder / "out")
    export(past, "whole")
    assert not facts(past, "whole").units[0].silent_after


def database(past, statement, *values):
    with sqlite3.connect(past.data / "registry.db") as connection:
        connection.execute(statement, values)
    connection.close()


async def test_lines_whose_signed_report_is_gone_are_named_and_not_believed(past):
    export(past, "before", past.second, minutes=120)
    held = {each.line.n for each in facts(past, "before").units[0].receipts if each.program == "display"}
    with sqlite3.connect(past.data / "registry.db") as connection:
        (n,) = connection.execute("SELECT n FROM report ORDER BY latest LIMIT 1 OFFSET 1").fetchone()
        connection.execute("UPDATE report SET token = NULL WHERE n = ?", (n,))
    connection.close()
    export(past, "out", past.second, minutes=120)
    verify_archive(past.folder / "out")
    (unit,) = facts(past, "out").units
    (gap,) = [each for each in unit.missing if each.program == "display"]
    assert gap.why == "signature-not-kept"
    assert set(range(gap.first, gap.last + 1)) == held - {each.line.n for each in unit.receipts if each.program == "display"}
    database(past, "DELETE FROM line WHERE program = 'display' AND n = ?", gap.first)
    export(past, "less", past.second, minutes=120)
    assert [each.why for each in facts(past, "less").units[0].missing if each.program == "display"] == ["no-report"]
    assert f"{gap.first}–{gap.last}" in text_of(past.folder / "less")


async def test_a_release_of_which_no_proof_was_kept_is_named(past):
    (past.publisher.site / f"history/{CHANNEL}/bundle.json/1.pack").unlink()
    export(past, "out")
    verify_archive(past.folder / "out")
    assert f"packs/{CHANNEL}/bundle.json/1.pack" in text_of(past.folder / "out")
    assert "Không có nội dung đã ký" in text_of(past.folder / "out")


async def test_a_blob_that_the_tree_lost_is_named_and_the_rest_stands(past):
    past.publisher.tree.blob(hashlib.sha256(past.speech).hexdigest()).unlink()
    export(past, "out", BEGIN + timedelta(seconds=90))
    verify_archive(past.folder / "out")
    assert "release tree lacks the blob" in text_of(past.folder / "out")


def command(*words):
    return CliRunner().invoke(main, ["archive", *(str(word) for word in words)])


def asked(past, **changed):
    options = {"village": VILLAGE, "at": "2026-05-04T08:00", "site": past.publisher.site, "data": past.data, "size": "640x360"} | changed
    return command(*(word for name, value in options.items() for word in (f"--{name}", value)), past.folder / "cli")


async def test_the_command_writes_and_verifies_and_changes_nothing_it_reads(past):
    before = files(past.publisher.site)
    done = asked(past)
    assert done.exit_code == 0, done.output
    assert files(past.publisher.site) == before
    assert "Họp thôn tối thứ Bảy" in text_of(past.folder / "cli")
    checked = command("verify", past.folder / "cli", "--root-fingerprint", fingerprint(past.publisher.root_bytes))
    assert checked.exit_code == 0, checked.output
    assert "compared" in checked.output
    assert done.output.split()[-1] in checked.output
    again = asked(past)
    assert again.exit_code == 2
    assert "is there already" in again.output


async def test_it_needs_no_running_registry(past):
    with_it = export(past, "out")
    await past.registry.stop()
    strange = past.data.rename(past.folder / "sổ #1 100%?")
    with read_records(strange) as records:
        assert Writer(past.publisher.tree, records, SIZE, lambda _: None).write(VILLAGE, BEGIN, 1, past.folder / "again") == with_it


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"village": "vn.99"}, "no unit was ever enrolled in vn.99"),
        ({"village": "Thôn Ba"}, "not a place code"),
        ({"at": "2020-01-01T06:00"}, "had no unit yet; its first was enrolled 04/05/2026 00:00 UTC"),
        ({"at": "2190-01-01T06:00"}, "is still to come"),
        ({"at": "hôm qua"}, "not a time"),
        ({"size": "big"}, "not a size"),
        ({"data": "/nowhere"}, "there is no database"),
        ({"site": "/nowhere"}, "not in the release tree"),
    ],
)
async def test_what_cannot_be_archived_is_one_clear_sentence(past, changed, sentence):
    done = asked(past, **changed)
    assert done.exit_code == 2, done.output
    assert sentence in " ".join(done.output.split())
    assert done.output.count("✗") == 1
    assert not (past.folder / "cli").exists()


async def test_a_full_disk_is_told_before_anything_is_written(past, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=10 * 2**20))
    done = asked(past)
    assert done.exit_code == 2
    assert "are needed, 10 MB are free" in done.output
    assert not (past.folder / "cli").exists()


async def test_the_readme_s_recipe_opens_a_report_without_our_software(past):
    """Copied out of README.txt and run by itself."""
    export(past, "out")
    folder = past.folder / "out"
    lines = (folder / "README.txt").read_text(encoding="utf-8").splitlines()
    start = next(n for n, line in enumerate(lines) if "import base64" in line)
    end = next(n for n, line in enumerate(lines) if "print(json.dumps" in line)
    recipe = "\n".join(line[7:] for line in lines[start : end + 1])
    key = json.loads((folder / "registry.json").read_bytes())["units"][0]["key"]
    report = next(path for path in sorted(folder.glob("units/*/reports/*.jws")))
    code = f"REPORT = {str(report)!r}\nKEY = {key!r}\n{recipe}"
    done = await asyncio.to_thread(subprocess.run, [sys.executable, "-I", "-c", code], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["unit"] == UNIT
