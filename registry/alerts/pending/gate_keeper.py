"""The keeper of the gate: every decision about an alert is durable before it has effect, and the effect is made up for after a crash."""

import asyncio
import contextlib
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from bundle.alert import Alert
from bundle.area import covers
from bundle.errors import Complaint, Refused, refuse
from bundle.items import Provenance
from bundle.trust import Target
from bundle.trust.persons import person_of
from registry.alerts.pending import keeping
from registry.alerts.pending.gate import Timers, due, two_persons
from registry.alerts.pending.releasing import moved_on, proposal_for, put_out_by_feed, put_out_signed
from registry.alerts.pending.row import Pending
from registry.alerts.pending.signing import with_signature
from registry.alerts.pending.states import LEAVING, WAITING, Act, Origin, State
from registry.trust.keys import PersonKey
from registry.trust.proposal import Proposal
from registry.trust.site import Site
from registry.web.storage import Storage

log = logging.getLogger(__name__)

NO_KEY = "sổ này không giữ khóa để phát / this registry holds no key to release it with"
SIGN_AGAIN = "kênh vừa phát hành bản khác, chữ ký cũ không còn khớp / the channel has released something else, the signatures fit no longer"


@dataclass
class GateKeeper:
    """The alerts of *site* that wait in *storage*; *look* tells the units that something new stands there.

    *online* and *feed* (by channel) are the keys that this registry holds, *blobs* the folder whose ``blobs/`` holds speech made here.
    """

    storage: Storage
    site: Site
    look: Callable[[], Awaitable[None]]
    now: Callable[[], datetime]
    timers: Timers
    online: PersonKey | None
    feed: Mapping[str, PersonKey]
    blobs: Path
    every: float
    _turns: defaultdict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))
    _stirred: asyncio.Event = field(default_factory=asyncio.Event)

    async def raise_by_form(self, channel: str, alert: Alert, officer: str) -> Pending:
        """An officer's alert, which waits for the signatures of two persons. The same identity again is the same alert."""
        return await self.propose(channel, alert, Origin.FORM, officer)

    async def propose(
        self, channel: str, alert: Alert, origin: Origin, source: str, why: str | None = None, extra: Mapping[str, object] | None = None
    ) -> Pending:
        """Keep *alert* until two persons sign it; *why* says why it may not leave otherwise. ``Refused`` when no unit would take it."""
        _inside(channel, alert)
        async with self._turns[channel]:
            if known := await self._known(channel, alert):
                return known
            proposal = await asyncio.to_thread(proposal_for, self.site, channel, alert, self.now())
            new = Pending(
                0, channel, origin, source, Target.ALERTS, alert, State.PENDING, self.now(), why=why, proposal=proposal, extra=extra
            )
            return await self._add(new)

    async def hold(
        self, channel: str, alert: Alert, origin: Origin, source: str, hold_off: timedelta, extra: Mapping[str, object] | None = None
    ) -> Pending:
        """Keep *alert* for *hold_off*, in which any one officer may stop it; then it leaves by the feed."""
        async with self._turns[channel]:
            if known := await self._known(channel, alert):
                return known
            now = self.now()
            new = Pending(0, channel, origin, source, Target.FEED, alert, State.PENDING, now, hold_off, now + hold_off, extra=extra)
            kept = await self._add(new)
            self.timers.left(kept, now)
        self._stirred.set()
        return kept

    async def add_signature(self, number: int, keyid: str, signature: str) -> Pending:
        """One more *signature* (hex), the author's first; with the approver's the alert leaves. ``Refused`` when it is not a right one.

        When the channel has released something else meanwhile, ``Refused`` says so, and a new proposal waits for the author.
        """
        async with self._turn(number) as pending:
            if pending.proposal is None:
                raise refuse(f"#{number}", "tin này không ký mà xác nhận / this one is confirmed, not signed", "xác nhận / confirm it")
            if await asyncio.to_thread(moved_on, self.site, pending.proposal):
                await self._propose_again(pending)
                raise refuse(f"#{number}", SIGN_AGAIN, "mở lại, người soạn ký lại / reload; the author signs again")
            proposal, person, complete = await asyncio.to_thread(with_signature, self.site, pending.proposal, keyid, signature, self.now())
            signed = replace(pending.moved(Act.APPROVE if complete else Act.SIGN, self.now(), person), proposal=proposal)
            await self._keep(signed)
            return await self._put_out(signed) if complete else signed

    async def confirm(self, number: int, officer: str) -> Pending:
        """Let a source's alert out now, without waiting for the rest of its hold-off: *officer* is its approver."""
        async with self._turn(number) as pending:
            if two_persons(pending):
                raise refuse(f"#{number}", f"cần hai người ký / two persons must sign: {pending.why or ''}", "ký / sign it")
            if person_of(officer) == person_of(pending.alert.provenance.author):
                raise refuse(f"#{number}", "người soạn không tự xác nhận / its author cannot confirm it", "người khác / somebody else")
            confirmed = pending.moved(Act.CONFIRM, self.now(), officer)
            await self._keep(confirmed)
            return await self._put_out(confirmed)

    async def cancel(self, number: int, officer: str, reason: str) -> Pending:
        """One person stops what has not left; ``Refused`` when it has: then it takes a stop, by one person as well."""
        async with self._turn(number) as pending:
            cancelled = pending.moved(Act.CANCEL, self.now(), officer, reason)
            await self._keep(cancelled)
            return cancelled

    async def tick(self) -> None:
        """Let out what is due, end what is too late, and make up for what a crash cut off."""
        async with self.storage.reading() as connection:
            waiting = await keeping.not_out(connection)
        # The most urgent first, and no channel waits for another's: one may be held by a command that publishes.
        channels = dict.fromkeys(each.channel for each in sorted(waiting, key=lambda each: -each.alert.level))
        await asyncio.gather(*(self._tick(channel) for channel in channels))

    async def run(self) -> None:
        """Look for ever: when something came in, and at least every so often."""
        while True:
            self._stirred.clear()
            await self.tick()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self.every):
                    await self._stirred.wait()

    async def _tick(self, channel: str) -> None:
        async with self._turns[channel]:
            async with self.storage.reading() as connection:
                waiting = [each for each in await keeping.not_out(connection) if each.channel == channel]
            for each in sorted(waiting, key=lambda each: (-each.alert.level, each.id)):
                try:
                    await self._look_at(each)
                except Refused as refused:
                    await self._say_why(each.id, refused)

    async def _look_at(self, pending: Pending) -> None:
        now = self.now()
        if (act := due(pending, self.timers.left(pending, now), now)) is not None:
            pending = pending.moved(act, now, reason=_automatic(pending) if act is Act.TIME_UP else None)
            await self._keep(pending)
        if pending.state in LEAVING:
            await self._put_out(pending)

    async def _put_out(self, pending: Pending) -> Pending:
        now = self.now()
        if self.online is None or (pending.target is Target.FEED and pending.channel not in self.feed):
            raise refuse(pending.channel, NO_KEY, "bangtin registry serve --online-key … --feed-key …")
        if pending.proposal is not None:
            version = await self._release_signed(pending, pending.proposal, self.online)
        else:
            alert = pending.alert.model_copy(update={"provenance": answered_for(pending)})
            key = self.feed[pending.channel]
            version = await asyncio.to_thread(put_out_by_feed, self.site, pending.channel, [alert], key, self.online, now, self.blobs)
        left = replace(pending, version=version, out_at=now, why=None)
        async with self.storage.writing() as connection:
            await keeping.note_out(connection, left, now)
        self.timers.forget(left)
        await self.look()
        return left

    async def _release_signed(self, pending: Pending, proposal: Proposal, online: PersonKey) -> int:
        try:
            return await asyncio.to_thread(put_out_signed, self.site, proposal, online, self.now(), self.blobs)
        except Refused:
            if not await asyncio.to_thread(moved_on, self.site, proposal):
                raise
            await self._propose_again(pending)
            raise refuse(f"#{pending.id}", SIGN_AGAIN, "mở lại, người soạn ký lại / reload; the author signs again") from None

    async def _propose_again(self, pending: Pending) -> None:
        proposal = await asyncio.to_thread(proposal_for, self.site, pending.channel, pending.alert, self.now())
        again = replace(pending.moved(Act.MOVE_ON, self.now(), reason=SIGN_AGAIN), proposal=proposal)
        await self._keep(again)

    async def _say_why(self, number: int, refused: Refused) -> None:
        async with self.storage.writing() as connection:
            pending = await keeping.one(connection, number)
            if pending.why != str(refused):
                log.warning("#%s %s: %s", number, pending.channel, refused)
                await keeping.keep(connection, replace(pending, why=str(refused)), self.now())

    @contextlib.asynccontextmanager
    async def _turn(self, number: int) -> AsyncIterator[Pending]:
        """The alert of this *number*, while nobody else decides anything in its channel."""
        async with self.storage.reading() as connection:
            channel = (await keeping.one(connection, number)).channel
        async with self._turns[channel]:
            async with self.storage.reading() as connection:
                pending = await keeping.one(connection, number)
            yield pending

    async def _known(self, channel: str, alert: Alert) -> Pending | None:
        async with self.storage.reading() as connection:
            found = await keeping.of_identity(connection, alert.identity())
        return next((each for each in found if each.channel == channel), None)

    async def _add(self, pending: Pending) -> Pending:
        async with self.storage.writing() as connection:
            return await keeping.add(connection, pending)

    async def _keep(self, pending: Pending) -> None:
        async with self.storage.writing() as connection:
            await keeping.keep(connection, pending, self.now())
        if pending.state not in WAITING:
            self.timers.forget(pending)


def answered_for(pending: Pending) -> Provenance:
    """Who answers for an alert that leaves by the feed: its author, and who confirmed it or that nobody did."""
    if pending.state is State.CONFIRMED:
        return Provenance.model_validate(pending.alert.provenance.model_dump() | {"approver": pending.decided_by, "exception": None})
    return pending.alert.provenance.model_copy(update={"approver": "tự động / automatic", "exception": pending.reason})


def _automatic(pending: Pending) -> str:
    seconds = pending.hold_off.total_seconds() if pending.hold_off else 0
    return f"tự động sau {seconds:g} giây / automatic after {seconds:g} s"


def _inside(channel: str, alert: Alert) -> None:
    outside = [area for area in alert.areas if not covers(channel, area)]
    if outside:
        raise Refused(*(Complaint(f"areas: {area}", f"ngoài {channel} / outside {channel}", "bỏ bớt / leave it out") for area in outside))
