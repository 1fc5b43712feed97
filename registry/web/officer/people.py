"""Officers: named people with channels, one bound phone, and the public half of the key that this phone made."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bundle.errors import refuse
from registry.audit.chain import Event, note
from registry.trust.keys import Holder
from registry.web.officer.keys import holder_of
from registry.web.phones.binding import by_name, forget, invite
from registry.web.phones.kinds import Events, Kind
from registry.web.phones.tables import officers
from registry.web.rules import Rules

OFFICERS = Kind(
    table=officers,
    cookie="__Host-officer",
    invites="/o",
    home="/officer",
    title=("Cán bộ", "officer"),
    can=("Chỉ điện thoại này sẽ ký được tin khẩn cấp thay bạn.", "Only this phone will sign alerts for you."),
    listed="bangtin registry officer list",
    events=Events(Event.OFFICER_ADDED, Event.OFFICER_BOUND, Event.OFFICER_REVOKED),
)


@dataclass(frozen=True)
class Officer:
    """Who is on the phone, for which channels, and with which key; None until the phone has proven one.

    *before* is the public half of the key that they had, which the same browser may prove again; empty without one.
    """

    name: str
    channels: tuple[str, ...]
    holder: Holder | None
    before: str

    @property
    def keyid(self) -> str:
        """The id of their key in delegations; empty without a key."""
        return self.holder.keyid if self.holder else ""


async def add(connection: AsyncConnection, name: str, channels: tuple[str, ...], now: datetime, rules: Rules) -> str:
    """Know *name*, or give them other channels or another phone; the secret of the new link.

    Their key is nobody's until a phone that opened the link proves it: the same browser keeps its key and so its seat, another phone makes
    another key, whose seat is the province's to give (``bangtin publish person replace``).
    """
    called, secret = await invite(connection, OFFICERS, name, now, rules, channels=list(channels), key_made=None)
    await note(connection, OFFICERS.events.added, now, technician=called, detail=" ".join(channels))
    return secret


async def revoke(connection: AsyncConnection, name: str, now: datetime) -> str:
    """Know *name* no longer: their phone gets nowhere, and what it signs is not taken in."""
    called = await forget(connection, OFFICERS, name, now)
    await connection.execute(update(officers).where(officers.c.name == called).values(key=None, key_made=None))
    return called


async def give_key(connection: AsyncConnection, officer: Officer, public: str, now: datetime) -> None:
    """Keep the *public* half of the key that the phone of *officer* proved; ``Refused`` when it is another's, or the phone has one."""
    taken = (await connection.execute(select(officers).where(officers.c.key == public))).one_or_none()
    row = await by_name(connection, OFFICERS, officer.name)
    if row is None or row.key_made is not None or (taken is not None and taken.name != row.name):
        what = "điện thoại này đã có khóa, hoặc khóa là của người khác / this phone has a key already, or the key is somebody else's"
        raise refuse(OFFICERS.where, what, "xin đường dẫn mới ở sổ trung tâm / ask the registry for a new link")
    await connection.execute(update(officers).where(officers.c.name == row.name).values(key=public, key_made=now.isoformat()))
    await note(connection, Event.OFFICER_KEY, now, technician=officer.name, detail=public)


def officer_of(row: Row[Any]) -> Officer:
    """The officer of a row."""
    key = key_of(row)
    return Officer(row.name, tuple(row.channels), holder_of(row.name, key) if key else None, row.key or "")


def key_of(row: Row[Any]) -> str | None:
    """The public half of the key that the phone of a row has proven; None before it has."""
    return row.key if row.key_made else None
