"""Orders to units on their way out: the present ones with one more, or one less; what ended is listed for a day yet."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from bundle.area import AreaCode
from bundle.base import Line, UnitId
from bundle.errors import refuse
from bundle.live import Leave, leave
from bundle.manifest import Bundle
from bundle.orders import (
    MAX_ORDERS,
    LiveOrder,
    LogOf,
    LogOrder,
    MuteOrder,
    Order,
    OrderKind,
    Orders,
    RebootOrder,
    ReportOrder,
    ScreenshotOrder,
    ServiceOrder,
    ToneOrder,
    TunnelOrder,
    VolumeOrder,
)
from bundle.trust import Target
from bundle.trust.persons import person_of
from director.day import COLLIDES, planned_day
from director.programme import Programme
from registry.trust.in_force import in_force, own_place
from registry.trust.site import Site
from registry.trust.urgent import released_document

# A unit that was away while an order ran still learns of it, and says that it came too late.
REMEMBERED = timedelta(days=1)


@dataclass(frozen=True)
class Given:
    """What every order says of itself: *person* gave it for these *areas* and *units*, from *since* for *lasting*."""

    person: Line
    since: datetime
    lasting: timedelta
    reason: Line
    areas: tuple[AreaCode, ...] = ()
    units: tuple[UnitId, ...] = ()

    def fields(self, kind: OrderKind) -> dict[str, object]:
        """The fields that all kinds share, under a new identifier."""
        return {
            "kind": kind,
            "id": f"{kind}-{self.since:%Y%m%d-%H%M%S}-{secrets.token_hex(4)}",
            "person": self.person,
            "areas": self.areas,
            "units": self.units,
            "since": self.since,
            "expires": self.since + self.lasting,
            "reason": self.reason,
        }


def volume_order(given: Given, decibels: float) -> VolumeOrder:
    """*decibels* lower than everything below an emergency was signed for."""
    return VolumeOrder.model_validate(given.fields(OrderKind.VOLUME) | {"volume": decibels})


def mute_order(given: Given) -> MuteOrder:
    """Silence but for emergencies."""
    return MuteOrder.model_validate(given.fields(OrderKind.MUTE))


def tone_order(given: Given, seconds: float) -> ToneOrder:
    """One test tone."""
    return ToneOrder.model_validate(given.fields(OrderKind.TONE) | {"seconds": seconds})


def service_order(given: Given) -> ServiceOrder:
    """The service page of named units, opened once; ``Refused`` without names: a whole commune of open pages serves nobody."""
    return ServiceOrder.model_validate(_named(given).fields(OrderKind.SERVICE))


def screenshot_order(given: Given) -> ScreenshotOrder:
    """A picture of the boards of named units."""
    return ScreenshotOrder.model_validate(_named(given).fields(OrderKind.SCREENSHOT))


def reboot_order(given: Given) -> RebootOrder:
    """One reboot of named units."""
    return RebootOrder.model_validate(_named(given).fields(OrderKind.REBOOT))


def log_order(given: Given, program: LogOf, lines: int) -> LogOrder:
    """The last *lines* of the log of *program* of named units."""
    return LogOrder.model_validate(_named(given).fields(OrderKind.LOG) | {"program": program, "lines": lines})


def report_order(given: Given) -> ReportOrder:
    """Everything that the units have to report, at once."""
    return ReportOrder.model_validate(given.fields(OrderKind.REPORT))


def tunnel_order(given: Given) -> TunnelOrder:
    """The support tunnel of named units."""
    return TunnelOrder.model_validate(_named(given).fields(OrderKind.TUNNEL))


def _named(given: Given) -> Given:
    """*given*, if it names units and nothing wider."""
    if given.areas or not given.units:
        raise refuse("--unit", "phải nêu tên từng thiết bị (name the units, and no areas)", "--unit TÊN / --unit NAME")
    return given


def obeyed(site: Site, channel: AreaCode, order: Order) -> Order:
    """*order*, unless the rules that *channel* signed let no unit there obey it: ``Refused``."""
    most = Programme(own_place(channel), in_force(site, (), channel)).policy().tone_seconds
    if isinstance(order, ToneOrder) and order.seconds > most:
        what = f"quy định chỉ cho âm thử {most:g} giây (the signed rules allow a test tone of {most:g} s)"
        raise refuse("--seconds", what, f"--seconds {most:g}" if most else "sửa quy định trước / change the rules first")
    return order


def live_order(site: Site, channel: str, given: Given, grant: str) -> tuple[Leave, str]:
    """The start of a live voice under *grant*, and the secret for whoever then speaks; ``Refused`` when no unit would let it sound."""
    secret = secrets.token_urlsafe(24)
    order = LiveOrder.model_validate(given.fields(OrderKind.LIVE) | {"grant": grant, "secret": sha256(secret.encode()).hexdigest()})
    bundle = released_document(site, channel, Target.BUNDLE)
    found = leave(bundle if isinstance(bundle, Bundle) else None, order, [given.person])
    if found.ends < order.expires:
        most = f"{(found.ends - order.since).total_seconds() / 60:g}"
        raise refuse("--minutes", f"quyền {grant} chỉ cho {most} phút (the grant allows no more)", f"--minutes {most}")
    if silent := _silent(site, channel, found):
        raise refuse(order.id, f"không loa nào phát / no unit would let it sound: {silent}", "chọn giờ khác / choose another hour")
    return found, secret


def _silent(site: Site, channel: AreaCode, found: Leave) -> str:
    """Why the signed rules and the present orders leave nothing of this live voice at the channel's own place; empty when they do."""
    present, order = released_orders(site, channel), found.order
    orders = Orders(format=1, channel=channel, orders=(*(present.orders if present else ()), order))
    cells = in_force(site, (), channel)
    own = tuple(replace(cell, orders=orders, ordered_by=(order.person,)) if cell.channel == channel else cell for cell in cells)
    place = own_place(channel)
    day = order.since.astimezone(ZoneInfo(place.timezone)).date()
    planned = (each for each in planned_day(Programme(place, own), day) if each.run.session.id == order.id)
    # It would not wait for another session: what an officer says comes before whatever was planned.
    return next((each.refused for each in planned if each.refused != COLLIDES), "")


