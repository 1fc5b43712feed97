"""A unit that enrolled itself from a prepared card is heard of: the first key that comes with a card is kept, any other is an alarm."""

import logging
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bundle.errors import Refused, refuse
from evidence.card import ANOTHER, WHERE, Card, CardClaim
from evidence.keys import RegistryKeys
from evidence.proving import card_of, check_claim, overdue
from evidence.report import Enrolment
from evidence.signing import thumbprint
from registry.audit.chain import Event, note
from registry.cards.tables import cards
from registry.fleet.grants import may_be_let_in
from registry.fleet.readmitting import mark as came_back
from registry.fleet.replacing import ask
from registry.fleet.states import Link
from registry.fleet.tables import enrolments, units
from registry.storage.storage import Storage

log = logging.getLogger(__name__)

FROM_STATEMENT = "?"
"""The batch of a card that this database has forgotten, as after a restored backup: its own signature still vouches for it."""


async def file_claim(storage: Storage, keys: RegistryKeys, enrolment: Enrolment, token: str, link: Link, now: datetime) -> Row[Any]:
    """The unit's row after a claim that its *token* proved, also when it comes again; ``Refused`` with the reason, which is kept."""
    claim = enrolment.card
    if claim is None:
        raise TypeError("an enrolment without a card is no claim")
    card = card_of(claim.statement, dict(keys.signing))
    if enrolment.unit != card.unit:
        raise refuse("unit", f"thẻ này của {card.unit} / this card is for {card.unit}", ANOTHER)
    check_claim(card, claim, enrolment.key)
    async with storage.writing() as connection:
        # Not raised inside: what is wrong must be kept, and a refusal would undo that.
        found = await _judge(connection, card, claim, enrolment, now) or await _take(connection, card, claim, enrolment, token, link, now)
    if isinstance(found, Refused):
        log.warning("card %s of %s refused: %s", card.card, card.unit, found)
        raise found
    log.info("unit %s enrolled itself from card %s at %s", card.unit, card.card, claim.place)
    return found


async def doubts(connection: AsyncConnection) -> dict[str, str]:
    """Which units may be another's, and why."""
    return {row.unit: row.doubt for row in await connection.execute(select(cards.c.unit, cards.c.doubt).where(cards.c.doubt.is_not(None)))}


async def _judge(
    connection: AsyncConnection, card: Card, claim: CardClaim, enrolment: Enrolment, now: datetime
) -> Refused | Row[Any] | None:
    """Why *card* lets nobody in, or the unit that it let in before; None when it is still to be used."""
    row = await _row(connection, card)
    if row.revoked is not None:
        return refuse(WHERE, "thẻ đã bị thu hồi / this card was revoked", ANOTHER)
    if row.used_key is not None:
        if row.used_key == thumbprint(enrolment.key) and row.serial == enrolment.serial:
            await may_be_let_in(connection, card.unit, row.used_key)
            return (await connection.execute(select(units).where(units.c.unit == card.unit))).one_or_none() or _gone(card)
        return await _copied(connection, row, enrolment, now)
    if overdue(card, claim.first_boot, now) and row.admitted is None:
        if row.late is None:
            await _mark(connection, card.card, late=now.isoformat())
            await note(connection, Event.CARD_LATE, now, unit=card.unit, detail=card.card)
        what = f"quá {card.days} ngày kể từ lần chạy đầu / more than {card.days} days after the first start"
        return refuse(WHERE, what, f"bangtin registry card admit {card.unit}")
    same = (units.c.unit == card.unit) | (units.c.thumbprint == thumbprint(enrolment.key))
    other = (await connection.execute(select(units.c.unit).where(same))).first()
    if other is not None:
        return refuse("unit", f"tên hoặc khóa đã thuộc về {other.unit} / name or key already belongs to {other.unit}", ANOTHER)
    return None


async def _take(
    connection: AsyncConnection, card: Card, claim: CardClaim, enrolment: Enrolment, token: str, link: Link, now: datetime
) -> Refused | Row[Any]:
    try:
        village = card.village(claim.place)
    except Refused as refused:
        return refused
    print_of_key, at = thumbprint(enrolment.key), now.isoformat()
    stands = {
        "place": village.place,
        "place_name": village.name,
        "channels": list(village.channels),
        "languages": list(village.languages),
    }
    who = {"unit": card.unit, "key": enrolment.key, "enrolled": at, **stands}
    made = {"thumbprint": print_of_key, "link": link.value, "root": card.root, "hardware": enrolment.hardware}
    await connection.execute(insert(units).values(**who, **made))
    await connection.execute(insert(enrolments).values(**who, token=token))
    first = claim.first_boot.model_dump_json()
    await note(connection, Event.LET_IN, now, unit=card.unit, detail=f"{village.place} {card.card}")
    await _mark(connection, card.card, used_key=print_of_key, used=at, place=village.place, serial=enrolment.serial, first_boot=first)
    if enrolment.again is not None or (await _row(connection, card)).batch == FROM_STATEMENT:
        await came_back(connection, enrolment, now)
    if enrolment.replaces is not None:
        await ask(connection, card.unit, enrolment.replaces, now)
    return (await connection.execute(select(units).where(units.c.unit == card.unit))).one()


async def _row(connection: AsyncConnection, card: Card) -> Row[Any]:
    query = select(cards).where(cards.c.card == card.card)
    found = (await connection.execute(query)).one_or_none()
    if found is None:
        await connection.execute(insert(cards).values(**row_of(card, FROM_STATEMENT)))
        found = (await connection.execute(query)).one()
    return found


def row_of(card: Card, batch: str) -> dict[str, Any]:
    """The row of a fresh *card*."""
    return {
        "card": card.card,
        "batch": batch,
        "unit": card.unit,
        "way": card.way.value,
        "key": thumbprint(card.key),
        "made": card.made.isoformat(),
        "until": card.until.isoformat(),
        "days": card.days,
        "others": [],
    }


async def _copied(connection: AsyncConnection, row: Row[Any], enrolment: Enrolment, now: datetime) -> Refused:
    """Two machines came with one card. Nobody here knows which of them is the right one: the first stays, and is doubted."""
    print_of_key = thumbprint(enrolment.key)
    other = f"{print_of_key} {enrolment.serial or '?'}"
    if other not in row.others:
        told = f"máy {enrolment.serial or '?'} ({enrolment.hardware}), khóa / key {print_of_key[:12]}…"
        doubt = f"thẻ {row.card} bị sao chép / card {row.card} was copied: {told}"[:1000]
        await _mark(connection, row.card, doubt=doubt, doubted=now.isoformat(), others=[*row.others, other])
        await note(connection, Event.CARD_COPIED, now, unit=row.unit, detail=other)
        log.error("ALARM: unit %s: %s", row.unit, doubt)
    what = f"thẻ này đã được máy khác dùng trước, lúc {row.used} / another machine has used this card before, at {row.used}"
    return refuse(WHERE, what, "thẻ bị sao chép: báo quản lý, ghi danh bằng cách khác / a copied card: tell the registry, enrol otherwise")


def _gone(card: Card) -> Refused:
    return refuse("unit", f"{card.unit} không còn trong sổ / is no longer in the registry", "ghi danh lại / enrol it again")


async def _mark(connection: AsyncConnection, card: str, **values: object) -> None:
    await connection.execute(update(cards).where(cards.c.card == card).values(**values))
