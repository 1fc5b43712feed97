"""What comes back on a courier's stick: each unit's sealed reports are filed once, and the registry's signed answer is written."""

import re
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path

from sqlalchemy import select

from bundle.errors import Refused
from evidence.report import StickAcknowledgement
from evidence.sealing import unseal
from evidence.signing import sign
from registry.cards.by_stick import import_claims
from registry.fleet.filing import file_batch
from registry.fleet.keeping import kept
from registry.fleet.own_keys import OwnKeys
from registry.fleet.states import Link
from registry.fleet.stick_files import entries, put, read
from registry.fleet.tables import units
from registry.rollout.permits_on_stick import write_permits
from registry.storage.storage import Storage

MOST_UNITS = 5_000
MOST_LETTERS = 20_000
BATCH = 50

_UNIT = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_LETTER = re.compile(r"[a-z0-9-]{1,64}-[0-9]{1,19}\.jwe")


@dataclass
class FromUnit:
    """What the stick brought from one unit; *answered*: its acknowledgement is on the stick.

    *enrolled*: by what it showed of itself, now or before.
    """

    unit: str
    new: int = 0
    known: int = 0
    refused: list[str] = field(default_factory=list)
    answered: bool = False
    enrolled: bool = False


async def import_stick(stick: Path, storage: Storage, keys: OwnKeys, now: datetime, keep_letters: bool = False) -> tuple[FromUnit, ...]:
    """File every letter on the mounted *stick* once, and answer each unit that wrote one.

    A letter that is filed leaves the stick when its answer is on it, unless *keep_letters*: a lost stick then tells less.
    """
    reports = stick / "bangtin/reports"
    found: list[FromUnit] = []
    # First: the letters of a unit that nobody knows yet would all be refused.
    for told in await import_claims(stick, storage, keys, now, keep_letters):
        found.append(FromUnit(told.unit, refused=[told.why] if told.why else [], answered=told.answered, enrolled=not told.why))
    for folder in islice(entries(reports, folders=True), MOST_UNITS):
        if _UNIT.fullmatch(folder.name):
            found.append(await _from_unit(folder, stick, storage, keys, now, keep_letters))
    async with storage.reading() as connection:
        await write_permits(connection, stick, keys.signing)
    return tuple(found)


async def _from_unit(folder: Path, stick: Path, storage: Storage, keys: OwnKeys, now: datetime, keep_letters: bool) -> FromUnit:
    told, filed = FromUnit(folder.name), list[Path]()
    letters = sorted((path for path in islice(entries(folder), MOST_LETTERS) if _LETTER.fullmatch(path.name)), key=_number)
    for begin in range(0, len(letters), BATCH):
        opened = [(path, token) for path in letters[begin : begin + BATCH] if (token := _opened(path, keys, told)) is not None]
        if not opened:
            continue
        result = await file_batch(storage, tuple(token for _, token in opened), now, Link.COURIER)
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


def _number(letter: Path) -> tuple[str, int]:
    """The boot and the number in its name: of one boot they are filed as they were written."""
    boot, _, n = letter.stem.rpartition("-")
    return boot, int(n)


def _opened(path: Path, keys: OwnKeys, told: FromUnit) -> str | None:
    try:
        return unseal(read(path).decode("ascii", "replace").strip(), keys.sealing).decode("ascii", "replace")
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
        put(stick / "bangtin/acks", f"{unit}.jws", sign(answer.model_dump_json().encode(), keys.signing).encode())
    except OSError:
        return False
    return True
