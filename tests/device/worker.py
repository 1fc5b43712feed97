"""A unit whose shelf is filled by hand, and the display's own view of it."""

from datetime import timedelta
from pathlib import Path

from bundle.alert import Alert, AlertSet
from bundle.trust import Target
from device.clock import ManualClock
from device.durable import replace
from device.paths import Paths
from device.shelf import Shelf
from director.alerts import Standing, held_alerts
from director.happened import Happened
from director.programme import Programme, Site
from tests.simulators.content import CHANNEL, flood_alert
from tests.simulators.publisher import START, Publisher

SITE = Site("loa-01", f"{CHANNEL}.ban-mau", "Thôn Bản Mẫu", (CHANNEL,), ("vi",))
SPEECH = b"speech"


class Worker:
    """A unit whose shelf is filled by hand, and its display program."""

    def __init__(self, folder: Path) -> None:
        self.paths = Paths(folder / "unit")
        self.publisher = Publisher(folder)
        self.clock = ManualClock.at(START + timedelta(minutes=1))
        self.restart()

    def restart(self) -> None:
        self.shelf = Shelf(self.paths, "display", self.publisher.root_bytes)

    def release(self, *alerts: Alert, target: Target = Target.ALERTS, seen: bool = True) -> None:
        """Sign and shelve a list of exactly these; the worker looks, unless it is not *seen*."""
        self.publisher.later(seconds=1)
        listed = AlertSet(format=1, channel=CHANNEL, alerts=alerts)
        self.publisher.release(CHANNEL, target, listed.model_dump_json().encode(), [SPEECH])
        self.put(target)
        if seen:
            self.programme()

    def put(self, target: Target = Target.ALERTS) -> None:
        replace(self.paths.shelf / CHANNEL / f"{target}.pack", self.publisher.pack(CHANNEL, target))

    def programme(self) -> Programme:
        return self.shelf.programme(SITE, self.clock.now())

    def earlier(self, target: Target = Target.ALERTS) -> tuple[str, ...]:
        cell = self.programme().cell(CHANNEL)
        assert cell is not None
        found = cell.earlier_feed if target is Target.FEED else cell.earlier_alerts
        return tuple(alert.identifier for alert in found)

    def standing(self, name: str) -> Standing | None:
        held = held_alerts(self.programme(), self.clock.now(), Happened())
        return next((each.standing for each in held if each.alert.identifier == name), None)

    def files(self) -> list[str]:
        return sorted(path.name for path in self.paths.kept("display").glob("*.earlier"))


def alert(name: str, **fields: object) -> Alert:
    return flood_alert(START, identifier=name).alerts[0].model_copy(update=fields)
