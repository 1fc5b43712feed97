"""Writing an archive: what was in force by then from the release tree, what units signed from the registry's database."""

import shutil
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path

from bangtin.archive.draw import draw, needed
from bangtin.archive.facts import Facts, KeptLines, Proofs, Proven, Said, UnitSaid, facts, prove
from bangtin.archive.folder import seal, whole_blob, write_json
from bangtin.archive.live import put, spoken
from bangtin.archive.page import page
from bangtin.archive.releases import PACKS, Release, Releases, pack_file, read_release
from bangtin.archive.told import MARGIN, Window, read_testimony
from bundle.area import AreaCode
from bundle.asset import Asset, Clip, blob_path
from bundle.errors import Refused, refuse
from bundle.trust import PLAYED, Target, path_for, role_for
from evidence.packing import DICTIONARY
from evidence.records import Shown, Sounded
from evidence.signing import fingerprint
from registry.fleet.archived import Enrolled, Records
from registry.live.recording import Kept
from registry.trust.site import Site, make_pack

Step = Callable[[str], None]
ROOM = 64 * 1024 * 1024
"""Bytes that stay free on the disk."""


class Writer:
    """One export from the release tree *site* and the registry's *records*; *step* is told what is being done."""

    def __init__(self, site: Site, records: Records, size: tuple[int, int], step: Step) -> None:
        self._site, self._records, self._size, self._step = site, records, size, step
        self._root = site.root()

    def write(self, village: AreaCode, start: datetime, minutes: int, out: Path) -> str:
        """Write the archive to *out*, which must be new; whole or not at all. Returns its seal."""
        if out.exists() and (not out.is_dir() or any(out.iterdir())):
            raise refuse(str(out), "đã có / is there already", "chọn thư mục mới / choose a new folder")
        window = Window(start, start + timedelta(minutes=minutes))
        enrolled = self._records.enrolled_at(village, start)
        tokens = {each.unit: self._tokens(each, window) for each in enrolled}
        packs, lacking = self._packs(enrolled, tokens, window)
        said = Said(
            village=village,
            start=window.start,
            end=window.end,
            width=self._size[0],
            height=self._size[1],
            units=tuple(self._unit(each, tokens[each.unit], window) for each in enrolled),
            lacking_packs=lacking,
        )
        proofs = Proofs(self._root, packs, tokens, {each.unit: each.token for each in enrolled if each.token})
        proven = prove(said, proofs)
        found = facts(said, proofs, proven, fingerprint(self._root))
        assets = needed(found, proven, said)
        blobs = {sha256: path for sha256 in sorted(assets) if (path := whole_blob(self._site.folder, sha256))}
        said = said.model_copy(update={"lacking_blobs": tuple(sorted(set(assets) - set(blobs)))})
        channels = frozenset(channel for each in enrolled for channel in each.channels)
        voices = spoken(self._records.spoken_live(), found, channels, window)
        _room(out.parent, proofs, assets.values(), len(proven.testimonies), sum(each.size for each in voices.values()))
        return self._put(out, said, proofs, proven, found, blobs, voices)

    def _tokens(self, each: Enrolled, window: Window) -> dict[str, str]:
        self._step(f"báo cáo của / reports of {each.unit}")
        signed = self._records.signed(each.unit, window.start - MARGIN, window.end + MARGIN)
        return {f"units/{each.unit}/reports/{n:05d}.jws": token for n, token in enumerate(signed, 1)}

    def _unit(self, each: Enrolled, tokens: dict[str, str], window: Window) -> UnitSaid:
        holes = [gap for gap in read_testimony(tokens, each.unit, each.key).missing(window) if not gap.by_unit]
        unsigned = []
        for hole in holes:
            kept = self._records.kept_lines(each.unit, hole.program, hole.first, hole.last)
            if len(kept) == hole.last - hole.first + 1:
                unsigned.append(KeptLines(program=hole.program, first=hole.first, last=hole.last))
        return UnitSaid(
            unit=each.unit,
            place=each.place,
            place_name=each.place_name,
            channels=each.channels,
            languages=each.languages,
            since=each.since,
            key=each.key,
            unsigned=tuple(unsigned),
        )

    def _packs(
        self, enrolled: Iterable[Enrolled], tokens: dict[str, dict[str, str]], window: Window
    ) -> tuple[dict[str, bytes], tuple[str, ...]]:
        """The packs of what was in force, what had been released, and what receipts name; and what there is no proof of."""
        known: dict[tuple[str, Target], list[Release]] = {}
        raws: dict[str, bytes] = {}
        for channel, target in dict.fromkeys((channel, target) for each in enrolled for channel in each.channels for target in PLAYED):
            self._step(f"bản phát hành / releases of {path_for(channel, target)}")
            for file, raw in self._history(channel, target).items():
                # One that is damaged proves nothing: it is named as lacking where a unit had it in force.
                with suppress(Refused):
                    known.setdefault((channel, target), []).append(read_release(file, raw, self._root))
                    raws[file] = raw
        releases = Releases((release for found in known.values() for release in found), self._root)
        wanted: set[str] = set()
        lacking: set[str] = set()
        for each in enrolled:
            testimony = read_testimony(tokens[each.unit], each.unit, each.key)
            before, after = testimony.in_force(window.start)
            moments = {window.start, window.end, *(told.first for told in testimony.within(window) if told.first)}
            for channel in each.channels:
                for target in PLAYED:
                    at = [releases.in_force(channel, target, when, testimony) for when in moments]
                    at += [releases.released_by(channel, target, when) for when in moments]
                    if target in (Target.ALERTS, Target.FEED):
                        at += [older for when in moments for older, _ in releases.left_out(channel, target, when, testimony)]
                    wanted |= {release.file for release in at if release}
                    on_unit = {word[1].get(path_for(channel, target), 0) for word in (before, after) if word}
                    lacking |= {file for version in on_unit if version and (file := pack_file(channel, target, version)) not in raws}
            for told in (*testimony.within(window), *testimony.unplaced()):
                if isinstance(told.line, Shown | Sounded) and (
                    release := releases.told_of(told.line, told.first or window.start, testimony)
                ):
                    wanted.add(release.file)
        return {file: raws[file] for file in sorted(wanted)}, tuple(sorted(lacking))

    def _history(self, channel: str, target: Target) -> dict[str, bytes]:
        kept = self._site.history(channel, target, 1).parent
        found = {pack_file(channel, target, int(path.stem)): path.read_bytes() for path in sorted(kept.glob("*.pack"))}
        if channel in self._site.channels() and (version := self._site.cell(channel).version(role_for(target).value)):
            # A tree from before the history was kept still proves what stands in it now.
            found.setdefault(pack_file(channel, target, version), make_pack(self._site, channel, target))
        return found

    def _put(
        self, out: Path, said: Said, proofs: Proofs, proven: Proven, found: Facts, blobs: dict[str, Path], voices: dict[Path, Kept]
    ) -> str:
        fresh = out.with_name(f".{out.name}.part")
        if fresh.exists():
            shutil.rmtree(fresh)
        try:
            for sha256, path in blobs.items():
                _write(fresh / blob_path(sha256), path.read_bytes())
            _write_proofs(fresh, proofs)
            put(fresh, voices)
            self._step("vẽ trang, giải mã tiếng / pages and sound")
            drawn = draw(said, proven, found, lambda sha256: whole_blob(fresh, sha256), fresh)
            for name, model in (("registry.json", said), ("facts.json", found), ("drawn.json", drawn)):
                write_json(fresh / name, model)
            _write(fresh / "index.html", page(said, found, drawn).encode())
            _write(fresh / "README.txt", files("bangtin.archive").joinpath("README.txt").read_bytes())
            _write(fresh / "report-dictionary.txt", DICTIONARY)
            sealed = seal(fresh)
            if out.exists():
                out.rmdir()
            fresh.rename(out)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
        return sealed


