"""What comes back on a courier's stick: each unit's sealed reports are filed once, and the registry's signed answer is written."""

import os
import re
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path

from sqlalchemy import select

from bundle.errors import Refused
from evidence.report import StickAcknowledgement
from evidence.sealing import MAX_SEALED, unseal
from evidence.signing import sign
from registry.web.filing import file_batch
from registry.web.keeping import kept
from registry.web.own_keys import OwnKeys
from registry.web.schema import units
from registry.web.storage import Storage

MOST_UNITS = 5_000
MOST_LETTERS = 20_000
BATCH = 50

_UNIT = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_LETTER = re.compile(r"[a-z0-9-]{1,64}-[0-9]{1,19}\.jwe")


@dataclass
class FromUnit:
    """What the stick brought from one unit; *answered*: its acknowledgement is on the stick."""

    unit: str
    new: int = 0
    known: int = 0
    refused: list[str] = field(default_factory=list)
    answered: bool = False


async def import_stick(stick: Path, storage: Storage, keys: OwnKeys, now: datetime, keep_letters: bool = False) -> tuple[FromUnit, ...]:
    """File every letter on the mounted *stick* once, and answer each unit that wrote one.

    A letter that is filed leaves the stick when its answer is on it, unless *keep_letters*: a lost stick then tells less.
    """
    reports = stick / "bangtin/reports"
    found: list[FromUnit] = []
    for folder in islice(_entries(reports, folders=True), MOST_UNITS):
        if _UNIT.fullmatch(folder.name):
            found.append(await _from_unit(folder, stick, storage, keys, now, keep_letters))
    return tuple(found)


async def _from_unit(folder: Path, stick: Path, storage: Storage, keys: OwnKeys, now: datetime, keep_letters: bool) -> FromUnit:
    told, filed = FromUnit(folder.name), list[Path]()
    letters = sorted(path for path in islice(_entries(folder), MOST_LETTERS) if _LETTER.fullmatch(path.name))
    for begin in range(0, len(letters), BATCH):
        opened = [(path, token) for path in letters[begin : begin + BATCH] if (token := _opened(path, keys, told)) is not None]
        if not opened:
            continue
        result = await file_batch(storage, tuple(token for _, token in opened), now)
        if result.unit not in ("", told.unit):
            # Somebody moved the file: it is filed all the same, for the unit that signed it.
            told.refused.append(f"thư của {result.unit} nằm trong thư mục này / letters of {result.unit} lie in this folder")
        told.new += len(result.new)
        told.known += len(result.known)
        told.refused += [f"{opened[index][0].name}: {why}" for index, why in result.refused.items()]
        filed += [path for index, (path, _) in enumerate(opened) if index not in result.refused]
    if await _answer(told.unit, stick, storage, keys):
        told.answered = True
        for path in () if keep_letters else filed:
            with suppress(OSError):
                path.unlink()
    return told


def _opened(path: Path, keys: OwnKeys, told: FromUnit) -> str | None:
    try:
        return unseal(_read(path).decode("ascii", "replace").strip(), keys.sealing).decode("ascii", "replace")
    except (Refused, OSError) as problem:
        told.refused.append(f"{path.name}: {problem}")
        return None


async def _answer(unit: str, stick: Path, storage: Storage, keys: OwnKeys) -> bool:
    """Write how far *unit*'s journals are here, signed; false for a unit that nobody enrolled, and when the stick takes nothing."""
    async with storage.reading() as connection:
        thumbprint = await connection.scalar(select(units.c.thumbprint).where(units.c.unit == unit))
        whole = await kept(connection, unit)
    if thumbprint is None:
        return False
    answer = StickAcknowledgement(unit=unit, thumbprint=thumbprint, kept=whole)
    try:
        _put(stick / "bangtin/acks", f"{unit}.jws", sign(answer.model_dump_json().encode(), keys.signing).encode())
    except OSError:
        return False
    return True


def _entries(folder: Path, folders: bool = False) -> Iterator[Path]:
    """Plain files, or *folders*, in *folder*; nothing behind a symbolic link on somebody's stick."""
    if any(part.is_symlink() for part in (folder, folder.parent, folder.parent.parent)) or not folder.is_dir():
        return
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False) if folders else entry.is_file(follow_symlinks=False):
                yield Path(entry.path)


def _read(path: Path) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return b""
        return file.read(MAX_SEALED + 1)


def _put(folder: Path, name: str, data: bytes) -> None:
    if folder.is_symlink():
        raise OSError(f"{folder} is a link")
    folder.mkdir(exist_ok=True)
    fresh = folder / f"{name}.new"
    with suppress(FileNotFoundError):
        fresh.unlink()
    # No mode is set: FAT knows none, and refuses the attempt.
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(folder / name)
    synced = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(synced)
    finally:
        os.close(synced)
