"""A unit that this database has forgotten, as after a restored backup, comes back by what the registry itself had signed for it."""

import logging
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bundle.errors import Refused, refuse
from evidence.admission import Admission, read_admission
from evidence.keys import RegistryKeys
from evidence.report import Enrolment
from evidence.signing import sign, thumbprint
from registry.audit.chain import Event, note
from registry.cards.tables import cards
from registry.fleet.grants import TurnedAway, may_be_let_in
from registry.fleet.own_keys import OwnKeys
from registry.fleet.tables import enrolments, tails, units
from registry.storage.storage import Storage

log = logging.getLogger(__name__)


def admission(unit: Row[Any], keys: OwnKeys) -> str:
    """What the *unit* with this row is given to keep."""
    named = ("unit", "thumbprint", "hardware", "place", "place_name", "link", "root")
    told = Admission(
        **{name: getattr(unit, name) for name in named},
        channels=tuple(unit.channels),
        languages=tuple(unit.languages),
        enrolled=datetime.fromisoformat(unit.enrolled),
    )
    return sign(told.model_dump_json().encode(), keys.signing)


async def readmit(storage: Storage, keys: RegistryKeys, enrolment: Enrolment, token: str, now: datetime) -> Row[Any]:
    """The unit's row after an *enrolment* with an admission that its *token* proved, also when it comes again.

    A unit that is known stays as it is. ``TurnedAway`` when the admission is not ours, and for one that another unit has replaced.
    """
    print_of_key = thumbprint(enrolment.key)
    try:
        shown = read_admission(enrolment.admission or "", dict(keys.signing), enrolment.unit, print_of_key)
    except Refused as refused:
        first = refused.complaints[0]
        raise TurnedAway(Event.ADMISSION_FOREIGN, first.where, first.what, first.do) from None
    mine = select(units).where(units.c.unit == shown.unit)
    async with storage.writing() as connection:
        await may_be_let_in(connection, shown.unit, print_of_key)
        if (await connection.execute(mine)).first() is None:
            await _write(connection, shown, enrolment, token, now)
        return (await connection.execute(mine)).one()


async def mark(connection: AsyncConnection, enrolment: Enrolment, now: datetime) -> None:
    """The unit of this *enrolment* was known once: somebody must look whether it was put out since, and its journals go on as they were."""
    await connection.execute(update(units).where(units.c.unit == enrolment.unit).values(readmitted=now.isoformat()))
    await note(connection, Event.READMITTED, now, unit=enrolment.unit, detail=thumbprint(enrolment.key))
    # A unit of an older release never sends again what was acknowledged: nothing waits for it.
    rows = [{"unit": enrolment.unit, "program": program, "kept": n, "top": n} for program, n in sorted((enrolment.again or {}).items())]
    if rows:
        await connection.execute(insert(tails), rows)
    log.warning("unit %s came back by what it had kept: this database had forgotten it", enrolment.unit)


async def seen(connection: AsyncConnection, unit: str, now: datetime) -> None:
    """A person found that *unit* is rightly back. ``Refused`` when it did not come back."""
    back = (units.c.unit == unit) & units.c.readmitted.is_not(None)
    if not (await connection.execute(update(units).where(back).values(readmitted=None))).rowcount:
        raise refuse("unit", f"{unit} không phải thiết bị được nhận lại / did not come back", "bangtin registry units")
    await note(connection, Event.READMISSION_SEEN, now, unit=unit)


async def _write(connection: AsyncConnection, shown: Admission, enrolment: Enrolment, token: str, now: datetime) -> None:
    since, lists = shown.enrolled.isoformat(), {"channels": list(shown.channels), "languages": list(shown.languages)}
    stands = {"place": shown.place, "place_name": shown.place_name, **lists}
    who = {"unit": shown.unit, "key": enrolment.key, "enrolled": since, **stands}
    made = {"thumbprint": shown.thumbprint, "link": shown.link, "root": shown.root, "hardware": shown.hardware}
    await connection.execute(insert(units).values(**who, **made))
    await connection.execute(insert(enrolments).values(**who, token=token))
    used = {"used_key": shown.thumbprint, "used": since, "place": shown.place, "serial": enrolment.serial}
    # The card that it came with, where it did: nobody else is let in by it.
    await connection.execute(update(cards).where(cards.c.unit == shown.unit, cards.c.used_key.is_(None)).values(**used))
    await mark(connection, enrolment, now)