def _write_proofs(folder: Path, proofs: Proofs) -> None:
    _write(folder / "root.json", proofs.root)
    for file, raw in proofs.packs.items():
        _write(folder / file, raw)
    for tokens in proofs.reports.values():
        for file, token in tokens.items():
            _write(folder / file, token.encode())
    for unit, token in proofs.enrolments.items():
        _write(folder / f"units/{unit}/enrolment.jws", token.encode())


def read_proofs(folder: Path) -> Proofs:
    """The proofs in an archive."""
    packs = {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted((folder / PACKS).rglob("*.pack"))}
    reports: dict[str, dict[str, str]] = {}
    for path in sorted(folder.glob("units/*/reports/*.jws")):
        reports.setdefault(path.parts[-3], {})[path.relative_to(folder).as_posix()] = path.read_text(encoding="ascii", errors="replace")
    enrolments = {
        path.parts[-2]: path.read_text(encoding="ascii", errors="replace") for path in sorted(folder.glob("units/*/enrolment.jws"))
    }
    return Proofs((folder / "root.json").read_bytes(), packs, reports, enrolments)


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _room(folder: Path, proofs: Proofs, assets: Iterable[Asset], units: int, voices: int) -> None:
    """``Refused`` when the disk has no room for it: blobs, *voices* (bytes), sound as WAV, and a generous guess for pages."""
    folder.mkdir(parents=True, exist_ok=True)
    listed = list(assets)
    sound = sum(int(clip.duration * 96_000) for clip in listed if isinstance(clip, Clip))
    need = sum(asset.size for asset in listed) + voices + sound + sum(map(len, proofs.packs.values())) + units * 32 * 1024 * 1024 + ROOM
    free = shutil.disk_usage(folder).free
    if free < need:
        raise refuse(
            str(folder),
            f"cần {need // 2**20} MB, còn {free // 2**20} MB / {need // 2**20} MB are needed, {free // 2**20} MB are free",
            "chọn đĩa khác / choose another disk",
        )
