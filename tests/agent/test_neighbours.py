"""A unit without a link gets an emergency, also one that nobody signed by hand, and its end: from a neighbour's shelf and from a stick."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import ClientSession

from agent.mirror.serving import Mirror
from agent.pull import HttpSource
from agent.pull.shelving import pack_path, put_fast
from bundle.alert import AlertSet, Reference
from bundle.policy import StopList
from bundle.trust import Target, unpack
from device.clock import ManualClock
from device.paths import Paths
from tests.agent.test_agent_mirror import free_port
from tests.simulators.content import CHANNEL, flood_alert
from tests.simulators.courier import CourierUnit, stick_of
from tests.simulators.publisher import Publisher
from tests.simulators.village import Village

STORM = 12


class Pair:
    """Two units of one channel: *near* has a link, *far* has none but a *road* to it, or a stick."""

    def __init__(self, folder: Path) -> None:
        self.publisher = Publisher(folder / "publisher", [CHANNEL])
        self.near, self.far = Village(folder / "near", self.publisher), Village(folder / "far", self.publisher)
        self.stick, self.units = folder / "stick", CourierUnit(self.far.paths, self.publisher.root_bytes, ManualClock(self.far.moment()))

    def raise_alert(self, identifier: str = "lu-1", feed: bool = False) -> Reference:
        alerts = flood_alert(self.publisher.later(seconds=20), identifier=identifier)
        (self.publisher.release_feed if feed else self.publisher.release_alerts)(CHANNEL, alerts)
        alert = alerts.alerts[0]
        return Reference(sender=alert.sender, identifier=alert.identifier, sent=alert.sent)

    def stop(self, alert: Reference) -> None:
        self.publisher.later(seconds=20)
        self.publisher.release_stop(CHANNEL, StopList(format=1, channel=CHANNEL, cancelled=(alert,)))

    def version(self, paths: Paths, target: Target) -> int:
        """Of what stands on a shelf; 0 of what does not."""
        path = pack_path(paths.shelf, CHANNEL, target)
        return int(json.loads(unpack(path.read_bytes()).role)["signed"]["version"]) if path.exists() else 0

    def believed(self, village: Village, target: Target) -> tuple[str, ...]:
        """The identifiers that a worker there has verified itself, of those *target* lists."""
        cell = village.cell()
        found: AlertSet | None = None if cell is None else cell.feed if target is Target.FEED else cell.alerts
        return tuple(alert.identifier for alert in found.alerts) if found else ()

    @asynccontextmanager
    async def mirror(self) -> AsyncIterator[tuple[HttpSource, ClientSession, str]]:
        port = free_port()
        serving = Mirror(self.near.paths, (CHANNEL,), self.publisher.root_bytes, "127.0.0.1", port)
        async with serving.serving(), ClientSession() as http:
            yield HttpSource(http, f"http://127.0.0.1:{port}"), http, f"http://127.0.0.1:{port}"

    async def by_mirror(self) -> None:
        await self.near.look()
        async with self.mirror() as (source, _, _):
            checked = await self.far.look(source)
            assert checked.refusals == ()

    async def by_stick(self) -> None:
        stick_of(self.publisher, self.stick)
        self.units.later(self.publisher.now)
        await self.units.plug(self.stick)
        assert self.units.refusals == ()


ROADS: dict[str, Callable[[Pair], Awaitable[None]]] = {"mirror": Pair.by_mirror, "stick": Pair.by_stick}


@pytest.mark.parametrize("road", ROADS)
@pytest.mark.parametrize("target", [Target.ALERTS, Target.FEED])
async def test_an_emergency_and_its_end_come_without_a_link(tmp_path: Path, road: str, target: Target) -> None:
    pair, come = Pair(tmp_path), ROADS[road]
    alert = pair.raise_alert(feed=target is Target.FEED)
    await come(pair)
    assert pair.believed(pair.far, target) == ("lu-1",)
    pair.stop(alert)
    await come(pair)
    cell = pair.far.cell()
    assert cell is not None
    assert cell.stop is not None
    assert cell.stop.cancelled == (alert,)


@pytest.mark.parametrize("target", [Target.ALERTS, Target.FEED])
async def test_a_stick_of_before_takes_nothing_newer_away(tmp_path: Path, target: Target) -> None:
    pair, feed = Pair(tmp_path), target is Target.FEED
    pair.raise_alert("lu-1", feed)
    stick_of(pair.publisher, pair.stick)
    pair.raise_alert("lu-2", feed)
    await pair.by_mirror()
    await pair.units.plug(pair.stick)
    assert pair.believed(pair.far, target) == ("lu-2",)


async def test_what_is_in_force_in_ram_alone_is_served_also_while_the_card_takes_nothing(tmp_path: Path) -> None:
    pair = Pair(tmp_path)
    pair.raise_alert("lu-1")
    await pair.near.look()
    pair.raise_alert("lu-2")
    put_fast(pair.near.paths, CHANNEL, Target.ALERTS, pair.publisher.pack(CHANNEL, Target.ALERTS))
    async with pair.mirror() as (source, _, _):
        await pair.far.look(source)
    assert pair.believed(pair.far, Target.ALERTS) == ("lu-2",)


async def test_in_the_middle_of_a_storm_a_mirror_serves_nothing_older_than_what_is_in_force_there(tmp_path: Path) -> None:
    """The neighbour asks all the time, while one update after the other arrives: its versions only rise, and end where the office is."""
    pair, over = Pair(tmp_path), asyncio.Event()
    pair.raise_alert("lu-0")
    await pair.near.look()
    seen: list[tuple[int, int]] = []

    async def follow(source: HttpSource, http: ClientSession, url: str) -> None:
        while not over.is_set():
            before = pair.version(pair.near.paths, Target.ALERTS), pair.version(pair.near.paths, Target.FEED)
            answer = await http.get(f"{url}/metadata/{CHANNEL}/timestamp.json")
            snapshot = json.loads(await answer.read())["signed"]["meta"]["snapshot.json"]["version"]
            listed = json.loads(await (await http.get(f"{url}/metadata/{CHANNEL}/{snapshot}.snapshot.json")).read())["signed"]["meta"]
            offered = listed["alerts.json"]["version"], listed.get("feed.json", {"version": 0})["version"]
            assert all(offer >= held for offer, held in zip(offered, before, strict=True)), "older than what is in force there"
            await pair.far.look(source)
            seen.append((pair.version(pair.far.paths, Target.ALERTS), pair.version(pair.far.paths, Target.FEED)))

    async with pair.mirror() as road:
        following = asyncio.ensure_future(follow(*road))
        for number in range(1, STORM):
            pair.raise_alert(f"lu-{number}", feed=number % 2 == 0)
            await pair.near.look()
        over.set()
        await following
        await pair.far.look(road[0])
    assert seen == sorted(seen), "what is in force only rises"
    newest = pair.publisher.tree.cell(CHANNEL)
    assert (pair.version(pair.far.paths, Target.ALERTS), pair.version(pair.far.paths, Target.FEED)) == (
        newest.version("alerts"),
        newest.version("feed"),
    )
