"""A thousand units that listen to one registry: until the last of them has an alert, and what that costs the one who publishes it."""

import asyncio
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import ClientSession, TCPConnector

from agent.pull import Carried, DirectorySource, HttpSource, check_channel
from agent.registry import RegistryLink
from bench.commune import bundle, notice
from bench.serving import registry
from bundle.trust import Target
from device.errors import Unreachable
from device.paths import Paths
from director.moment import Moment
from evidence.records import ClockState
from registry.trust.proposal import Proposal, compact
from registry.trust.release import release
from tests.simulators.content import CHANNEL, flood_alert
from tests.simulators.publisher import Publisher

SAMPLE = 10
"""How many of the units verify what they hear, by the real check; all of them read it."""
PATIENCE = 60.0


@dataclass
class Crowd:
    """*units* that listen at *url*; each notes when it read which timestamp, and what one of the sample did then."""

    url: str
    publisher: Publisher
    folder: Path
    read: dict[int, list[float]] = field(default_factory=dict)
    verified: list[float] = field(default_factory=list)
    connected: int = 0

    async def unit(self, number: int, http: ClientSession) -> None:
        """Listen for ever."""
        paths = Paths(self.folder / f"unit-{number}") if number < SAMPLE else None
        if paths is not None:
            await check_channel(DirectorySource(self.publisher.site), paths, CHANNEL, self.publisher.root_bytes, _moment())
        while True:
            try:
                async for hint in RegistryLink(http, self.url).hints((CHANNEL,)):
                    # The first one is what stands: whoever hears it is listening.
                    files = hint.carried()
                    if not files:
                        self.connected += 1
                        continue
                    self.read.setdefault(hint.timestamp, []).append(time.time())
                    if paths is not None:
                        source = Carried(files, HttpSource(http, f"{self.url}/content"))
                        timestamp = files[f"metadata/{CHANNEL}/timestamp.json"]
                        found = await check_channel(source, paths, CHANNEL, self.publisher.root_bytes, _moment(), timestamp=timestamp)
                        assert found.fresh == (Target.ALERTS,), found
                        self.verified.append(time.time())
            except Unreachable:
                await asyncio.sleep(1.0)


async def measure(units: int, alerts: int) -> dict[str, object]:
    """*alerts* released to *units*: the release's own seconds, and those until the median and last read it and the sample had it."""
    # Each of them would be a machine of its own: they share no threads.
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(8 * SAMPLE))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        publisher = Publisher(folder / "publisher", [CHANNEL], now=datetime.now(UTC))
        publisher.release_bundle(CHANNEL, bundle(notice(1)))
        with registry(folder, publisher.site) as port:
            async with ClientSession(connector=TCPConnector(limit=0)) as http:
                crowd = Crowd(f"http://127.0.0.1:{port}", publisher, folder)
                tasks = [asyncio.create_task(crowd.unit(number, http)) for number in range(units)]
                await _until(lambda: crowd.connected >= units)
                found = [await _one(crowd, units, number) for number in range(alerts)]
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
    return {"alerts": found, "load": os.getloadavg()[0]}


async def _one(crowd: Crowd, units: int, number: int) -> dict[str, float]:
    publisher = crowd.publisher
    publisher.now = datetime.now(UTC)
    alerts = flood_alert(publisher.now, identifier=f"lu-{number}")
    proposal = publisher.signed(CHANNEL, Target.ALERTS, compact(alerts))
    crowd.read.clear()
    crowd.verified.clear()
    began = time.time()
    released = await asyncio.to_thread(_released, publisher, proposal)
    await _until(lambda: any(len(at) == units for at in crowd.read.values()) and len(crowd.verified) == min(units, SAMPLE))
    at = sorted(next(iter(crowd.read.values())))
    verified = max(crowd.verified) - began
    await asyncio.sleep(0.5)
    return {"released": released, "median": at[len(at) // 2] - began, "last": at[-1] - began, "sample": verified}


def _released(publisher: Publisher, proposal: Proposal) -> float:
    began = time.monotonic()
    release(publisher.tree, proposal, publisher.online, publisher.now)
    return time.monotonic() - began


async def _until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not true():  # noqa: ASYNC110 - a thousand tasks make it true, and none of them knows
            await asyncio.sleep(0.01)


def _moment() -> Moment:
    return Moment(datetime.now(UTC), ClockState.TRUSTED, "bench", time.monotonic())


if __name__ == "__main__":
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    print(json.dumps(asyncio.run(measure(int(sys.argv[1]), int(sys.argv[2])))))
