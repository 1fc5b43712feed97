"""What stands on the air of a channel, by the very rules that units follow. Blocking: it reads the release tree."""

from dataclasses import dataclass
from datetime import datetime

from bundle.alert import Alert, AlertSet
from bundle.area import ancestors
from bundle.policy import StopList
from bundle.trust import Target
from director.alerts import Held, Standing, held_alerts
from director.happened import Happened
from director.moment import Moment
from director.programme import Cell, Programme
from director.programme import Site as Place
from evidence.records import ClockState
from registry.trust.site import Site
from registry.trust.urgent import released_document


@dataclass(frozen=True)
class OnAir:
    """An *alert* in force in the place that it is meant for, released by *channel* as *target*; *ends* is when it expires."""

    channel: str
    target: Target
    alert: Alert
    ends: datetime


def on_air(site: Site, channel: str, now: datetime) -> tuple[OnAir, ...]:
    """The alerts of *channel* that are in force, the most important first."""
    held = set(site.channels())
    cells = tuple(_cell(site, name, now) for name in ancestors(channel) if name in held)
    own = next((cell for cell in cells if cell.channel == channel), None)
    if own is None:
        return ()
    listed = [(Target.ALERTS, own.alerts), (Target.FEED, own.feed)]
    messages = {alert.identity(): (target, alert) for target, found in listed for alert in (found.alerts if found else ())}
    standing = ((target, _held(alert, channel, cells, now)) for target, alert in messages.values())
    found = [OnAir(channel, target, held.alert, held.ends) for target, held in standing if held and held.standing is Standing.IN_FORCE]
    return tuple(sorted(found, key=lambda each: (-each.alert.level, each.alert.sent)))


def _held(alert: Alert, channel: str, cells: tuple[Cell, ...], now: datetime) -> Held | None:
    # Where it is meant for: an alert for one village stands there and nowhere else.
    place = next(iter(alert.areas), channel)
    unit = next(iter(alert.units), "")
    programme = Programme(Place(unit, place, "", tuple(cell.channel for cell in cells), ()), cells)
    moment = Moment(now, ClockState.TRUSTED, "", 0.0)
    return next((each for each in held_alerts(programme, moment, Happened()) if each.identity == alert.identity()), None)


def _cell(site: Site, channel: str, now: datetime) -> Cell:
    alerts, feed, stop = (released_document(site, channel, target) for target in (Target.ALERTS, Target.FEED, Target.STOP))
    return Cell(
        channel,
        now,
        alerts=alerts if isinstance(alerts, AlertSet) else None,
        feed=feed if isinstance(feed, AlertSet) else None,
        stop=stop if isinstance(stop, StopList) else None,
    )
