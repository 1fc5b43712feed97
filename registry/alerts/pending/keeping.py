"""Alerts that wait, in the database: added once, changed with their audit row, found again."""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, delete, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bundle.alert import Alert, Identity, MessageType
from bundle.errors import refuse
from bundle.trust import Target
from registry.alerts.pending.row import Pending, pending_of, values_of
from registry.alerts.pending.states import LEAVING, WAITING, Origin, State
from registry.alerts.pending.tables import pending_alerts
from registry.audit.chain import Event, note

_EVENTS = {
    State.PENDING: Event.ALERT_WAITS,
    State.SIGNED_BY_AUTHOR: Event.ALERT_SIGNED,
    State.APPROVED: Event.ALERT_APPROVED,
    State.CONFIRMED: Event.ALERT_CONFIRMED,
    State.RELEASED: Event.ALERT_RELEASED,
    State.CANCELLED: Event.ALERT_CANCELLED,
    State.REFUSED: Event.ALERT_REFUSED,
    State.SUPERSEDED: Event.ALERT_SUPERSEDED,
    State.EXPIRED: Event.ALERT_EXPIRED,
}


async def add(connection: AsyncConnection, pending: Pending) -> Pending:
    """Keep a new one; the same with its number."""
    made = await connection.execute(insert(pending_alerts).values(**values_of(pending)))
    if made.inserted_primary_key is None:
        raise RuntimeError("a row without a number")
    kept = replace(pending, id=int(made.inserted_primary_key[0]))
    await _note(connection, kept, kept.received)
    return kept


async def keep(connection: AsyncConnection, pending: Pending, now: datetime) -> Pending:
    """Keep what *pending* has become; a change of its state, or of what keeps it from leaving, is told in the audit."""
    table = pending_alerts.c
    before = (await connection.execute(select(table.state, table.why).where(table.id == pending.id))).one()
    await connection.execute(update(pending_alerts).where(table.id == pending.id).values(**values_of(pending)))
    if before.state != pending.state.value:
        await _note(connection, pending, now)
    elif pending.why and before.why != pending.why:
        await note(connection, Event.ALERT_HELD, now, detail=f"#{pending.id} {pending.channel}: {pending.why}")
    return pending


async def note_out(connection: AsyncConnection, pending: Pending, now: datetime) -> None:
    """Keep that *pending* left."""
    await keep(connection, pending, now)
    await note(connection, Event.ALERT_OUT, now, detail=f"#{pending.id} {pending.channel}/{pending.target.value} v{pending.version}")


async def one(connection: AsyncConnection, number: int) -> Pending:
    """The alert of this *number*; ``Refused`` when there is none."""
    row = (await connection.execute(select(pending_alerts).where(pending_alerts.c.id == number))).one_or_none()
    if row is None:
        raise refuse(f"#{number}", "không có cảnh báo này / there is no such alert", "xem danh sách / see the list")
    return pending_of(row)


async def newest_of(connection: AsyncConnection, pending: Pending) -> Pending:
    """What superseded *pending* before it left, and what superseded that; itself when nothing did."""
    while pending.state is State.SUPERSEDED and pending.overtaken_by is not None:
        newer = next((each for each in await of_identity(connection, pending.overtaken_by) if each.channel == pending.channel), None)
        if newer is None:
            break
        pending = newer
    return pending


async def of_identity(connection: AsyncConnection, identity: Identity) -> tuple[Pending, ...]:
    """The alert of this *identity*, once for each channel."""
    here = pending_alerts.c
    rows = await connection.execute(
        select(pending_alerts).where(here.sender == identity.sender, here.identifier == identity.identifier, here.sent == identity.sent)
    )
    return tuple(pending_of(row) for row in rows)


async def not_out(connection: AsyncConnection) -> tuple[Pending, ...]:
    """Every alert that waits, or was let go and has not left yet."""
    here = pending_alerts.c
    states = [state.value for state in (*WAITING, *LEAVING)]
    rows = await connection.execute(select(pending_alerts).where(here.state.in_(states), here.version.is_(None)).order_by(here.id))
    return tuple(pending_of(row) for row in rows)


