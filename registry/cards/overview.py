"""What became of each prepared card, and what a person at the registry may do about one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bundle.errors import refuse
from registry.audit.chain import Event, note
from registry.cards.tables import cards

LIST = "bangtin registry card list"


class CardState(StrEnum):
    """Where a card is in its life, the most urgent first."""

    DOUBTED = "doubted"
    LATE = "late"
    OVERDUE = "overdue"
    PREPARED = "prepared"
    USED = "used"
    REVOKED = "revoked"


@dataclass(frozen=True)
class CardView:
    """One card: *unit* and where it stands, if it was used; *detail* is what is wrong with it."""

    unit: str
    batch: str
    way: str
    state: CardState
    until: datetime
    place: str
    detail: str


async def overview(connection: AsyncConnection, now: datetime) -> tuple[CardView, ...]:
    """Every card, the most urgent first."""
    views = [_view(row, now) for row in await connection.execute(select(cards).order_by(cards.c.made, cards.c.unit))]
    order = list(CardState)
    return tuple(sorted(views, key=lambda view: order.index(view.state)))


async def missing(connection: AsyncConnection, now: datetime) -> dict[CardState, tuple[str, ...]]:
    """The units that should have been heard of and were not let in, by what is wrong with their cards."""
    views = await overview(connection, now)
    return {
        state: units
        for state in (CardState.LATE, CardState.OVERDUE)
        if (units := tuple(view.unit for view in views if view.state is state))
    }


def state_of(row: Row[Any], now: datetime) -> CardState:
    """One state, so that totals add up: a card that was never heard of is overdue once its last possible first boot is too long ago."""
    if row.revoked is not None:
        return CardState.REVOKED
    if row.doubt is not None:
        return CardState.DOUBTED
    if row.used_key is not None:
        return CardState.USED
    if row.late is not None and row.admitted is None:
        return CardState.LATE
    overdue = now > datetime.fromisoformat(row.until) + timedelta(days=row.days)
    return CardState.OVERDUE if overdue and row.admitted is None else CardState.PREPARED


async def settle(connection: AsyncConnection, unit: str, now: datetime) -> None:
    """Somebody found out which machine is the right one: *unit* is doubted no longer. ``Refused`` when it was not."""
    await _change(connection, unit, cards.c.doubt.is_not(None), "không bị nghi ngờ / is not doubted", doubt=None)
    await note(connection, Event.CARD_SETTLED, now, unit=unit)


async def admit(connection: AsyncConnection, unit: str, now: datetime) -> None:
    """Let *unit* in although it comes late."""
    await _change(connection, unit, cards.c.used_key.is_(None), "đã ghi danh / is enrolled already", admitted=now.isoformat())
    await note(connection, Event.CARD_ADMITTED, now, unit=unit)


async def revoke(connection: AsyncConnection, unit: str, now: datetime) -> None:
    """A card that was lost before its first boot lets nobody in; a unit that is enrolled stays so."""
    put_out = f"thiết bị không phải của mình thì / to put out one that is not yours: bangtin registry replace {unit} NEW"
    await _change(connection, unit, cards.c.used_key.is_(None), "đã ghi danh / is enrolled already", put_out, revoked=now.isoformat())
    await note(connection, Event.CARD_REVOKED, now, unit=unit)


async def revoke_batch(connection: AsyncConnection, batch: str, now: datetime) -> int:
    """Every unused card of *batch*; how many there were. ``Refused`` when there were none."""
    unused = (cards.c.batch == batch) & cards.c.used_key.is_(None) & cards.c.revoked.is_(None)
    done = await connection.execute(update(cards).where(unused).values(revoked=now.isoformat()))
    if not done.rowcount:
        raise refuse(batch, "lô này không còn thẻ chưa dùng / no unused card of this batch", LIST)
    await note(connection, Event.CARD_REVOKED, now, detail=f"{batch}: {done.rowcount}")
    return done.rowcount


async def _change(
    connection: AsyncConnection, unit: str, which: ColumnElement[bool], otherwise: str, do: str = LIST, **values: str | None
) -> None:
    found: Sequence[Row[Any]] = (await connection.execute(select(cards.c.unit).where(cards.c.unit == unit))).all()
    if not found:
        raise refuse(unit, "không có thẻ nào cho thiết bị này / there is no card for this unit", LIST)
    changed = await connection.execute(update(cards).where(cards.c.unit == unit, which).values(**values))
    if not changed.rowcount:
        raise refuse(unit, otherwise, do)


def _view(row: Row[Any], now: datetime) -> CardView:
    return CardView(
        unit=row.unit,
        batch=row.batch,
        way=row.way,
        state=state_of(row, now),
        until=datetime.fromisoformat(row.until),
        place=row.place or "",
        detail=row.doubt or "",
    )
