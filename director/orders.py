"""The orders that stand on this unit: by the clock, or when it may not be believed by their age; an emergency passes them all.

The rules:
1. An order begins at its *since* and ends at its *expires*, however it reached this unit; one that is no longer listed is revoked.
2. Without a usable clock it ends by its age: counted from the first sight of it, and by every newer date that is signed since.
3. Of several volumes the lowest counts: every order is a ceiling, and none can raise what another lowered.
4. While it is muted nothing below an emergency begins or goes on. What was due then is refused for good, so that it stays silent.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bundle.orders import MuteOrder, Order, ServiceOrder, VolumeOrder, order_name
from director.age import age, usable
from director.happened import Happened
from director.moment import Moment
from director.programme import Cell, Programme


@dataclass(frozen=True)
class Given:
    """An order for this unit, from *begins* to *ends* by the clock of the moment that was asked about."""

    cell: Cell
    order: Order
    begins: datetime
    ends: datetime

    @property
    def name(self) -> str:
        """How journals name it."""
        return order_name(self.cell.channel, self.order)

    def stands(self, at: datetime) -> bool:
        """Whether it is in force *at* an instant of the same clock."""
        return self.begins <= at < self.ends


def given(programme: Programme, moment: Moment, happened: Happened) -> tuple[Given, ...]:
    """Every order that is meant for this unit, those to come and those that ended too, the widest channel first."""
    return tuple(_by_clock(programme, moment, happened, cell, order) for cell, order in ours(programme))


def unseen_orders(programme: Programme, happened: Happened) -> tuple[tuple[str, str], ...]:
    """(name, channel) of what is meant for this unit and not in the history yet; whoever holds it writes an OrderSeen at once."""
    named = ((order_name(cell.channel, order), cell.channel) for cell, order in ours(programme))
    return tuple(sorted(each for each in named if each[0] not in happened.alerts_seen))


def muted(orders: tuple[Given, ...], at: datetime) -> Given | None:
    """The mute that stands longest *at* an instant, if one stands."""
    mutes = (each for each in orders if isinstance(each.order, MuteOrder) and each.stands(at))
    return max(mutes, key=lambda each: each.ends, default=None)


def volume(orders: tuple[Given, ...], at: datetime) -> float:
    """The dB that the orders leave of everything but an emergency."""
    return min((each.order.volume for each in orders if isinstance(each.order, VolumeOrder) and each.stands(at)), default=0.0)


def service(orders: tuple[Given, ...], at: datetime) -> Given | None:
    """The newest order to open the service page that stands *at* an instant, if it names this unit or its place as all orders do."""
    asked = (each for each in orders if isinstance(each.order, ServiceOrder) and each.stands(at))
    return max(asked, key=lambda each: each.begins, default=None)


def order_edges(orders: tuple[Given, ...]) -> Iterator[datetime]:
    """When each of them begins and ends."""
    for each in orders:
        yield from (each.begins, each.ends)


def mute_sentence(orders: tuple[Given, ...], at: datetime, timezone: str) -> str | None:
    """Why nothing but an emergency sounds *at* an instant and until when, in local time; ``None`` when it may."""
    found = muted(orders, at)
    if found is None:
        return None
    return f"{mute_reason(found.order)} ({found.order.person}), đến / until {found.ends.astimezone(ZoneInfo(timezone)):%H:%M %d/%m}"


def mute_reason(order: Order) -> str:
    """Why nothing sounds, as journals and people read it."""
    return f"im tiếng theo lệnh / muted by order: {order.reason}"


def ours(programme: Programme) -> Iterator[tuple[Cell, Order]]:
    """Every order that is meant for this unit, with the cell that gave it."""
    for cell in programme.cells:
        for order in cell.orders.orders if cell.orders else ():
            if programme.site.addressed(order.areas, order.units):
                yield cell, order


def _by_clock(programme: Programme, moment: Moment, happened: Happened, cell: Cell, order: Order) -> Given:
    if usable(moment.state):
        return Given(cell, order, order.since, order.expires)
    shift = moment.wall - _not_before(programme, moment, happened, cell, order)
    return Given(cell, order, order.since + shift, order.expires + shift)


def _not_before(programme: Programme, moment: Moment, happened: Happened, cell: Cell, order: Order) -> datetime:
    """The latest time that it surely is, without a clock: by the signed dates, and by the age of the first sight of *order*."""
    signed = programme.signed_until(cell.channel)
    seen = happened.alerts_seen.get(order_name(cell.channel, order))
    if seen is None:
        return signed
    # Whoever ordered it did so when it began, or before; so nobody can have seen it earlier than the one, or the other.
    first = seen.wall if usable(seen.state) else min(order.since, signed)
    return max(signed, first + timedelta(seconds=age(seen, moment)))
