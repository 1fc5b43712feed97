"""The local rules of the day, the stop lists, switch and confirmation: quiet hours, weekdays, holidays, kill and withdrawal."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bundle.area import covers
from bundle.base import BulletinClass
from bundle.items import Item, Session
from bundle.manifest import Bundle
from bundle.policy import Holiday, Hours, Kill, Policy, StopList, Weekday, Withdrawal
from director.decision import Why
from director.moment import Moment
from director.programme import Programme

_DAY = timedelta(days=1)
Interval = tuple[datetime, datetime]


def stopped(programme: Programme) -> tuple[Why, str] | None:
    """Why this unit stands still, if it does, and the sentence for it: at once and until it is lifted, whatever the clock says."""
    if programme.stopped_on_site:
        return Why.STOPPED_ON_SITE, "đã dừng tại chỗ / stopped on site"
    killed = next(((Why.KILLED, f"lệnh dừng / stop order: {kill.reason}") for _, kill in kills(programme)), None)
    if killed is None and not programme.site.confirmed:
        # Last, because a technician's test passes it, and nothing passes the others.
        return Why.UNCONFIRMED, "kỹ thuật viên chưa xác nhận nơi lắp / no technician has confirmed the site"
    return killed


def kills(programme: Programme) -> Iterator[tuple[str, Kill]]:
    """Every kill that holds this unit, with the channel that ordered it."""
    for channel, stop in _stop_lists(programme):
        for kill in stop.kills:
            if programme.site.addressed(kill.areas, kill.units) and not _lifted(programme, channel, kill):
                yield channel, kill


def _lifted(programme: Programme, channel: str, kill: Kill) -> bool:
    """Whether the authority that ordered *kill*, or one above it, took it back; one below never can."""
    return any(
        covers(above, channel) and (lifting.channel, lifting.since) == (channel, kill.since)
        for above, stop in _stop_lists(programme)
        for lifting in stop.lifted
    )


def _stop_lists(programme: Programme) -> Iterator[tuple[str, StopList]]:
    return ((cell.channel, cell.stop) for cell in programme.cells if cell.stop)


def withdrawn(programme: Programme, bundle: Bundle, item: str) -> Withdrawal | None:
    """The withdrawal by the bundle's own channel that reaches this version of *item*, if any."""
    cell = programme.cell(bundle.channel)
    stops = cell.stop.withdrawn if cell and cell.stop else ()
    return next((stop for stop in stops if stop.item == item and bundle.version <= stop.version), None)


def addressed(programme: Programme, item: Item) -> bool:
    """Whether *item* means this unit: its place, and for a session a zone that has a loudspeaker here."""
    site = programme.site
    reaches = not (isinstance(item, Session) and item.zones) or bool(site.reached(item.zones))
    return reaches and site.addressed(item.areas, item.units)


def offered(programme: Programme, channel: str, item: Item) -> bool:
    """Whether *item* of *channel* is only an offer here: routine from above, which sounds when the commune's own programme contains it."""
    return item.bulletin_class is BulletinClass.ROUTINE and channel != programme.own()


def shows(programme: Programme, bundle: Bundle, item: Item, at: datetime) -> bool:
    """Whether *item* stands on the board of this unit *at* an instant: addressed, valid and not withdrawn."""
    return addressed(programme, item) and valid(item, at) and withdrawn(programme, bundle, item.id) is None


def valid(item: Item, at: datetime) -> bool:
    """Whether *at* lies in the item's own validity."""
    return (item.valid_from is None or item.valid_from <= at) and (item.valid_until is None or at < item.valid_until)


def holiday(policy: Policy, day: date) -> Holiday | None:
    """The holiday that the policy makes of the local *day*, if any."""
    return next((found for found in policy.holidays if found.day == day), None)


def weekday(policy: Policy, day: date) -> Weekday:
    """The weekday whose rules hold on the local *day*."""
    found = holiday(policy, day)
    return (found.like if found else None) or tuple(Weekday)[day.weekday()]


def no_sessions(policy: Policy, day: date) -> str:
    """Why no session may sound on the local *day*; empty when sessions may."""
    found = holiday(policy, day)
    if found and found.like is None:
        return f"ngày lễ, không có buổi phát / a holiday without sessions: {found.name}"
    return "" if weekday(policy, day) in policy.weekdays else "hôm nay không có buổi phát / no sessions on this weekday"


def spans(policy: Policy, hours: Hours, day: date, zone: ZoneInfo) -> Iterator[Interval]:
    """*hours* as instants, if they begin on the local *day*."""
    if weekday(policy, day) in hours.weekdays:
        start = datetime.combine(day, hours.start, zone)
        end = datetime.combine(day if hours.end > hours.start else day + _DAY, hours.end, zone)
        yield start.astimezone(UTC), end.astimezone(UTC)


def quiet_on(programme: Programme, day: date) -> Iterator[Interval]:
    """The quiet hours that begin on the local *day*, as instants."""
    policy, zone = programme.policy(), ZoneInfo(programme.site.timezone)
    for hours in policy.quiet_hours:
        yield from spans(policy, hours, day, zone)


def quiet_between(programme: Programme, after: datetime, before: datetime) -> tuple[Interval, ...]:
    """The quiet hours that overlap ``after <= t < before``, those that touch joined into one, in order."""
    zone = ZoneInfo(programme.site.timezone)
    day, last = after.astimezone(zone).date() - _DAY, before.astimezone(zone).date()
    found: list[Interval] = []
    while day <= last:
        found += [each for each in quiet_on(programme, day) if each[0] < before and each[1] > after]
        day += _DAY
    joined: list[Interval] = []
    for start, end in sorted(found):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def quiet_now(programme: Programme, moment: Moment) -> Interval | None:
    """The quiet hours in which *moment* lies by its wall clock, joined with those that follow without a gap within a day."""
    now = moment.wall
    return next((each for each in quiet_between(programme, now, now + _DAY) if each[0] <= now), None)
