"""The board beside Debian's Chromium as a kiosk: start to first picture and first content, then what a static page costs."""

import asyncio
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

from agent.pull import DirectorySource, check_channel
from bench.commune import NOW, bundle, enrolled, kiosk_page, notice
from bench.glass import Glass, differ
from bench.row import Row
from bench.running import Cost, costs, end, pause
from device.paths import Paths
from device.status import read_status
from director.moment import Moment
from evidence.records import ClockState
from tests.simulators.content import CHANNEL
from tests.simulators.publisher import Publisher

ROUNDS = 3
QUIET, LIMIT = 2.5, 40.0
WARM_UP, IDLE = 5.0, 20.0
WIRING = '[screen]\ndriver = "sdl"\nfullscreen = false\nwidth = 1920\nheight = 1080\n[clock]\ndriver = "shifted"\n'
KIOSK = (
    *("chromium", "--kiosk", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-quic", "--window-position=0,0", "--window-size=1920,1080"),
)


@dataclass(frozen=True)
class Contender:
    """Something that fills a screen: its command line, its profile or state to be removed first, and when it says that it is there."""

    line: tuple[str, ...]
    ready: Callable[[], bool]
    forget: Path


@dataclass(frozen=True)
class Start:
    """Seconds from the start of the process to its first picture and to the first frame of its content."""

    picture: float
    content: float


@dataclass(frozen=True)
class Idle:
    """What the processes cost on a page that does not change, and what the X server spent on them, in percent of a core."""

    cost: Cost
    server: float


def rows() -> list[Row]:
    """All rows of this bench."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ours, theirs = _board(folder), _chromium(folder)
        starts = [_in_turn(ours, theirs) for _ in range(ROUNDS + 1)][1:]  # the first fills the page cache
        return [*_start_rows(*zip(*starts, strict=True)), *_idle_rows(_idle(ours), _idle(theirs))]


def _board(folder: Path) -> Contender:
    """Our display, with a signed bundle of one notice on its shelf."""
    publisher = Publisher(folder / "publisher", [CHANNEL], now=NOW)
    publisher.release_bundle(CHANNEL, bundle(notice(1)))
    paths = enrolled(folder / "unit", publisher, WIRING)
    pulled(paths, publisher)
    line = (sys.executable, "-m", "bangtin", "display", "run", "--root", str(paths.root))
    return Contender(line, lambda: _shows(paths, notice(1).id), paths.run)


def pulled(paths: Paths, publisher: Publisher) -> None:
    """One look of the agent: what was published lies on the unit's shelf."""
    moment = Moment(NOW, ClockState.TRUSTED, "bench", 1.0)
    found = asyncio.run(check_channel(DirectorySource(publisher.site), paths, CHANNEL, publisher.root_bytes, moment))
    assert not found.refusals, found


def _shows(paths: Paths, item: str) -> bool:
    status = read_status(paths, "display")
    return status is not None and status.showing is not None and item in status.showing


def _chromium(folder: Path) -> Contender:
    page, profile = folder / "kiosk.html", folder / "profile"
    page.write_text(kiosk_page(notice(1)), encoding="utf-8")
    return Contender((*KIOSK, f"--user-data-dir={profile}", page.as_uri()), lambda: True, profile)


def _in_turn(ours: Contender, theirs: Contender) -> tuple[Start, Start]:
    return _started(ours), _started(theirs)


def _run(contender: Contender, glass: Glass) -> subprocess.Popen[bytes]:
    shutil.rmtree(contender.forget, ignore_errors=True)
    # As on a unit the program's bytecode is there, if only from the first start: empty means that it is written.
    environment: Mapping[str, str] = {**os.environ, "DISPLAY": glass.display, "PYTHONDONTWRITEBYTECODE": ""}
    return subprocess.Popen(contender.line, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _started(contender: Contender) -> Start:
    with Glass() as glass:
        began = time.monotonic()
        process = _run(contender, glass)
        try:
            seen = glass.watch(contender.ready, QUIET, LIMIT)
        finally:
            end(process)
    content = next(each for each in seen if not differ(each.sample, seen[-1].sample))
    return Start(seen[1].at - began, content.at - began)


def _idle(contender: Contender) -> Idle:
    with Glass() as glass:
        process = _run(contender, glass)
        try:
            glass.watch(contender.ready, QUIET, LIMIT)
            pause(WARM_UP)
            server = psutil.Process(glass.server.pid)
            before = sum(server.cpu_times()[:2])
            found = costs({"": process}, IDLE)[""]
            return Idle(found, 100 * (sum(server.cpu_times()[:2]) - before) / IDLE)
        finally:
            end(process)


def _start_rows(ours: tuple[Start, ...], theirs: tuple[Start, ...]) -> list[Row]:
    how = (
        f"median of {ROUNDS} starts in turn under Xvfb 1920x1080, page cache warm, ours with the built-in page that an earlier start "
        "kept as a picture, Chromium with a new profile; from process start until"
    )
    pictures = [statistics.median(start.picture for start in starts) for starts in (ours, theirs)]
    contents = [statistics.median(start.content for start in starts) for starts in (ours, theirs)]
    blank = f"{how} the root window is not black any more (for Chromium its empty window counts)"
    return [
        _row("start → first picture", "s", pictures, 1 / 5, blank),
        _row("start → first content frame", "s", contents, 1 / 2, f"{how} the picture is the one that stays"),
    ]


def _idle_rows(ours: Idle, theirs: Idle) -> list[Row]:
    how = (
        f"{IDLE:.0f} s on a static page of one notice; ours: {ours.cost.processes} processes, Chromium: {theirs.cost.processes}; "
        f"not counted: the X server with {ours.server:.2f} % of a core for ours, {theirs.server:.2f} % for Chromium"
    )
    # The kernel counts in ticks: nothing at all is written as one.
    tick = 100 / os.sysconf("SC_CLK_TCK") / IDLE
    return [
        _row("board, static page, CPU", "% of a core", [ours.cost.cpu, max(theirs.cost.cpu, tick)], None, how),
        _row("board, static page, PSS", "MB", [ours.cost.pss, theirs.cost.pss], 1 / 4, how),
    ]


def _row(name: str, unit: str, pair: list[float], part: float | None, method: str) -> Row:
    """Ours beside Chromium's; *part* of Chromium's is what the design allows, if it says so."""
    value, other = pair
    budget, holds = (f"≤ 1/{1 / part:.0f} of Chromium's", value <= part * other) if part else ("", None)
    return Row(name=name, value=value, unit=unit, peer="Chromium kiosk", peer_value=other, budget=budget, holds=holds, method=method)
