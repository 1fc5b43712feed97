"""A village's link on this machine: a bundle over real TCP that is slow, loses packets, and is cut again and again."""

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable
from pathlib import Path

from aiohttp import ClientSession, web
from aiohttp.typedefs import Handler

from agent.pull import HttpSource, check_channel
from bench.commune import bundle, notice
from bench.link import HERE, NAMESPACE, PORT, THERE, Link
from bench.row import Row
from bundle.trust import Target
from device.errors import TooSlow, Unreachable
from device.paths import Paths
from director.moment import Moment
from evidence.records import ClockState
from evidence.timing import FIRST_RETRY
from tests.simulators.content import CHANNEL
from tests.simulators.publisher import Publisher

RATE, LOSS, DELAY = 256_000, 0.05, 0.06
CUT_EVERY, CUT_FOR = 20.0, 1.0
PICTURE, PICTURES = 250_000, 8
PATIENCE = 240.0


def rows() -> list[Row]:
    """The bundle's bytes over what the link could have carried in the same time."""
    done = subprocess.run(
        [*NAMESPACE, sys.executable, "-m", "bench.slow_link"],
        capture_output=True,
        timeout=PATIENCE + 60,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr.decode())
    found = json.loads(done.stdout)
    method = (
        f"a bundle of {found['bytes'] / 1e6:.1f} MB in {found['seconds']:.0f} s over a TUN device: {RATE // 1000} kbit/s each way, "
        f"{DELAY * 1000:.0f} ms round trip, {LOSS:.0%} of packets lost at random ({found['dropped']} of {found['packets']} dropped, "
        f"also by full queues and cuts), no packet passes for {CUT_FOR:.0f} s every {CUT_EVERY:.0f} s and connections are reset then "
        f"({found['cuts']} cuts, {found['looks']} looks); the pictures' bytes over all the time, with cuts and back-off"
    )
    rate = found["bytes"] * 8 / found["seconds"] / 1000
    name = "goodput over a bad link"
    return [Row(name=name, value=rate, unit="kbit/s", peer="the link's rate", peer_value=RATE / 1000, method=method)]


async def _measure(folder: Path) -> dict[str, float]:
    publisher = Publisher(folder / "publisher", [CHANNEL])
    pictures = [os.urandom(PICTURE) for _ in range(PICTURES)]
    publisher.release_bundle(CHANNEL, bundle(notice(1, tuple(pictures))), pictures)
    link = Link(RATE, DELAY, LOSS)
    asyncio.get_running_loop().add_reader(link.device, link.take)
    app, open_now = web.Application(), set[asyncio.Transport]()
    app.router.add_static("/", publisher.site)

    @web.middleware
    async def remember(request: web.Request, handler: Handler) -> web.StreamResponse:
        assert isinstance(request.transport, asyncio.Transport)
        open_now.add(request.transport)
        return await handler(request)

    app.middlewares.append(remember)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, HERE, PORT).start()
    cuts = 0

    async def cut() -> None:
        nonlocal cuts
        while True:
            await asyncio.sleep(CUT_EVERY - CUT_FOR)
            link.down, cuts = True, cuts + 1
            await asyncio.sleep(CUT_FOR)
            link.down = False
            for transport in open_now:
                transport.abort()
            open_now.clear()

    cutting, began = asyncio.ensure_future(cut()), time.monotonic()
    looks = await _until_whole(folder, publisher)
    seconds = time.monotonic() - began
    cutting.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await cutting
    carried = {"bytes": PICTURE * PICTURES, "seconds": seconds, "cuts": cuts, "looks": looks}
    return carried | {"dropped": link.dropped, "packets": link.packets}


async def _until_whole(folder: Path, publisher: Publisher) -> int:
    looks = 0
    async with asyncio.timeout(PATIENCE), ClientSession() as session:
        while True:
            looks += 1
            source = HttpSource(session, f"http://{THERE}:{PORT}/")
            moment = Moment(publisher.now, ClockState.TRUSTED, "bench", looks)
            try:
                found = await check_channel(source, Paths(folder / "unit"), CHANNEL, publisher.root_bytes, moment)
            except (Unreachable, TooSlow):
                # The first wait of the back-off; a look that brought something starts from there.
                await asyncio.sleep(FIRST_RETRY)
                continue
            assert found.fresh == (Target.BUNDLE,), found
            return looks


def _run(work: Awaitable[dict[str, float]]) -> None:
    async def told() -> None:
        print(json.dumps(await work))

    asyncio.run(told())


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        _run(_measure(Path(name)))
