"""The keeper of the gate: every decision about an alert is durable before it has effect, and the effect is made up for after a crash."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bundle.alert import Alert, MessageType
from bundle.area import covers
from bundle.errors import Complaint, Refused, refuse
from bundle.trust import Target
from bundle.trust.persons import person_of
from registry.alerts.pending import keeping
from registry.alerts.pending.gate import Timers, due, feed_refuses, has_room, two_persons, units_refuse
from registry.alerts.pending.outlet import Outlet
from registry.alerts.pending.outworn import SIGN_AGAIN, outworn
from registry.alerts.pending.releasing import aired_in, policies_for, proposal_for, stopped_in
from registry.alerts.pending.routing import Plan, going_on, held, planned, stopped_since
from registry.alerts.pending.row import Pending
from registry.alerts.pending.signing import with_signature
from registry.alerts.pending.states import LEAVING, WAITING, Act, Origin, State
from registry.storage.storage import Storage
from registry.trust.urgent import REMEMBERED

log = logging.getLogger(__name__)

TOO_MANY = "nguồn này đã dùng hết phần của mình, tin chờ có chỗ / this source has used up its share: it waits until there is room"
CONFIRM_IT = "cần ngay thì một người xác nhận; thiết bị không nhận thêm thì hai người ký"
CONFIRM_IT += " / if it is urgent, confirm it; two persons sign it when units take no more"


@dataclass(frozen=True)
class Arrived:
    """How a message came: from which *source*, with how long a *hold_off*, and what else is known of it."""

    origin: Origin
    source: str
    hold_off: timedelta
    extra: Mapping[str, object] | None = None


@dataclass
class GateKeeper:
    """The alerts that wait before *outlet*, looked at *every* so many seconds; *sources_of* is how many may send to a channel."""

    outlet: Outlet
    timers: Timers
    every: float
    sources_of: Callable[[str], int] = lambda _: 1
    _stirred: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def storage(self) -> Storage:
        """Where they are kept."""
        return self.outlet.storage

    def now(self) -> datetime:
        """The wall clock."""
        return self.outlet.now()

    async def raise_by_form(self, channel: str, alert: Alert, officer: str) -> Pending:
        """An officer's alert, which waits for the signatures of two persons. The same identity again is the same alert."""
        _inside(channel, alert)
        async with self._deciding(channel):
            if known := await self._known(channel, alert):
                return known
            new = Pending(0, channel, Origin.FORM, officer, Target.ALERTS, alert, State.PENDING, self.now())
            proposal = await asyncio.to_thread(proposal_for, self.outlet.site, new, self.now())
            return await self._add(replace(new, proposal=proposal))

    async def take(self, channel: str, alert: Alert, arrived: Arrived, why: str | None) -> Pending:
        """A source's message in *channel*: it waits for its hold-off, or, when *why* says that the feed may not carry it, for two persons.

        A Cancel waits for nothing. The same identity again is the same message.
        """
        async with self._deciding(channel):
            known = await self._known(channel, alert)
            now, hold_off = self.now(), arrived.hold_off
            if known and known.state is not State.REFUSED and not known.expired_wrongly(now):
                return known
            target = Target.FEED if why is None else Target.ALERTS
            # What was turned away may come again corrected, under the same identity.
            number = known.id if known else 0
            new = Pending(number, channel, arrived.origin, arrived.source, target, alert, State.PENDING, now, why=why, extra=arrived.extra)
            new = new if why else replace(new, hold_off=hold_off, release_at=now + hold_off)
            async with self.storage.reading() as connection:
                story = await keeping.story_of(connection, channel, arrived.source, alert)
                cancels = await keeping.cancels_of(connection, alert.sender, now - REMEMBERED)
            aired = await asyncio.to_thread(aired_in, self.outlet.site, channel)
            plan = planned(new, story, cancels, aired, now)
            kept = await self._carry_out(plan, now)
        self._stirred.set()
        return kept

    async def _carry_out(self, plan: Plan, now: datetime) -> Pending:
        new = plan.new
        if new.target is Target.ALERTS and new.state is State.PENDING:
            proposal = await asyncio.to_thread(proposal_for, self.outlet.site, new, now)
            new = replace(new, hold_off=None, release_at=None, proposal=proposal)
        async with self.storage.writing() as connection:
            for each in plan.ended:
                await keeping.keep(connection, each, now)
            kept = await keeping.add(connection, new) if new.id == 0 else await keeping.keep(connection, new, now)
        # What was turned away or expired under its number had a life of its own.
        for each in (*plan.ended, kept):
            self.timers.forget(each)
        return await self._tried(kept.id)

    async def turn_away(self, channel: str, alert: Alert, arrived: Arrived, refused: Refused) -> None:
        """Keep what a source may not say, so that the audit has it; it does nothing."""
        async with self._deciding(channel):
            if not await self._known(channel, alert):
                new = Pending(
                    0, channel, arrived.origin, arrived.source, Target.FEED, alert, State.PENDING, self.now(), extra=arrived.extra
                )
                async with self.storage.writing() as connection:
                    await keeping.add(connection, new.moved(Act.REFUSE, self.now(), arrived.source, str(refused)))

    async def add_signature(self, number: int, keyid: str, signature: str) -> Pending:
        """One more *signature* (hex), the author's first; with the approver's the alert leaves. ``Refused`` when it is not a right one.

        When the channel has released something else meanwhile, ``Refused`` says so, and a new proposal waits for the author.
        """
        async with self._turn(number) as pending:
            if pending.proposal is None:
                raise refuse(f"#{number}", "tin này không ký mà xác nhận / this one is confirmed, not signed", "xác nhận / confirm it")
            for each, why in await asyncio.to_thread(outworn, self.outlet.site, pending.channel, [pending]):
                await self.outlet.propose_again(each, Act.MOVE_ON, why)
                raise refuse(f"#{number}", why or SIGN_AGAIN, "mở lại, người soạn ký lại / reload; the author signs again")
            proposal, person, complete = await asyncio.to_thread(
                with_signature, self.outlet.site, pending.proposal, keyid, signature, self.now()
            )
            signed = replace(pending.moved(Act.APPROVE if complete else Act.SIGN, self.now(), person), proposal=proposal)
            await self._keep(signed)
            return await self._put_out(signed) if complete else signed

    async def dress(self, number: int, alert: Alert, extra: Mapping[str, object]) -> None:
        """Give an alert the clips that were made for it, unless somebody has signed it already or it has left without them."""
        async with self._turn(number) as pending:
            if pending.state is not State.PENDING:
                return
            dressed = replace(pending, alert=alert, extra=extra)
            if pending.proposal is not None:
                made = await asyncio.to_thread(proposal_for, self.outlet.site, dressed, self.now())
                dressed = replace(dressed, proposal=made)
            await self._keep(dressed)

    async def confirm(self, number: int, officer: str, read: Alert | None = None) -> Pending:
        """Let a source's alert out now, without waiting for the rest of its hold-off: *officer* is its approver.

        ``Refused`` when it is no longer the alert that they *read*: a voice may have given it its clips meanwhile.
        """
        async with self._turn(number) as pending:
            if read not in (None, pending.alert):
                raise refuse(f"#{number}", "tin vừa thay đổi / it has changed just now", "đọc lại rồi xác nhận / read it again and confirm")
            if two_persons(pending):
                raise refuse(f"#{number}", f"cần hai người ký / two persons must sign: {pending.why or ''}", "ký / sign it")
            if person_of(officer) == person_of(pending.alert.provenance.author):
                raise refuse(f"#{number}", "người soạn không tự xác nhận / its author cannot confirm it", "người khác / somebody else")
            if why := await self._units_refuse(pending):
                await self.outlet.propose_again(pending, Act.MOVE_ON, why)
                raise refuse(f"#{number}", why, "mở lại: hai người ký thì phát được / reload: it leaves when two persons sign")
            confirmed = pending.moved(Act.CONFIRM, self.now(), officer)
            await self._keep(confirmed)
            return await self._put_out(confirmed)

    async def _units_refuse(self, pending: Pending) -> str | None:
        """Why units would not take it by the feed although somebody confirms it; None when they would."""
        if pending.alert.message_type is MessageType.CANCEL:
            return None
        policies = await asyncio.to_thread(policies_for, self.outlet.site, pending)
        async with self.storage.reading() as connection:
            found = await keeping.of_feed(connection, self.now() - REMEMBERED)
        here = [each for each in found if covers(each.channel, pending.channel) or covers(pending.channel, each.channel)]
        return feed_refuses(policies, pending.alert) or units_refuse(pending, here, policies, self.now())

    async def cancel(self, number: int, officer: str, reason: str) -> Pending:
        """One person stops what has not left; ``Refused`` when it has: then it takes a stop, by one person as well.

        What superseded it while they looked is stopped instead. What goes on with it and waits leaves by nobody's doing but a person's.
        """
        async with self._turn(number) as asked, self.storage.writing() as connection:
            pending = await keeping.newest_of(connection, asked)
            if pending.is_out and pending.id != number:
                what = f"tin mới hơn, #{pending.id}, đã phát rồi / the newer one, #{pending.id}, has left already"
                raise refuse(f"#{number}", what, "dừng tin đó, một người là đủ / stop that one: one person is enough")
            told = reason if pending.id == number else f"{reason} (→ #{number})"
            cancelled = await keeping.keep(connection, pending.moved(Act.CANCEL, self.now(), officer, told), self.now())
            story = await keeping.story_of(connection, pending.channel, pending.source, pending.alert)
            stilled = [held(each, officer) for each in going_on(pending, story)]
            for each in stilled:
                await keeping.keep(connection, each, self.now())
        for each in (cancelled, *stilled):
            self.timers.forget(each)
        return cancelled

    async def tick(self) -> None:
        """Let out what is due, end what is too late, and make up for what a crash cut off."""
        await asyncio.gather(*(self._tick(channel) for channel in await self._waited_in()))

    async def run(self) -> None:
        """Look for ever: when something came in, when something is due, and at least every so often."""
        going: dict[str, asyncio.Task[None]] = {}
        async with asyncio.TaskGroup() as group:
            while True:
                self._stirred.clear()
                # Each channel goes on by itself: one may be held for long by a command that publishes there.
                going = {channel: task for channel, task in going.items() if not task.done()}
                idle = [channel for channel in await self._waited_in() if channel not in going]
                going |= {channel: group.create_task(self._tick(channel)) for channel in idle}
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(min(self.every, self.timers.soonest())):
                        await self._stirred.wait()

    async def _waited_in(self) -> tuple[str, ...]:
        """The channels where something waits, that of the most urgent first."""
        async with self.storage.reading() as connection:
            waiting = await keeping.not_out(connection)
        return tuple(dict.fromkeys(each.channel for each in sorted(waiting, key=lambda each: -each.alert.level)))

    async def _tick(self, channel: str) -> None:
        try:
            async with self._deciding(channel):
                for each in sorted(await self._waiting_in(channel), key=lambda each: (-each.alert.level, each.id)):
                    await self._tried(each.id)
                # Read again: what left has taken the place of others.
                if signing := [each for each in await self._waiting_in(channel) if each.proposal is not None and each.state in WAITING]:
                    await self._propose_again(channel, signing)
        except Exception:
            # A tree that is damaged in one place must not hold back the emergencies of all others; it is tried again.
            log.exception("%s", channel)

    async def _propose_again(self, channel: str, signing: Sequence[Pending]) -> None:
        """What waits for signatures that fit no longer is proposed anew at once, not when the approver taps."""
        for each, why in await asyncio.to_thread(outworn, self.outlet.site, channel, signing):
            try:
                await self.outlet.propose_again(each, Act.MOVE_ON, why)
            except Refused as refused:
                await self._say_why(each.id, refused)

    async def _waiting_in(self, channel: str) -> list[Pending]:
        async with self.storage.reading() as connection:
            return [each for each in await keeping.not_out(connection) if each.channel == channel]

    async def _tried(self, number: int) -> Pending:
        """The alert of this *number* after what is due; why it could not leave is kept with it, and it is tried again."""
        async with self.storage.reading() as connection:
            pending = await keeping.one(connection, number)
        try:
            return await self._look_at(pending)
        except Refused as refused:
            return await self._say_why(number, refused)

    async def _look_at(self, pending: Pending) -> Pending:
        if not pending.is_to_leave:
            self.timers.forget(pending)
            return pending
        now = self.now()
        act = due(pending, self.timers.left(pending, now), self.timers.expired(pending, now))
        if act is Act.TIME_UP and (other := await self._not_by_itself(pending, now)):
            return other
        if act is not None:
            pending = pending.moved(act, now, reason=automatic(pending) if act is Act.TIME_UP else None)
            await self._keep(pending)
        return await self._put_out(pending) if pending.state in LEAVING else pending

    async def _not_by_itself(self, pending: Pending, now: datetime) -> Pending | None:
        """None when *pending* may leave now that its time is up; what it is instead when the policy changed meanwhile."""
        if pending.alert.message_type is MessageType.CANCEL:
            # It only ends what the feed released; whether the feed may carry it was judged by that, not by all of its channel.
            return None
        if stopped_since(pending, await asyncio.to_thread(stopped_in, self.outlet.site, pending.channel)):
            still = held(pending, "người trực / an officer")
            await self._keep(still)
            return still
        policies = await asyncio.to_thread(policies_for, self.outlet.site, pending)
        if why := feed_refuses(policies, pending.alert):
            return await self.outlet.propose_again(pending, Act.MOVE_ON, why)
        async with self.storage.reading() as connection:
            others = await keeping.of_source(connection, pending.source, now - REMEMBERED)
        if pending.origin is Origin.SOURCE and not has_room(pending, others, policies, self.sources_of(pending.channel), now):
            raise refuse(f"#{pending.id}", TOO_MANY, CONFIRM_IT)
        return None

    async def _put_out(self, pending: Pending) -> Pending:
        left = await self.outlet.put_out(pending)
        self.timers.forget(left)
        if two_persons(left):
            # The others that wait for signatures in its channel must be signed anew.
            self._stirred.set()
        return left

    async def _say_why(self, number: int, refused: Refused) -> Pending:
        async with self.storage.writing() as connection:
            pending = await keeping.one(connection, number)
            if pending.why != str(refused):
                log.warning("#%s %s: %s", number, pending.channel, refused)
                pending = replace(pending, why=str(refused))
                await keeping.keep(connection, pending, self.now())
            return pending

    def _deciding(self, channel: str) -> contextlib.AbstractAsyncContextManager[object]:
        """Nobody else decides anything in *channel*, in whatever process of this registry."""
        return self.storage.turns.of(f"gate {channel}")

    @contextlib.asynccontextmanager
    async def _turn(self, number: int) -> AsyncIterator[Pending]:
        """The alert of this *number*, while nobody else decides anything in its channel."""
        async with self.storage.reading() as connection:
            channel = (await keeping.one(connection, number)).channel
        async with self._deciding(channel):
            async with self.storage.reading() as connection:
                pending = await keeping.one(connection, number)
            yield pending

    async def _known(self, channel: str, alert: Alert) -> Pending | None:
        async with self.storage.reading() as connection:
            found = await keeping.of_identity(connection, alert.identity())
        return next((each for each in found if each.channel == channel), None)

    async def _add(self, pending: Pending) -> Pending:
        async with self.storage.writing() as connection:
            kept = await keeping.add(connection, pending)
        self.timers.expired(kept, self.now())
        return kept

    async def _keep(self, pending: Pending) -> None:
        async with self.storage.writing() as connection:
            await keeping.keep(connection, pending, self.now())
        if pending.state not in WAITING:
            self.timers.forget(pending)


def automatic(pending: Pending) -> str:
    """Why nobody approved it."""
    seconds = pending.hold_off.total_seconds() if pending.hold_off else 0
    match pending.origin:
        case Origin.DRILL:
            return "diễn tập theo lịch / a drill by its schedule"
        case Origin.SOURCE if pending.alert.message_type is MessageType.CANCEL:
            return "tin hủy của nguồn, không chờ ai / its source's Cancel, which waits for nobody"
        case Origin.SOURCE | Origin.FORM:
            return f"tự động sau {seconds:g} giây / automatic after {seconds:g} s"


def _inside(channel: str, alert: Alert) -> None:
    outside = [area for area in alert.areas if not covers(channel, area)]
    if outside:
        raise Refused(*(Complaint(f"areas: {area}", f"ngoài {channel} / outside {channel}", "bỏ bớt / leave it out") for area in outside))
