"""What a province's pages cost with ten thousand units: processor time of the registry and bytes, beside its smallest answer."""

import asyncio
import tempfile
import time
import urllib.request
from pathlib import Path

import psutil

from bench.registry_fleet import enrolled
from bench.row import Row
from bench.running import pause
from bench.serving import registry
from registry.people import sessions, users
from registry.people.limits import Limits
from registry.people.roles import Granted, Role
from registry.people.sessions import Whence
from registry.storage.storage import open_storage
from registry.web.config import wall_clock
from registry.web.users.session import COOKIE

UNITS, TIMES = 10_000, 20
PAGES = {
    "the fleet": "/",
    "the fleet, one village sought": "/?q=bt-00042",
    "alarms": "/alarms",
    "coverage": "/coverage",
    "numbers by commune": "/numbers",
}
NAME = "Lê Thị Đo"


def rows() -> list[Row]:
    """All rows of this bench."""
    with tempfile.TemporaryDirectory(prefix="bangtin-bench-") as name:
        folder = Path(name)
        (folder / "registry").mkdir()
        cookie = asyncio.run(_filled(folder / "registry"))
        with registry(folder, folder / "site") as port:
            served = _settled(port)
            floor, _ = _cost(served, f"http://127.0.0.1:{port}/health", cookie)
            costs = {page: _cost(served, f"http://127.0.0.1:{port}{path}", cookie) for page, path in PAGES.items()}
    how = f"processor time of the registry's process a request, the mean of {TIMES} one after another; {UNITS} enrolled units, SQLite"
    return [
        row
        for page, (seconds, size) in costs.items()
        for row in (
            Row(name=f"{page}: server time", value=1000 * seconds, unit="ms", peer="/health", peer_value=1000 * floor, method=how),
            Row(name=f"{page}: bytes", value=size, unit="B", method="of the page alone, not packed"),
        )
    ]


async def _filled(data: Path) -> str:
    """A registry with all units, and the cookie of somebody who watches them."""
    await enrolled(data, UNITS)
    async with await open_storage(data) as storage, storage.writing() as connection:
        now = wall_clock()
        await users.invite(connection, NAME, [Granted("vn", Role.WATCHER)], now, Limits())
        return f"{COOKIE}={await sessions.begin(connection, NAME, Whence('bench', ''), now)}"


def _settled(port: int) -> psutil.Process:
    """The process that serves, once it has judged every unit and rests."""
    mine = psutil.Process().children(recursive=True)
    (served,) = [each for each in mine if any(found.laddr.port == port for found in each.net_connections("tcp"))]
    deadline = time.monotonic() + 120
    while served.cpu_percent(1.0) > 15 and time.monotonic() < deadline:
        pause(0.1)
    return served


def _cost(served: psutil.Process, address: str, cookie: str) -> tuple[float, int]:
    request = urllib.request.Request(address, headers={"Cookie": cookie, "Accept": "text/html"})  # noqa: S310 (our own loopback)
    before, size = served.cpu_times(), 0
    for _ in range(TIMES):
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            size = len(answer.read())
    after = served.cpu_times()
    return (after.user + after.system - before.user - before.system) / TIMES, size
