"""Ten thousand simulated units report for ten minutes, the registry is away for two of them: how they all come back.

``FASTER=10 python -m bench registry_outage`` lets their time, and the outage, pass ten times as fast.
"""

import asyncio
import contextlib
import os
import tempfile
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from random import Random

from bench.registry_fleet import free_port
from bench.row import Row
from bench.serving import registry
from registry.simulate.crowd import Crowd
from registry.simulate.enrolling import found, let_in
from registry.simulate.kinds import Kind
from registry.simulate.unit import SimulatedUnit
from registry.storage.storage import open_storage
from registry.web.config import wall_clock

UNITS = 10_000
FASTER = float(os.environ.get("FASTER", "1"))
GONE, BACK, END = 240.0, 360.0, 600.0
"""Seconds of the units' time."""
WINDOW = 10.0
"""Seconds of theirs over which requests are counted: one is too short for eleven a second."""
CONNECTIONS = 200
MOST = 1.5


def rows() -> list[Row]:
    """All rows of this bench."""
    with tempfile.TemporaryDirectory(prefix="bangtin-bench-") as name:
        crowd, lost = asyncio.run(_outage(Path(name)))
    windows = _windows(crowd.tally.tried)
    steady = sum(rate for begin, rate in windows.items() if WINDOW <= begin < GONE - WINDOW) / ((GONE - 2 * WINDOW) / WINDOW)
    after = {begin: rate for begin, rate in windows.items() if begin >= BACK}
    peak = max(after.values()) / steady
    calm = max((begin + WINDOW for begin, rate in after.items() if rate > MOST * steady), default=BACK) - BACK
    how = (
        f"{UNITS} simulated units by their own slots and back-off, {FASTER:g} times as fast; the registry ended at {GONE:g} s"
        f" and back at {BACK:g} s; requests in windows of {WINDOW:g} s; {len(crowd.tally.acknowledged)} reports acknowledged"
    )
    return [
        Row(name="peak over steady after an outage of 2 minutes", value=peak, unit="", budget=f"≤ {MOST}", holds=peak <= MOST, method=how),
        Row(name=f"until no more than {MOST} of the steady rate came", value=calm, unit="s", method=how),
        Row(name="acknowledged reports that were lost", value=lost, unit="", budget="0", holds=lost == 0, method=how),
    ]


def _windows(tried: Mapping[int, int]) -> dict[float, float]:
    """Requests by the window of the units' time in which they began."""
    found: dict[float, float] = {begin * WINDOW: 0.0 for begin in range(int(END / WINDOW))}
    for second, count in tried.items():
        begin = second * FASTER // WINDOW * WINDOW
        if begin in found:
            found[begin] += count
    return found


@contextlib.asynccontextmanager
async def _serving(folder: Path, port: int) -> AsyncIterator[None]:
    """The registry at *port*; the fleet goes on while it starts and ends, else all that is due meanwhile would come at once."""
    served = registry(folder, folder / "site", port)
    await asyncio.to_thread(served.__enter__)
    try:
        yield
    finally:
        await asyncio.to_thread(served.__exit__, None, None, None)


async def _outage(folder: Path) -> tuple[Crowd, int]:
    data, port = folder / "registry", free_port()
    fleet = [SimulatedUnit(f"mp-{n:05d}", Kind.HEALTHY, wall_clock()) for n in range(UNITS)]
    async with await open_storage(data) as storage:
        await let_in(storage, fleet, wall_clock())
        crowd = Crowd(fleet, f"http://127.0.0.1:{port}", CONNECTIONS, FASTER, Random(0))  # noqa: S311
        async with _serving(folder, port):
            reporting = asyncio.create_task(crowd.run(END / FASTER))
            await asyncio.sleep(GONE / FASTER)
        await asyncio.sleep((BACK - GONE) / FASTER)
        async with _serving(folder, port):
            await reporting
        return crowd, len(crowd.tally.acknowledged) - await found(storage, crowd.tally.acknowledged)
