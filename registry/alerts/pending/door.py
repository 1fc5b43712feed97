"""The door through which a source's message comes to the gate: what it may say, how much of it, and by which road it goes on."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bundle.alert import Alert, MessageType
from bundle.area import ancestors, covers
from bundle.errors import Complaint, Refused
from bundle.manifest import Bundle
from bundle.trust import Target
from registry.alerts.pending import keeping
from registry.alerts.pending.gate_keeper import Arrived, GateKeeper
from registry.alerts.pending.releasing import Named, road_for, standing
from registry.alerts.pending.routing import at_home, complaints
from registry.alerts.pending.row import Pending
from registry.alerts.pending.states import NEVER, Origin, State
from registry.alerts.sources import Source
from registry.alerts.speech import with_phrases
from registry.trust.site import Site
from registry.trust.urgent import released_document
from registry.web.rate import Rate

MINUTE = timedelta(minutes=1)


class TooMany(Refused):
    """It may be sent again after *seconds*."""

    def __init__(self, seconds: float, *complaints: Complaint) -> None:
        super().__init__(*complaints)
        self.seconds = seconds


@dataclass
class Door:
    """The door before *keeper*."""

    keeper: GateKeeper
    _rates: dict[int, Rate] = field(default_factory=dict)

    async def take(
        self, source: Source, alert: Alert, phrases: Sequence[str] = (), extra: Mapping[str, Any] | None = None
    ) -> tuple[Pending, ...]:
        """*alert* of *source*, begun with stored *phrases*, as it waits in each channel that it goes to. Again, it is the same.

        ``Refused`` with every complaint when it says what this source may not say; ``TooMany`` when it comes too thick.
        """
        arrived = Arrived(Origin.SOURCE, source.id, timedelta(seconds=source.hold_off_seconds), extra)
        async with self.keeper.storage.reading() as connection:
            known = await keeping.of_identity(connection, alert.identity())
            named = [row for each in alert.references for row in await keeping.of_identity(connection, each.identity())]
            lately = await keeping.of_source(connection, source.id, self.keeper.now() - MINUTE)
        if not known:
            self._in_moderation(source, alert, named, lately)
        if wrong := complaints(source, alert):
            if alert.sender in source.senders:
                # Under another's name it would stand in the way of what that one sends.
                await self.keeper.turn_away(source.areas[0], alert, arrived, Refused(*wrong))
            raise Refused(*wrong)
        site, feeds = self.keeper.outlet.site, tuple(self.keeper.outlet.feed)
        alert = at_home(alert, await asyncio.to_thread(site.channels))
        stands = [row for row in named if row.state is State.SUPERSEDED or row.state not in NEVER]
        # A command released it, or its row was let go.
        lacking = {each.identity() for each in alert.references} - {row.identity for row in stands}
        found = await asyncio.to_thread(standing, site, lacking, source.areas)
        found += [Named(row.channel, row.alert.areas, row.is_out and row.target is Target.FEED) for row in stands]
        # A Cancel may name no place: it is about those of what it ends, and before that has come about all that its source speaks for.
        places = alert.areas or tuple(area for each in found for area in each.areas) or tuple(source.areas)
        road = await asyncio.to_thread(road_for, site, alert, places, feeds, {each.channel for each in found})
        # What ends something that the feed released leaves by the feed, whatever the rest of the channel may not do.
        ends = alert.message_type is MessageType.CANCEL and any(each.fed for each in found)
        why = None if ends and set(road.channels) <= set(feeds) else road.why
        taken = []
        for channel in road.channels:
            begun = await asyncio.to_thread(dressed, site, channel, alert, phrases)
            taken.append(await self.keeper.take(channel, begun, arrived, why))
        return tuple(taken)

    def _in_moderation(self, source: Source, alert: Alert, named: Sequence[Pending], lately: Sequence[Pending]) -> None:
        """``TooMany`` when *source* sends more than it may.

        What ends something that nothing has ended yet, or is more urgent than all that it sent within a minute, always comes in.
        """
        # By its number: the list may be changed while the registry runs.
        rate = self._rates.setdefault(source.per_minute, Rate(source.per_minute))
        counted = [each.alert for each in lately if each.state is not State.REFUSED]
        ended = {name.identity() for each in counted if each.message_type is MessageType.CANCEL for name in each.references}
        ends = alert.message_type is MessageType.CANCEL and any(row.identity not in ended for row in named)
        higher = alert.level > max((each.level for each in counted), default=0)
        if rate.allows(source.id, self.keeper.now()) or ((ends or higher) and not complaints(source, alert)):
            return
        what = f"quá {source.per_minute} tin một phút / more than {source.per_minute} messages a minute"
        raise TooMany(MINUTE.total_seconds() / source.per_minute, Complaint(source.id, what, "gửi lại sau / send it again later"))


def channel_of(source: Source) -> str:
    """The smallest area that holds all that *source* may speak about."""
    shared = [area for area in ancestors(source.areas[0]) if all(covers(area, each) for each in source.areas)]
    return shared[-1] if shared else source.areas[0]


def dressed(site: Site, channel: str, alert: Alert, phrases: Sequence[str]) -> Alert:
    """*alert* begun with *phrases* of the nearest library that the units of *channel* hold; a phrase that it lacks is left out."""
    here = site.channels()
    for each in reversed(ancestors(channel)):
        bundle = released_document(site, each, Target.BUNDLE) if each in here else None
        if isinstance(bundle, Bundle):
            begun, lacking = with_phrases(alert, bundle, phrases)
            if not lacking:
                return begun
    return alert
