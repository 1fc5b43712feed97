"""One setting, many alerts: what came when, in seconds after the release began. Prints JSON; ``bench.alerts`` starts it."""

import asyncio
import json
import os
import random
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TypeVar

from agent.pull.shelving import pack_path
from audio.driver.tape import read_tape
from bangtin.demo.village import CHANNEL
from bench.alerts.hearing import Hearing
from bench.alerts.noticing import Noticing
from bench.alerts.settings import RATE, ROUND_TRIP, SETTINGS, SLOW, Setting
from bench.alerts.station import Station
from bench.commune import notice
from bench.glass import Glass, differ
from bench.link import Link
from bench.running import pause
from bench.slow_sync import SlowCard
from bundle.trust import Target
from device.boottime import boottime

LIMIT, LIFE = 60.0, 55.0
"""Seconds until this bench gives up, and until an alert expires that nobody ends."""
T = TypeVar("T")


def measure(name: str, count: int, words: int) -> dict[str, object]:
    """*count* alerts under the setting *name*, of which the last *words* are heard to the end."""
    setting = SETTINGS[name]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        glass = stack.enter_context(Glass())
        link = stack.enter_context(_linked()) if setting.url else None
        environment = {"DISPLAY": glass.display}
        if setting.slow:
            environment |= SlowCard(folder, SLOW).environment({})
        station = Station(folder, setting, environment)
        stack.callback(station.village.stage.stop_all)
        station.start()
        return _Series(station, glass, setting, link).run(count, words)


class _Series:
    """Alerts one after the other, each from rest."""

    def __init__(self, station: Station, glass: Glass, setting: Setting, link: Link | None) -> None:
        self.station, self.glass, self.setting, self.link = station, glass, setting, link
        paths = station.village.paths
        self.fast = pack_path(paths.fast, CHANNEL, Target.ALERTS)
        self.timestamp = station.publisher.tree.metadata(CHANNEL, "timestamp")
        self.noticing = Noticing()
        self.hearing = Hearing(station.village.url, CHANNEL)
        self.chance = random.Random(11)  # noqa: S311 - the same phases in every run

    def run(self, count: int, words: int) -> dict[str, object]:
        """The first one alone is not counted: it makes folders, and everything is read for the first time."""
        pause(5.0)
        self.noticing.add(self.timestamp.parent)
        self._one(0)
        self.noticing.add(self.fast.parent)
        carried = self._carried()
        found = [self._one(n + 1) for n in range(count)]
        carried = self._carried() - carried
        spoken = [self._heard(count + 1 + n) for n in range(words)]
        return {"alerts": found, "words": spoken, "link bytes": carried, "load": os.getloadavg()[0]}

    def _carried(self) -> int:
        return self.link.carried if self.link else 0

    def _one(self, n: int) -> dict[str, float]:
        """An alert from rest, and its end as soon as it is on the board and the amplifier on."""
        self._rest()
        proposal, before = self.station.alert(n, LIFE), self.glass.look()
        began = time.time()
        self.station.release(proposal)
        times = {"released": time.time(), "shown": self.glass.until(lambda sample: differ(sample, before), LIMIT)}
        times["commanded"] = _until(lambda: self.station.switched_to(True, began))
        times |= self._between(began)
        found = {step: at - began for step, at in times.items()}
        return found | {"stopped": self._stop(), "hint bytes": self.hearing.bytes(began)}

    def _between(self, began: float) -> dict[str, float]:
        """What could be seen from outside on the way, as far as it was."""
        seen = {
            "renamed": self.noticing.first(self.timestamp, began),
            "hint": self.hearing.first(began),
            "pack": self.noticing.first(self.fast, began),
        }
        return {step: at for step, at in seen.items() if at is not None}

    def _stop(self) -> float:
        """Seconds from the release of a stop until the amplifier is let go."""
        proposal = self.station.stop()
        began = time.time()
        self.station.release(proposal)
        return _until(lambda: self.station.switched_to(False, began)) - began

    def _heard(self, n: int) -> float:
        """Seconds from the release until the first sample of an alert that sounds to its end."""
        self._rest()
        proposal = self.station.alert(n, LIFE)
        began, wall = boottime(), time.time()
        self.station.release(proposal)
        _until(lambda: self.station.switched_to(True, wall))
        _until(self.station.silent)
        self.station.release(self.station.stop())
        tape = read_tape(self.station.village.tape)
        at = tape.seconds_at(began)
        return next(first for first, _ in tape.loud() if first > at) - at

    def _rest(self) -> None:
        """The last alert is over, everywhere, and on the card; and the next comes at any phase of everybody's looks."""
        self.glass.rest(self._calm, 0.2, LIMIT)
        # What the unit reports is answered with what is newest: whoever measures polling waits until it has nothing to say.
        pause(self.chance.uniform(0.0, 0.25) if self.setting.poll is None else self.chance.uniform(3.0, 3.0 + self.setting.poll))

    def _calm(self) -> bool:
        return self.station.shows(notice(1).id) and self.station.silent() and not any(self.fast.parent.glob("*.pack"))


@contextmanager
def _linked() -> Iterator[Link]:
    """The link, served by a thread of its own."""
    link, loop = Link(RATE, ROUND_TRIP, queue=2.0), asyncio.new_event_loop()
    loop.add_reader(link.device, link.take)
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    yield link
    loop.call_soon_threadsafe(loop.stop)
    thread.join()


def _until(found: Callable[[], T | None]) -> T:
    end = time.monotonic() + LIMIT
    while not (answer := found()):
        if time.monotonic() > end:
            raise TimeoutError("it did not come")
        pause(0.01)
    return answer


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))))
