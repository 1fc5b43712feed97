"""How loud something may be, and where: what quiet hours, signed ceilings and orders leave of it; an emergency passes them all.

The rules:
1. A limit holds for some classes, in some zones, from one instant to another: silence, or a ceiling in dB below what was signed.
2. A zone hears the whole of something or nothing of it: where silence would fall into it, it does not begin. It is refused
   when no zone is left.
3. What sounds is cut off in a zone only when a rule forbids it there now, and never joined in its middle.
4. There is one output for all zones, so of several ceilings the strictest holds.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bundle.base import BulletinClass
from bundle.orders import LiveOrder, MuteOrder, NamedOrder, ReportOrder, ServiceOrder, ToneOrder, VolumeOrder
from director.orders import mute_reason, ours
from director.programme import Programme, Site
from director.rules import quiet_between, spans

QUIET = "giờ yên tĩnh / quiet hours"
HUSHED = "quy định tại đây bắt im vào giờ này / the signed rules here want silence at this hour"
LOWERED = "trần âm lượng đã ký / a signed ceiling"
_DAY, INSTANT = timedelta(days=1), timedelta(microseconds=1)
_BELOW_EMERGENCY = (BulletinClass.ROUTINE, BulletinClass.PRIORITY)


@dataclass(frozen=True)
class Limit:
    """From *start* to *end* at most *decibels* (≤ 0) of *classes* in *zones* (none means all), or with None silence; and why."""

    start: datetime
    end: datetime
    decibels: float | None
    reason: str
    classes: tuple[BulletinClass, ...] = _BELOW_EMERGENCY
    zones: tuple[str, ...] = ()

    def meets(self, start: datetime, end: datetime) -> bool:
        """Whether it holds at *start* or begins before *end*."""
        return self.start <= start < self.end or start < self.start < end

    def holds_in(self, zone: str) -> bool:
        """Whether it is about *zone*."""
        return not self.zones or zone in self.zones


@dataclass(frozen=True)
class Allowed:
    """What the rules leave: *zones* as an utterance names them and *gain* in dB; or *refused*, why it may not sound."""

    zones: tuple[str, ...] = ()
    gain: float = 0.0
    refused: str = ""


@dataclass(frozen=True)
class Loudness:
    """All *limits* around a moment for the unit at *site*."""

    site: Site
    limits: tuple[Limit, ...]

    def edges(self) -> list[datetime]:
        """Every instant at which a limit begins or ends."""
        return [edge for limit in self.limits for edge in (limit.start, limit.end)]

    def whole(self, wanted: BulletinClass, zones: tuple[str, ...], start: datetime, length: timedelta) -> Allowed:
        """What is left of something that would sound in *zones* from *start* on for *length*; its gain is that of *start*."""
        end = start + max(length, INSTANT)
        hushes = [limit for limit in self._silences(wanted) if limit.meets(start, end)]
        return self._left(wanted, zones, start, hushes)

    def going_on(self, wanted: BulletinClass, zones: tuple[str, ...], now: datetime) -> Allowed:
        """What is left of something that sounds in *zones* already."""
        return self._left(wanted, zones, now, [limit for limit in self._silences(wanted) if limit.meets(now, now)])

    def silent_until(self, wanted: BulletinClass, now: datetime) -> datetime | None:
        """When to ask again if *wanted* may sound nowhere now; None when it may."""
        if not self.going_on(wanted, (), now).refused:
            return None
        return min(limit.end for limit in self._silences(wanted) if limit.meets(now, now))

    def changes(self, wanted: BulletinClass, start: datetime, length: timedelta | None) -> Iterator[datetime]:
        """From which other starts on the answer of `whole` may be another one; without a *length* the end stands still."""
        for limit in (limit for limit in self.limits if wanted in limit.classes and limit.end > start):
            yield limit.end
            if limit.decibels is not None:
                yield limit.start
            elif length is not None:
                # Speech may end on the very stroke of a silence, so it is a moment after that stroke that it no longer fits.
                yield limit.start - max(length, INSTANT) + INSTANT

    def _silences(self, wanted: BulletinClass) -> Iterator[Limit]:
        return (limit for limit in self.limits if limit.decibels is None and wanted in limit.classes)

    def _left(self, wanted: BulletinClass, zones: tuple[str, ...], at: datetime, hushes: list[Limit]) -> Allowed:
        # Where no zone is known by name, only what holds everywhere holds here.
        here = self.site.reached(zones) or ("",)
        left = tuple(zone for zone in here if not any(hush.holds_in(zone) for hush in hushes))
        if not left:
            return Allowed(refused=hushes[0].reason)
        gains = [
            limit.decibels
            for limit in self.limits
            if limit.decibels is not None and wanted in limit.classes and limit.meets(at, at) and any(map(limit.holds_in, left))
        ]
        return Allowed(zones if left == here else left, min(gains, default=0.0))


def loudness(programme: Programme, after: datetime, before: datetime) -> Loudness:
    """Every limit that overlaps ``after <= t < before``, in the order of their starts."""
    limits = [Limit(start, end, None, QUIET) for start, end in quiet_between(programme, after, before)]
    also = (*_ceilings(programme, after, before), *_ordered(programme))
    limits += (each for each in also if each.start < before and each.end > after)
    return Loudness(programme.site, tuple(sorted(limits, key=lambda limit: (limit.start, limit.end, limit.reason))))


def _ordered(programme: Programme) -> Iterator[Limit]:
    """The limits that one person's orders set for some hours, by a clock that is believed."""
    for _, order in ours(programme):
        match order:
            case MuteOrder():
                yield Limit(order.since, order.expires, None, mute_reason(order))
            case VolumeOrder():
                yield Limit(order.since, order.expires, order.volume, order.reason)
            case ToneOrder() | LiveOrder() | ServiceOrder() | NamedOrder() | ReportOrder():
                pass


def _ceilings(programme: Programme, after: datetime, before: datetime) -> Iterator[Limit]:
    policy, zone = programme.policy(), ZoneInfo(programme.site.timezone)
    day, last = after.astimezone(zone).date() - _DAY, before.astimezone(zone).date()
    while day <= last:
        for ceiling in policy.ceilings:
            for start, end in spans(policy, ceiling, day, zone):
                reason = HUSHED if ceiling.decibels is None else LOWERED
                yield Limit(start, end, ceiling.decibels, reason, ceiling.classes, ceiling.zones)
        day += _DAY
