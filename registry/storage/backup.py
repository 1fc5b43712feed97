"""A backup is a data folder of its own, with the database as SQLite whatever it was: any command can look into it."""

import asyncio
import hashlib
import os
import shutil
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bundle.errors import refuse
from registry.storage.copying import Told, copy
from registry.storage.engines import NAME, POINTER, sqlite
from registry.storage.storage import Storage, open_database, open_storage
from registry.storage.turns import FOLDER as TURNS

Opens = Callable[[], Awaitable[Storage]]

SUMS = "SHA256SUMS"
_DATABASE = (NAME, f"{NAME}-wal", f"{NAME}-shm", f"{NAME}.moved", POINTER, TURNS)


@dataclass(frozen=True)
class Backup:
    """What was written or found: how many *rows*, and how many *files* beside the database."""

    folder: Path
    rows: int
    files: int


def back_up(data: Path, out: Path, told: Told) -> Backup:
    """Write the data folder *data* of a registry that goes on running into the new folder *out*; the database first.

    A file that is written meanwhile belongs to a row that is younger than the copy: more files than rows name are no harm.
    """
    if out.exists():
        raise refuse(str(out), "đã có / it exists", "chọn tên khác / choose another name")
    if out.resolve().is_relative_to(data.resolve()):
        what = "nằm trong thư mục dữ liệu / it lies in the data folder"
        raise refuse(str(out), what, "chọn nơi khác, tốt nhất máy khác / choose another place, best on another machine")
    part = out.with_name(f"{out.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(mode=0o700, parents=True)
    rows = asyncio.run(_copied(lambda: open_storage(data), lambda: open_database(sqlite(part / NAME)), told))
    files = [name for name in _beside(data) if _taken(data / name, part / name)]
    sums = "".join(f"{_digest(part / name)}  {name}\n" for name in sorted([*files, Path(NAME)]))
    (part / SUMS).write_text(sums, encoding="utf-8")
    _sync(part)
    part.rename(out)
    _sync(out.parent)
    return Backup(out, rows, len(files))


def restore(backup: Path, data: Path, told: Told) -> Backup:
    """Make *data*, which holds its database's address at most, what *backup* is; ``Refused`` when that is damaged."""
    present = [path.name for path in data.iterdir() if path.name not in (POINTER, TURNS)] if data.exists() else []
    if present:
        raise refuse(str(data), f"không trống / not empty: {', '.join(sorted(present)[:5])}", "chọn thư mục mới / choose a new folder")
    files = [name for name in whole(backup) if name.name != NAME]
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    data.chmod(0o700)
    for name in files:
        _put(backup / name, data / name)
    rows = asyncio.run(_copied(lambda: open_database(sqlite(backup / NAME)), lambda: open_storage(data), told))
    return Backup(data, rows, len(files))


def whole(backup: Path) -> list[Path]:
    """The files of *backup* by their names in it; ``Refused`` names every one that is missing or changed."""
    try:
        lines = (backup / SUMS).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        raise refuse(str(backup), "không phải bản sao lưu / not a backup", f"thiếu / there is no {SUMS}") from None
    named = {Path(name): digest for digest, _, name in (line.partition("  ") for line in lines)}
    if outside := [str(name) for name in named if name.is_absolute() or ".." in name.parts]:
        what = f"có tên ngoài bản sao / it names files outside of itself: {', '.join(outside[:5])}"
        raise refuse(str(backup), what, "bản này không phải do chương trình này ghi / no program of ours wrote this one")
    damaged = [str(name) for name, digest in named.items() if not (backup / name).is_file() or _digest(backup / name) != digest]
    if damaged:
        what = f"thiếu hoặc hỏng / missing or damaged: {', '.join(damaged[:5])}"
        raise refuse(str(backup), what, "dùng bản sao lưu khác / use another backup")
    return list(named)


async def _copied(source: Opens, target: Opens, told: Told) -> int:
    async with await source() as there, await target() as here:
        return await copy(there, here, told)


def _beside(data: Path) -> Iterator[Path]:
    """What lies in *data* besides the database; a file that is just being written has another name for so long."""
    for path in sorted(data.rglob("*")):
        name = path.relative_to(data)
        if path.is_file() and not path.is_symlink() and name.parts[0] not in _DATABASE and not path.name.startswith(".new-"):
            yield name


def _taken(source: Path, target: Path) -> bool:
    """Whether *source* was still there to be put; what was let go of meanwhile is let go of."""
    try:
        _put(source, target)
    except FileNotFoundError:
        return False
    return True


def _put(source: Path, target: Path) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    shutil.copy2(source, target)
    _sync(target)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
