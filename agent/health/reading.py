"""Reads how the unit is, when a report may tell it: some small files of the kernel and of the other programs, no device is opened."""

import asyncio
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from agent.health.boots import why_started
from agent.health.link import counters, link_kind
from agent.health.traffic import Traffic, counted, worth_writing
from agent.waiting import to_the_end
from device.block import block_device, card_folder, file_system_errors, life_used, reserve_level
from device.clock import Clock
from device.connectors import Connectors, dark
from device.durable import CARD_FAILS, replace
from device.inputs import FRESH, Contact, Inputs, contact, read_inputs
from device.own import read_own
from device.paths import Paths
from device.status import read_status
from device.supply import low, watched
from device.thermal import celsius
from director.moment import Moment
from evidence.health import BootReason, Health, Reserve, ScreenState

log = logging.getLogger(__name__)

COUNT_EVERY = 60.0
"""Seconds between two looks at the kernel's counters: what an interface counted before it was made anew is lost from the last one on."""
WATCHED_EARLY = 180.0
"""Seconds after the start within which the watch over the supply must have begun, to speak for the whole boot."""
WATCHES = 60.0
"""Seconds for which that watch is believed to go on: it repeats itself every thirty."""
_RESERVES = {1: Reserve.NORMAL, 2: Reserve.USED, 3: Reserve.URGENT}


@dataclass
class Reader:
    """Reads for the agent; *reports* and *blobs* say how much waits. The day's traffic is written seldom, and at the end (`keep`)."""

    paths: Paths
    clock: Clock
    reports: Callable[[], int]
    blobs: Callable[[], int]
    _traffic: Traffic = field(init=False)
    _written: Traffic = field(init=False)
    _boot: BootReason | None = field(init=False)

    def __post_init__(self) -> None:
        self._traffic = self._written = _read_traffic(self.paths)
        self._boot = why_started(self.paths, self.clock.now().boot)

    async def run(self) -> None:
        """Count the day's bytes for ever."""
        while True:
            self.count()
            if worth_writing(self._written, self._traffic):
                await to_the_end(self.keep)
            await asyncio.sleep(COUNT_EVERY)

    def count(self) -> None:
        """Take up what the kernel has counted."""
        self._traffic = counted(self._traffic, counters(self.paths), self.clock.now())

    def keep(self) -> None:
        """Put the day's bytes on the card."""
        traffic = self._traffic
        if traffic == self._written:
            return
        try:
            replace(self.paths.traffic, traffic.model_dump_json().encode())
        except OSError as problem:
            if problem.errno not in CARD_FAILS:
                raise
            log.warning("%s: %s", self.paths.traffic, problem.strerror)
        self._written = traffic

    def read(self) -> Health:
        """How the unit is now."""
        self.count()
        moment, inputs = self.clock.now(), read_inputs(self.paths)
        switch = contact(inputs, moment)
        degrees = celsius(self.paths)
        told = {
            "boot": self._boot,
            "sags": low(self.paths),
            "sagged": sagged(self.paths, moment),
            "celsius": None if degrees is None else round(degrees),
            "link": link_kind(self.paths),
            "received": self._traffic.received if self._traffic.counters else None,
            "sent": self._traffic.sent if self._traffic.counters else None,
            "reports": self.reports(),
            "blobs": self.blobs(),
            "screen": screen(self.paths, moment),
            "pressed": switch is Contact.PRESSED if switch in (Contact.PRESSED, Contact.RELEASED) else None,
        }
        return Health.model_validate(told | _outputs(inputs, moment) | card(self.paths, self.paths.state))


def sagged(paths: Paths, moment: Moment) -> bool | None:
    """Whether the supply sagged in this boot; None unless somebody watched it from its beginning until now."""
    seen = watched(paths)
    if seen is None or seen.until.boot != moment.boot:
        return None
    if seen.low is not None:
        return True
    return False if seen.since.mono <= WATCHED_EARLY and moment.mono - seen.until.mono <= WATCHES else None


def screen(paths: Paths, moment: Moment) -> ScreenState | None:
    """Whether a screen is plugged in; None where the kernel lists no connector."""
    status = read_status(paths, "display")
    if status is not None and status.at.boot == moment.boot and any(not name.startswith("clock") for name in status.simulated):
        return ScreenState.SIMULATED
    found = Connectors(paths.connectors).look()
    if not found:
        return None
    return ScreenState.LOST if dark(found) else ScreenState.PRESENT


def card(paths: Paths, folder: Path) -> dict[str, object]:
    """What is known of the card below *folder*, by the names of `Health`."""
    try:
        told, device = os.statvfs(folder), block_device(paths, folder)
    except OSError:
        return {}
    cards = card_folder(device)
    return {
        "free": told.f_bavail * told.f_frsize,
        "read_only": bool(told.f_flag & os.ST_RDONLY),
        "errors": file_system_errors(paths, device),
        "reserve": _RESERVES.get(reserve_level(cards) or 0),
        "life": life_used(cards),
    }


def _outputs(inputs: Inputs | None, moment: Moment) -> dict[str, object]:
    if inputs is None or inputs.at.boot != moment.boot or moment.mono - inputs.at.mono > FRESH:
        return {}
    return {"stopped": inputs.stopped, "lines": inputs.lines}


def _read_traffic(paths: Paths) -> Traffic:
    try:
        return read_own(Traffic, paths.traffic)
    except (OSError, ValidationError):
        return Traffic()