async def of_wish(connection: AsyncConnection, officer: str, once: str) -> Pending | None:
    """What *officer* raised with the form numbered *once*, if that waits or has left."""
    here = pending_alerts.c
    mine = (here.origin == Origin.FORM.value) & (here.source == officer) & here.identifier.endswith(f"-{once}", autoescape=True)
    standing = here.state.in_([state.value for state in (*WAITING, *LEAVING)])
    row = (await connection.execute(select(pending_alerts).where(mine, standing).order_by(here.id.desc()))).first()
    return pending_of(row) if row else None


async def story_of(connection: AsyncConnection, channel: str, source: str, alert: Alert) -> tuple[Pending, ...]:
    """What *source* has in *channel* that waits, or that *alert* names, and what these name in turn; the oldest first."""
    here, found = pending_alerts.c, dict[int, Pending]()
    asked, waits = _named_by([alert]), here.state.in_([state.value for state in (*WAITING, *LEAVING)]) & here.version.is_(None)
    wanted: ColumnElement[bool] = waits | tuple_(here.sender, here.identifier, here.sent).in_([tuple(name) for name in asked])
    while True:
        rows = await connection.execute(select(pending_alerts).where(here.channel == channel, here.source == source, wanted))
        new = {row.id: pending_of(row) for row in rows if row.id not in found}
        found |= new
        further = _named_by([each.alert for each in new.values()]) - asked
        if not further:
            return tuple(found[number] for number in sorted(found))
        asked |= further
        wanted = tuple_(here.sender, here.identifier, here.sent).in_([tuple(name) for name in further])


def _named_by(alerts: Iterable[Alert]) -> set[Identity]:
    return {reference.identity() for alert in alerts for reference in alert.references}


async def cancels_of(connection: AsyncConnection, sender: str, at: datetime) -> tuple[Pending, ...]:
    """The Cancels of *sender* that came after *at*."""
    here = pending_alerts.c
    mine = (here.sender == sender) & (here.kind == MessageType.CANCEL.value) & (here.received >= at.isoformat())
    return tuple(pending_of(row) for row in await connection.execute(select(pending_alerts).where(mine)))


def digest_of(raw: bytes) -> str:
    """What tells one message from another before it is read."""
    return hashlib.sha256(raw).hexdigest()


async def of_digest(connection: AsyncConnection, source: str, digest: str, now: datetime) -> tuple[Pending, ...]:
    """What became of the very same bytes from *source*; nothing when they were turned away or expired wrongly: they are read anew."""
    here = pending_alerts.c
    mine = (here.source == source) & (here.extra["digest"].as_string() == digest) & (here.state != State.REFUSED.value)
    found = [pending_of(row) for row in await connection.execute(select(pending_alerts).where(mine).order_by(here.id))]
    return () if any(each.expired_wrongly(now) for each in found) else tuple(found)


async def of_source(connection: AsyncConnection, source: str, at: datetime) -> tuple[Pending, ...]:
    """What *source* sent after *at*, and what of it left then or later."""
    here = pending_alerts.c
    lately = (here.received >= at.isoformat()) | (here.out_at >= at.isoformat())
    return tuple(pending_of(row) for row in await connection.execute(select(pending_alerts).where(here.source == source, lately)))


async def of_feed(connection: AsyncConnection, at: datetime) -> tuple[Pending, ...]:
    """What left by the feed after *at*, of every channel and source."""
    here = pending_alerts.c
    mine = (here.target == Target.FEED.value) & (here.out_at >= at.isoformat())
    return tuple(pending_of(row) for row in await connection.execute(select(pending_alerts).where(mine)))


async def let_go(connection: AsyncConnection, before: datetime) -> None:
    """Forget what was received *before* and waits no longer."""
    here = pending_alerts.c
    waits = here.state.in_([state.value for state in (*WAITING, *LEAVING)]) & here.version.is_(None)
    await connection.execute(delete(pending_alerts).where(here.received < before.isoformat(), ~waits))


async def _note(connection: AsyncConnection, pending: Pending, now: datetime) -> None:
    told = f"#{pending.id} {pending.channel} {pending.identity}: {pending.alert.event}"
    told += f" ({pending.reason})" if pending.reason else ""
    await note(connection, _EVENTS[pending.state], now, technician=pending.decided_by or pending.source, detail=told)
