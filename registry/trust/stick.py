"""A courier's stick: the part of the release tree that some channels need, announced for long enough to be carried."""

import hashlib
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, TargetFile, Targets

from bundle.alert import AlertSet
from bundle.area import ancestors
from bundle.errors import Refused, refuse
from bundle.manifest import Bundle
from bundle.trust import KEPT, Target, path_for, role_for, verify_pack
from bundle.trust.documents import Document, needed_assets, parse_document
from registry.trust.keys import PersonKey
from registry.trust.lock import publishing
from registry.trust.online import Lifetimes, signed_timestamp
from registry.trust.release import renew
from registry.trust.site import Cell, Site, make_pack

CONTENT = "bangtin/content"
SPARE = 4 * 1024 * 1024
"""Bytes left for the reports that go back."""

_FAT_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,199}")
_FAT_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")

Wrote = Callable[[int, int], None]


@dataclass(frozen=True)
class Carried:
    """What the stick says for one channel: its documents with their versions, and until when units take it as new."""

    channel: str
    timestamp: int
    versions: dict[Target, int]
    documents: tuple[Document, ...]
    good_until: datetime


@dataclass(frozen=True)
class _File:
    """One file of the stick, by its path below the content folder: *data*, or a *source* to be copied."""

    path: str
    size: int
    data: bytes | None = None
    source: Path | None = None


def write_stick(
    site: Site, folder: Path, channels: tuple[str, ...], online: PersonKey, now: datetime, days: int, wrote: Wrote
) -> tuple[Carried, ...]:
    """Write what *channels* and those above them need onto the mounted stick *folder*, good for *days*; then read it back.

    The stick carries the very timestamp version and snapshot that are published, only announced for longer: a unit that comes
    online later sees no step back, in either order. What else lies on the stick, the reports above all, stays.
    ``Refused`` when it has no room, or when what was read back is not what a unit would take.
    """
    if not folder.is_dir():
        raise refuse(str(folder), "không có thư mục này (no such folder)", "cắm USB, xem nó ở đâu / plug the stick in and see where it is")
    life = Lifetimes(timestamp=timedelta(days=days), snapshot=timedelta(days=2 * days))
    plans = []
    for channel in _with_those_above(site, channels):
        with publishing(site, channel):
            plans.append(_channel(site, channel, online, now, life))
    files = list({file.path: file for _, found in plans for file in found}.values())
    try:
        _write(folder / CONTENT, files, wrote)
    except OSError as problem:
        raise refuse(
            str(folder), f"ghi USB bị lỗi (writing failed): {problem.strerror}", "cắm lại hoặc dùng USB khác / use another stick"
        ) from None
    _read_back(site, Site(folder / CONTENT), [carried for carried, _ in plans])
    return tuple(carried for carried, _ in plans)


def _with_those_above(site: Site, channels: tuple[str, ...]) -> tuple[str, ...]:
    there = site.channels()
    if missing := [channel for channel in channels if channel not in there]:
        raise refuse("--channel", f"không có kênh (no such channel): {', '.join(missing)}", f"chọn / choose: {', '.join(there)}")
    wanted = {above for channel in channels or there for above in ancestors(channel)}
    return tuple(channel for channel in there if channel in wanted)


def _channel(site: Site, channel: str, online: PersonKey, now: datetime, life: Lifetimes) -> tuple[Carried, list[_File]]:
    if site.cell(channel).snapshot.signed.expires < now + life.timestamp:
        # The snapshot would run out on the way: sign and publish it anew, so that the stick and the network say the same.
        renew(site, channel, online, now, replace(Lifetimes(), snapshot=life.snapshot))
    cell = site.cell(channel)
    number = cell.snapshot.signed.version
    raw = site.metadata(channel, "snapshot", number).read_bytes()
    timestamp = signed_timestamp(channel, cell.timestamp.signed.version, number, raw, online, now, life)
    paths = [site.folder / "root.json", site.metadata(channel, "snapshot", number)]
    first = Metadata.from_bytes(site.root()).signed.version
    paths += [site.metadata(channel, "root", first + 1 + n) for n in range(len(site.newer_roots(channel)))]
    paths += [site.metadata(channel, name.removesuffix(".json"), meta.version) for name, meta in cell.snapshot.signed.meta.items()]
    versions, documents, expiries = {}, [], [cell.targets.signed.expires, cell.snapshot.signed.expires, now + life.timestamp]
    for target, role in _released(site, cell):
        where: TargetFile = role.targets[path_for(channel, target)]
        content = site.target(channel, target, where.hashes["sha256"])
        document = parse_document(content.read_bytes(), channel, target)
        paths += [content, *(site.blob(sha256) for sha256 in needed_assets(document))]
        versions[target] = role.version
        documents.append(document)
        expiries.append(role.expires)
    files = [_File(str(path.relative_to(site.folder)), path.stat().st_size, source=path) for path in paths]
    # Last: whatever interrupts the writing, a stick never announces what is not on it.
    files.append(_File(f"metadata/{channel}/timestamp.json", len(timestamp), data=timestamp))
    return Carried(channel, cell.timestamp.signed.version, versions, tuple(documents), min(expiries)), files


