"""An emergency takes the board: newly arrived, and prepared while another one stands; seen in the screen's own memory."""

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from agent.pull import DirectorySource, check_channel
from agent.pull.shelving import pack_path
from bench.commune import bundle, enrolled, notice
from bench.glass import Glass, Sample, differ
from bench.row import Row
from bench.running import end
from bundle.alert import Alert, AlertSet, RiskLevel
from bundle.trust import Target
from device.journal import read
from device.status import read_status
from director.moment import Moment
from evidence.records import ClockState, Outcome, Shown
from tests.simulators.content import CHANNEL, flood_alert
from tests.simulators.publisher import Publisher

ROUNDS = 8
STANDING = 50
"""The number of the alert that stands while others come and go."""
LIMIT = 30.0
FRAME = 1000 / 60
# The wandering picture is another one, too.
WIRING = '[screen]\ndriver = "sdl"\nfullscreen = false\nwidth = 1920\nheight = 1080\nwander_px = 0\n[clock]\ndriver = "shifted"\n'


class Village:
    """A unit whose board stands on one notice, and the authority that raises alerts for it."""

    def __init__(self, folder: Path) -> None:
        self.raised: tuple[Alert, ...] = ()
        self.standing: tuple[Alert, ...] = ()
        self.publisher = Publisher(folder / "publisher", [CHANNEL], now=_now())
        self.publisher.release_bundle(CHANNEL, bundle(notice(1)))
        self.paths = enrolled(folder / "unit", self.publisher, WIRING)
        self.pull()

    def raise_alerts(self, n: int, seconds: float, *levels: RiskLevel) -> float:
        """Alerts number *n* and following, in force for *seconds*; returns when their pack was there, in seconds of the wall clock."""
        alerts = [
            flood_alert(_now(), identifier=f"lu-{n + k}").alerts[0].model_copy(update={"level": level}) for k, level in enumerate(levels)
        ]
        ends = _now() + timedelta(seconds=seconds)
        self.raised = tuple(alert.model_copy(update={"expires": ends}) for alert in alerts)
        self.publisher.release_alerts(CHANNEL, AlertSet(format=1, channel=CHANNEL, alerts=(*self.standing, *self.raised)))
        self.pull()
        # First in RAM, then on the card: a rename sets the time of change.
        packs = (pack_path(shelf, CHANNEL, Target.ALERTS) for shelf in (self.paths.fast, self.paths.shelf))
        return min(pack.stat().st_ctime for pack in packs if pack.exists())

    def pull(self) -> None:
        """One look of the agent."""
        moment = Moment(_now(), ClockState.TRUSTED, "bench", time.clock_gettime(time.CLOCK_BOOTTIME))
        found = asyncio.run(check_channel(DirectorySource(self.publisher.site), self.paths, CHANNEL, self.publisher.root_bytes, moment))
        assert not found.refusals, found

    def shows(self, name: str) -> bool:
        """Whether the page that is on is of the item or the emergency called *name*."""
        status = read_status(self.paths, "display")
        return status is not None and status.showing is not None and name in status.showing

    def turned(self) -> float:
        """When an emergency was last seen whole, in seconds of the wall clock."""
        lines = (line for line in read(self.paths.journal("display")) if isinstance(line, Shown) and line.outcome is Outcome.COMPLETE)
        return max(line.at.wall.timestamp() for line in lines)


def rows() -> list[Row]:
    """All rows of this bench."""
    with tempfile.TemporaryDirectory() as name, Glass() as glass:
        village = Village(Path(name))
        line = [sys.executable, "-m", "bangtin", "display", "run", "--root", str(village.paths.root)]
        process = subprocess.Popen(line, env={**os.environ, "DISPLAY": glass.display}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            new = [_newly(village, glass, n) for n in range(ROUNDS)]
            over = _over_another(village, glass)
            prepared = _in_turn(village, glass)
        finally:
            end(process)
    how = f"{ROUNDS} alerts over a static notice, 1920x1080, real display program under Xvfb whose memory is read every 4 ms; "
    arrived = f"{how}from the pack's name in the shelf until the screen is another"
    standing = f"{how}while a lower one stands; from the pack's name in the shelf until the screen is another"
    turn = f"{how}two alerts take turns; from the moment on the receipt of the one that was seen whole until the screen is another"
    return [
        *_rows("emergency overlay, newly arrived", new, "one look of a calm board (0.1 s)", 100.0, "≤ 250 ms", 250.0, arrived),
        *_rows("emergency overlay, over another one", over, "one look of a calm board (0.1 s)", 100.0, "≤ 250 ms", 250.0, standing),
        *_rows("emergency overlay, prepared", prepared, "one frame", FRAME, "the next frame", 2 * FRAME, turn),
    ]


def _rows(name: str, seconds: list[float], peer: str, beside: float, budget: str, most: float, method: str) -> list[Row]:
    figures = (("median", statistics.median(seconds), False), ("slowest", max(seconds), True))
    return [
        Row(
            name=f"{name}, {which} of {len(seconds)}",
            value=1000 * value,
            unit="ms",
            peer=peer,
            peer_value=beside,
            budget=budget if judged else "",
            holds=1000 * value <= most if judged else None,
            method=method,
        )
        for which, value, judged in figures
    ]


def _newly(village: Village, glass: Glass, n: int) -> float:
    _until_calm(village, glass, n)
    before = glass.look()
    arrived = village.raise_alerts(n, 4.0, RiskLevel.ORANGE)
    return _another(glass, before) - arrived


def _over_another(village: Village, glass: Glass) -> list[float]:
    """While a lower one stands, which must not keep a new one waiting."""
    _until_calm(village, glass, 0)
    before = glass.look()
    village.raise_alerts(STANDING, 6.0 * ROUNDS, RiskLevel.LIGHT_BLUE)
    _another(glass, before)
    village.standing, late = village.raised, []
    for n in range(ROUNDS):
        glass.rest(lambda: village.shows(f"lu-{STANDING}"), 1.0 + 0.1 * n / ROUNDS, LIMIT)
        before = glass.look()
        arrived = village.raise_alerts(STANDING + 1 + n, 3.0, RiskLevel.ORANGE)
        late.append(_another(glass, before) - arrived)
    village.standing = ()
    return late


def _in_turn(village: Village, glass: Glass) -> list[float]:
    """Two alerts alternate: each is laid out and painted while the other stands."""
    _until_calm(village, glass, ROUNDS)
    before = glass.look()
    village.raise_alerts(ROUNDS, (ROUNDS + 2) * LIMIT, RiskLevel.ORANGE, RiskLevel.RED)
    _another(glass, before)
    late = []
    for _ in range(ROUNDS + 1):
        before = glass.look()
        changed = _another(glass, before)
        late.append(changed - village.turned())
        glass.rest(lambda: True, 1.0, LIMIT)
    return late[1:]  # the first turn may come before anything could be prepared


def _until_calm(village: Village, glass: Glass, n: int) -> None:
    """The last alert is over and the notice stands; the rounds begin at different phases of the board's looks."""
    glass.rest(lambda: village.shows(notice(1).id), 1.0 + 0.1 * n / ROUNDS, LIMIT)


def _another(glass: Glass, before: Sample) -> float:
    return glass.until(lambda sample: differ(sample, before), LIMIT)


def _now() -> datetime:
    return datetime.now(UTC)
