"""A check of all channels with nothing new: requests, bytes, processor time and memory, beside python-tuf on a flat repository."""

import asyncio
import json
import statistics
import sys
import tempfile
from pathlib import Path

from agent.pull import DirectorySource, check_channel
from bench.commune import bundle, notice
from bench.flat import CHANNEL as FLAT
from bench.flat import COMMUNES, make_flat
from bench.proxy import Counter, counting
from bench.row import Row
from bench.serving import registry
from device.paths import Paths
from director.moment import Moment
from evidence.records import ClockState
from tests.simulators.content import CHANNEL
from tests.simulators.publisher import START, Publisher

CHANNELS = ("vn", "vn.20", CHANNEL)
NOTICES, TIMES = 50, 5


def rows() -> list[Row]:
    """All rows of this bench."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        publisher = Publisher(folder / "publisher", CHANNELS)
        publisher.release_bundle(CHANNEL, bundle(*(notice(n) for n in range(NOTICES))))
        root = make_flat(publisher.site)
        with registry(folder, publisher.site) as port:
            return asyncio.run(_rows(folder, publisher, root, port))


async def _rows(folder: Path, publisher: Publisher, flat_root: bytes, port: int) -> list[Row]:
    unit, flat = folder / "unit", folder / "flat"
    for place, root in ((unit, publisher.root_bytes), (flat, flat_root)):
        place.mkdir()
        (place / "first.json").write_bytes(root)
    for channel in CHANNELS:
        moment = Moment(START, ClockState.TRUSTED, "bench", 1.0)
        await check_channel(DirectorySource(publisher.site), Paths(unit), channel, publisher.root_bytes, moment)
    async with counting(port) as counter:
        await _child(FLAT, counter, flat)
        theirs = [await _child(FLAT, counter, flat) for _ in range(TIMES)]
        ours = [await _child("ours", counter, unit, *CHANNELS) for _ in range(TIMES)]
    return _told(ours, theirs)


async def _child(whose: str, counter: Counter, folder: Path, *channels: str) -> dict[str, float]:
    counter.clear()
    line = [sys.executable, "-m", "bench.nothing_new", whose, counter.url, str(folder), *channels]
    process = await asyncio.create_subprocess_exec(*line, stdout=asyncio.subprocess.PIPE)
    said, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"{line} ended with {process.returncode}")
    cost: dict[str, float] = json.loads(said)
    return cost | {"requests": counter.requests, "wire": counter.bytes, "body": counter.body}


def _told(ours: list[dict[str, float]], theirs: list[dict[str, float]]) -> list[Row]:
    peer = f"python-tuf, flat, {COMMUNES:,} roles"
    how = (
        f"all {len(CHANNELS)} channels of a unit that has everything, at `bangtin registry serve`; the peer is ngclient's refresh with a "
        f"full cache, on a repository whose one targets role delegates {COMMUNES:,}; median of {TIMES} processes; "
    )

    def row(what: str, key: str, unit: str, method: str, scale: float = 1, budget: str = "", most: float | None = None) -> Row:
        mine, other = (statistics.median(each[key] for each in found) * scale for found in (ours, theirs))
        holds = None if most is None else mine <= most
        shown = {"peer": peer, "peer_value": other} if other else {}
        return Row(name=f"check with nothing new, {what}", value=mine, unit=unit, budget=budget, holds=holds, method=how + method, **shown)

    wire = "counted in a TCP proxy"
    return [
        row("requests", "requests", "", wire, budget="1 request", most=1),
        row("body", "body", "B", f"what follows the heads of the answers, {wire}", budget="≤ 1 KB body", most=1024),
        row("on the wire", "wire", "B", f"{wire}, both directions with HTTP heads, without TLS and TCP/IP"),
        row("CPU", "cpu", "ms", "getrusage of the process around the check, imports not counted", 1000),
        row("peak RSS", "rss", "MB", "VmHWM of the process, imports and all; ours holds aiohttp and pydantic, the peer urllib3"),
    ]