def _released(site: Site, cell: Cell) -> Iterator[tuple[Target, Targets]]:
    for target in KEPT:
        role = role_for(target).value
        if version := cell.version(role):
            yield target, Metadata[Targets].from_bytes(site.metadata(cell.channel, role, version).read_bytes()).signed


def _write(content: Path, files: list[_File], wrote: Wrote) -> None:
    for file in files:
        for part in Path(file.path).parts:
            if not _FAT_NAME.fullmatch(part) or part.endswith(".") or _FAT_RESERVED.fullmatch(part):
                raise refuse(file.path, f"USB (FAT) không nhận tên {part!r} (no name for FAT)", "đổi mã khu vực / change the area code")
    content.mkdir(parents=True, exist_ok=True)
    _tidy(content, {file.path for file in files})
    missing = [file for file in files if not _same(content / file.path, file)]
    total, free = sum(file.size for file in missing), shutil.disk_usage(content).free
    if free < total + SPARE:
        what = f"còn {free >> 20} MiB, cần {(total + SPARE) >> 20} MiB (not enough room)"
        raise refuse(str(content), what, "xóa bớt hoặc dùng USB lớn hơn / make room or use a larger stick")
    done = 0
    for file in sorted(missing, key=lambda file: file.path.endswith("timestamp.json")):
        _put(content / file.path, file)
        done += file.size
        wrote(done, total)


def _tidy(content: Path, wanted: set[str]) -> None:
    """What an earlier writing left goes, its announcements first; links are removed, never followed."""
    for timestamp in content.glob("metadata/*/timestamp.json"):
        timestamp.unlink()
    for folder, names, files in os.walk(content, topdown=False):
        for name in (*files, *(name for name in names if (Path(folder) / name).is_symlink())):
            path = Path(folder) / name
            if str(path.relative_to(content)) not in wanted or path.is_symlink() or not path.is_file():
                path.unlink()
        with suppress(OSError):
            if Path(folder) != content:
                Path(folder).rmdir()


def _same(path: Path, file: _File) -> bool:
    if file.source is None or not path.is_file() or path.stat().st_size != file.size:
        return False
    return _digest(path) == _digest(file.source)


def _put(path: Path, file: _File) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name[:100] + ".new")
    # No mode is set: FAT knows none, and refuses the attempt.
    with fresh.open("wb") as out:
        if file.data is not None:
            out.write(file.data)
        elif file.source is not None:
            with file.source.open("rb") as source:
                shutil.copyfileobj(source, out, 1 << 20)
        out.flush()
        os.fsync(out.fileno())
        # Else reading back would compare with what is still in memory, not with what is on the stick.
        os.posix_fadvise(out.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        fresh.replace(path)
        # FAT keeps a file's length and place beside its name, and gives the new name none before this.
        os.fsync(out.fileno())
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _read_back(site: Site, stick: Site, carried: list[Carried]) -> None:
    """The units' own check, over what was read from the stick."""
    for each in carried:
        for target in each.versions:
            try:
                verify_pack(make_pack(stick, each.channel, target), site.root(), each.channel, target)
                damaged = [asset for asset in _blobs(each.documents) if _digest(stick.blob(asset)) != asset]
            except (Refused, OSError, RepositoryError, ValueError, KeyError) as problem:
                raise _bad(stick.folder, str(problem)) from None
            if damaged:
                raise _bad(stick.folder, f"blobs/{damaged[0]}")


def _blobs(documents: tuple[Document, ...]) -> set[str]:
    return {sha256 for document in documents for sha256 in needed_assets(document)}


def _bad(folder: Path, what: str) -> Refused:
    return refuse(str(folder), f"đọc lại không đúng (read back wrong): {what}", "USB hỏng, dùng cái khác / the stick is bad, use another")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sentences(carried: tuple[Carried, ...]) -> Iterator[str]:
    """What is on the stick, for whoever carries or finds it."""
    for each in carried:
        names, told = each.channel, []
        for document in each.documents:
            match document:
                case Bundle():
                    names = f"{document.area_name} ({each.channel})"
                    told.append(f"{document.title}: {len(document.notices)} tin trên bảng · notices")
                    told.append(f"{len(document.announcements)} bài phát thanh · announcements")
                case AlertSet():
                    told.append(f"{len(document.alerts)} cảnh báo · alerts")
                case _:
                    pass
        told += ["lệnh dừng · stop orders"] if Target.STOP in each.versions else []
        told += ["lệnh vận hành · orders"] if Target.OPS in each.versions else []
        told += ["nội quy phát · rules"] if Target.POLICY in each.versions else []
        yield f"{names}: {'; '.join(told) or 'chưa có gì · nothing yet'}. Dùng đến · good until {each.good_until:%d/%m/%Y}"
