"""Drills while the registry runs: each exercise goes out at its time, once; a missed one is said and not made up for."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bundle.errors import Refused
from director.programme import Programme
from director.programme import Site as Place
from registry.alerts.confirmation.raised import Raised
from registry.alerts.confirmation.tally import Confirmation
from registry.alerts.drills import keeping
from registry.alerts.drills.keeping import Outcome, Planned, Run
from registry.alerts.drills.plan import Drill, disturbs, due, exercise
from registry.alerts.drills.reporting import table_of
from registry.alerts.pending.door import dressed
from registry.alerts.pending.gate_keeper import Arrived, GateKeeper
from registry.alerts.pending.keeping import of_identity
from registry.alerts.pending.releasing import road_for
from registry.alerts.pending.row import Pending
from registry.alerts.pending.states import NEVER, Origin
from registry.trust.in_force import in_force
from registry.trust.site import Site

log = logging.getLogger(__name__)

NOT_IN_TIME = "không phát kịp giờ, không làm bù / it did not leave in time, and it is not made up for"
TOO_LATE = "sổ trung tâm không chạy lúc đó, không làm bù / the registry was not running then, and it is not made up for"


@dataclass
class Drilling:
    """The drills that go through *keeper*; *raised* are the alerts that were released, *confirmed* tells how far one came.

    It is looked at *every* so many seconds.
    """

    keeper: GateKeeper
    raised: Callable[[], Awaitable[tuple[Raised, ...]]]
    confirmed: Callable[[Raised], Awaitable[Confirmation]]
    every: float

    async def tick(self) -> None:
        """Put out what is due, say what was missed, and make the tables that are due."""
        async with self.keeper.storage.reading() as connection:
            found = await keeping.planned(connection)
        drills = {each.drill.id: each.drill for each in found}
        for each in found:
            for at in due(each.drill, each.handled, self.keeper.now()):
                await self._handle(each, at)
        async with self.keeper.storage.reading() as connection:
            waiting, open_ = await keeping.handed(connection), await keeping.unreported(connection)
        for run in waiting:
            await self._settle(run, drills.get(run.drill))
        for run in open_:
            await self._report(run, drills.get(run.drill))

    async def run(self) -> None:
        """Look for ever; a fault in an exercise is told, and must not end what lets emergencies out."""
        while True:
            try:
                await self.tick()
            except Exception:
                log.exception("drills")
            await asyncio.sleep(self.every)

    async def _handle(self, planned: Planned, at: datetime) -> None:
        drill, now = planned.drill, self.keeper.now()
        alert = exercise(drill, at, planned.added_by)
        reason = TOO_LATE if now - at > timedelta(minutes=drill.late) else await asyncio.to_thread(self._disturbs, drill, now)
        if reason is None:
            try:
                await self._put_out(drill, planned, at)
            except Refused as refused:
                reason = str(refused)
        outcome = Outcome.HANDED if reason is None else Outcome.MISSED
        if reason is not None:
            log.warning("drill %s of %s: %s", drill.id, at.isoformat(), reason)
        async with self.keeper.storage.writing() as connection:
            await keeping.handle(connection, Run(drill.id, at, outcome, reason, alert.identity(), None), now)

    async def _put_out(self, drill: Drill, planned: Planned, at: datetime) -> None:
        """Hand it to the gate, which lets it out at once: it was announced when it was planned."""
        alert, site = exercise(drill, at, planned.added_by), self.keeper.outlet.site
        begun = await asyncio.to_thread(dressed, site, drill.channel, alert, drill.phrases)
        road = await asyncio.to_thread(road_for, site, alert, drill.places, tuple(self.keeper.outlet.feed), ())
        arrived = Arrived(Origin.DRILL, drill.id, timedelta(0))
        for channel in road.channels:
            await self.keeper.take(channel, begun, arrived, road.why)

    async def _settle(self, run: Run, drill: Drill | None) -> None:
        """What the gate says of *run*: it left, it never will, or it waits, which it does not do for longer than it may come late."""
        async with self.keeper.storage.reading() as connection:
            rows = await of_identity(connection, run.identity)
        now = self.keeper.now()
        if any(row.is_out for row in rows):
            outcome, reason = Outcome.PUT_OUT, None
        elif drill is None or now - run.at > timedelta(minutes=drill.late) or all(row.state in NEVER for row in rows):
            for row in rows:
                if row.state not in NEVER:
                    await self.keeper.cancel(row.id, run.drill, NOT_IN_TIME)
            outcome, reason = Outcome.MISSED, "; ".join(_told(row) for row in rows) or NOT_IN_TIME
        else:
            return
        async with self.keeper.storage.writing() as connection:
            await keeping.settle(connection, run, outcome, reason, now)

    def _disturbs(self, drill: Drill, now: datetime) -> str | None:
        found = disturbs(drill, programmes(self.keeper.outlet.site, drill), (now,))
        return str(found[0]) if found else None

    async def _report(self, run: Run, drill: Drill | None) -> None:
        """The table of *run*, when enough time has passed; of a drill that was removed meanwhile, at once."""
        now = self.keeper.now()
        if drill is not None and now < run.at + timedelta(minutes=drill.report_after):
            return
        found = [each for each in await self.raised() if each.alert.identity() == run.identity]
        if not found:
            return
        table = table_of([await self.confirmed(each) for each in found], now)
        async with self.keeper.storage.writing() as connection:
            await keeping.report(connection, run, table)


def _told(row: Pending) -> str:
    """Why *row* has not left."""
    return f"{row.channel}: {row.reason or row.why or NOT_IN_TIME}"


def programmes(site: Site, drill: Drill) -> list[Programme]:
    """What is in force at each place of *drill*."""
    places = [(place, Place("registry", place, "", (drill.channel,), ("vi",))) for place in drill.places]
    return [Programme(place, in_force(site, (), code)) for code, place in places]