def with_order(present: Orders | None, channel: AreaCode, order: Order, now: datetime) -> Orders:
    """The present orders and *order*; ``Refused`` while somebody else speaks live: a live start stands on its speaker's own signature."""
    kept = tuple(each for each in (present.orders if present else ()) if each.expires > now - REMEMBERED)
    for each in kept:
        if isinstance(each, LiveOrder) and each.expires > now and person_of(each.person) != person_of(order.person):
            what = f"{each.person} đang nói trực tiếp (is speaking live; another signature would end it)"
            raise refuse(each.id, what, f"đợi, hoặc dừng trước / wait, or end it first: publish order revoke {each.id}")
    return Orders(format=1, channel=channel, orders=(*_with_room(kept, channel, now), order))


def _with_room(kept: tuple[Order, ...], channel: AreaCode, now: datetime) -> tuple[Order, ...]:
    """*kept* without those that ended first, as far as a list has no room for them and one more."""
    gone = sorted(kept, key=lambda each: each.expires)[: max(0, len(kept) + 1 - MAX_ORDERS)]
    if any(each.expires > now for each in gone):
        what = f"đã có {MAX_ORDERS} lệnh đang hiệu lực (so many orders are in force)"
        raise refuse(channel, what, "bỏ bớt trước / take some back first: publish order revoke")
    return tuple(each for each in kept if each not in gone)


def without_order(present: Orders | None, channel: AreaCode, wanted: str, now: datetime) -> Orders:
    """The present orders but *wanted*, which is revoked; ``Refused`` when there is none of that identifier."""
    listed = present.orders if present else ()
    if wanted not in [order.id for order in listed]:
        names = ", ".join(order.id for order in listed) or "–"
        raise refuse(wanted, f"{channel} không có lệnh này (no such order)", f"có / there are: {names}")
    kept = tuple(order for order in listed if order.id != wanted and order.expires > now - REMEMBERED)
    return Orders(format=1, channel=channel, orders=kept)


def ending(present: Orders | None, channel: AreaCode, wanted: str, at: datetime) -> Orders:
    """The present orders with the end of *wanted* moved up to *at*: what was said to its end is then over, and not cut off."""
    listed = present.orders if present else ()
    shorter = tuple(
        order.model_copy(update={"expires": min(order.expires, max(at, order.since + timedelta(seconds=1)))})
        if order.id == wanted
        else order
        for order in listed
    )
    return Orders(format=1, channel=channel, orders=shorter)


def released_orders(site: Site, channel: str) -> Orders | None:
    """The orders released now, if any ever were."""
    found = released_document(site, channel, Target.OPS)
    return found if isinstance(found, Orders) else None
