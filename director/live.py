"""Officers' live voices as the director sees them: each start is a session of one rebroadcast from the registry, under the same rules.

It counts against the caps of its day, keeps quiet hours and ceilings, gives way to emergencies and is rejoined at its present.
It comes before planned sessions, which go on afterwards; nothing stands in for it when nobody is heard.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bundle.base import BulletinClass
from bundle.errors import Refused
from bundle.items import LiveGrant, Rebroadcast, Session
from bundle.live import Leave, leave
from bundle.manifest import Bundle
from bundle.orders import LiveOrder
from bundle.schedule import Schedule
from director.orders import ours
from director.programme import Cell, Programme
from director.rules import addressed


@dataclass(frozen=True)
class LiveStart:
    """One start: *session* of *bundle* at *due*, in which *holder* speaks."""

    bundle: Bundle
    session: Session
    due: datetime
    holder: str


def live_starts(programme: Programme) -> Iterator[LiveStart]:
    """Every start that counts here, past and to come."""
    for cell, order in _starts(programme):
        found = _leave(cell, order)
        if isinstance(found, Leave) and addressed(programme, found.grant):
            yield _as_session(programme, found)


def refused_starts(programme: Programme) -> Iterator[tuple[Cell, LiveOrder, str]]:
    """The starts that count for nothing, and why."""
    for cell, order in _starts(programme):
        found = _leave(cell, order)
        if isinstance(found, str):
            yield cell, order, found


def _starts(programme: Programme) -> Iterator[tuple[Cell, LiveOrder]]:
    return ((cell, order) for cell, order in ours(programme) if isinstance(order, LiveOrder))


def _leave(cell: Cell, order: LiveOrder) -> Leave | str:
    try:
        return leave(cell.bundle, order, cell.ordered_by)
    except Refused as refused:
        return refused.complaints[0].what


def _as_session(programme: Programme, found: Leave) -> LiveStart:
    grant, order = found.grant, found.order
    lasting = min(found.ends - order.since, timedelta(minutes=programme.caps().minutes_per_session)).total_seconds()
    session = Session(
        id=order.id,
        provenance=grant.provenance,
        bulletin_class=BulletinClass.PRIORITY,
        title=grant.title,
        schedule=Schedule(start=order.since.astimezone(ZoneInfo(programme.site.timezone)).replace(tzinfo=None)),
        order=(grant.id,),
        maximum=lasting,
        # Whoever comes late joins late: it is over for all at the same instant.
        window=lasting,
        zones=grant.zones,
    )
    heard = found.bundle.model_copy(update={"rebroadcasts": (_as_rebroadcast(grant, found.url, lasting),)})
    return LiveStart(heard, session, order.since.astimezone(UTC), grant.person)


def _as_rebroadcast(grant: LiveGrant, url: str, lasting: float) -> Rebroadcast:
    return Rebroadcast(
        id=grant.id,
        provenance=grant.provenance,
        bulletin_class=BulletinClass.PRIORITY,
        title=f"{grant.title}: {grant.person}"[:300],
        url=url,
        duration=lasting,
    )
