"""Two units and the village's own network between them: what one has verified, the other gets, and nothing else can be had."""

import asyncio
import contextlib
import hashlib
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import ClientSession

from agent.main import until as agent_until
from agent.mirror.following import Following
from agent.mirror.limits import Limits
from agent.mirror.serving import Mirror
from agent.pull import Checked, DirectorySource, HttpSource, Source, check_channel
from agent.pull.generations import Generations
from bundle.asset import blob_path
from bundle.errors import Complaint
from bundle.trust import Target
from device.errors import SeamError, Unreachable
from device.paths import Paths
from evidence.signing import new_key
from tests.agent.unit_under_test import CHANNEL, UNIT, install, settings_file
from tests.simulators.content import flood_alert, picture_of, small_bundle
from tests.simulators.live_registry import LiveRegistry, until
from tests.simulators.publisher import Publisher
from tests.simulators.village import Village

PICTURE = hashlib.sha256(b"seed").digest() * 4096


ODD = Complaint("here", "odd", "mend it")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@asynccontextmanager
async def running(paths: Paths) -> AsyncIterator[None]:
    told = asyncio.Event()
    agent = asyncio.ensure_future(agent_until(paths, told))
    try:
        yield
    finally:
        told.set()
        async with asyncio.timeout(15):
            await agent


def pack(paths: Paths, target: Target) -> str:
    path = paths.shelf / CHANNEL / f"{target}.pack"
    return path.read_text() if path.exists() else ""


async def test_a_unit_without_any_network_gets_bundle_and_alert_from_its_neighbour(tmp_path: Path) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    publisher, port = Publisher(tmp_path / "office", (CHANNEL,), now), free_port()
    publisher.release_bundle(CHANNEL, small_bundle(now, title="một", pictures=(PICTURE,)), [PICTURE], now)
    registry = LiveRegistry(tmp_path / "registry", publisher.site)
    await registry.start()
    near, far = Paths(tmp_path / "near"), Paths(tmp_path / "far")
    settings_file(near, f'[agent]\npoll_seconds = 1\n[agent.mirror]\nlisten = "127.0.0.1:{port}"\n')
    settings_file(far, f'[agent]\npoll_seconds = 1\nmirrors = ["http://127.0.0.1:{port}"]\n')
    install(near, registry.url, await registry.enrol(UNIT, f"{CHANNEL}.ban-mau", (CHANNEL,)), publisher.root_bytes)
    install(far, "http://127.0.0.1:1", new_key(), publisher.root_bytes)
    try:
        async with running(near), running(far):
            await until(lambda: "một" in pack(far, Target.BUNDLE), 30)
            assert (far.shelf / blob_path(picture_of(PICTURE).sha256)).read_bytes() == PICTURE
            publisher.release_alerts(CHANNEL, flood_alert(now, speech=b"speech"), [b"speech"], at=now)
            await until(lambda: "lu-1" in pack(far, Target.ALERTS), 60)
    finally:
        await registry.stop()


@pytest.fixture
async def village(tmp_path: Path) -> Village:
    publisher = Publisher(tmp_path / "publisher", [CHANNEL, "vn.20.06002"])
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now, pictures=(PICTURE,)), [PICTURE])
    publisher.release_bundle("vn.20.06002", small_bundle(publisher.now, "vn.20.06002"))
    made = Village(tmp_path, publisher)
    await made.look()
    return made


@asynccontextmanager
async def mirrored(village: Village, **more: object) -> AsyncIterator[tuple[Mirror, str, ClientSession]]:
    port = free_port()
    mirror = Mirror(village.paths, (CHANNEL,), village.publisher.root_bytes, "127.0.0.1", port, **more)  # type: ignore[arg-type]
    async with mirror.serving(), ClientSession() as http:
        yield mirror, f"http://127.0.0.1:{port}", http


async def test_a_neighbour_verifies_what_it_gets_from_the_root_on(village: Village, tmp_path: Path) -> None:
    village.publisher.rotate_root()
    village.publisher.release_bundle(CHANNEL, small_bundle(village.publisher.now, title="Tin mới", pictures=(PICTURE,)))
    await village.look()
    paths = Paths(tmp_path / "neighbour")
    async with mirrored(village) as (_, url, http):
        checked = await check_channel(HttpSource(http, url), paths, CHANNEL, village.publisher.root_bytes, village.moment())
        assert (checked.fresh, checked.refusals) == ((Target.BUNDLE,), ())
        assert (paths.shelf / CHANNEL / "bundle.json.pack").read_bytes() == village.pack(Target.BUNDLE).read_bytes()
        village.publisher.release_alerts(CHANNEL, flood_alert(village.publisher.now))
        await village.look()
        checked = await check_channel(HttpSource(http, url), paths, CHANNEL, village.publisher.root_bytes, village.moment())
        assert checked.fresh == (Target.ALERTS,), "the offer follows the shelf"


async def test_only_verified_paths_of_the_release_tree_are_served_and_nothing_is_listed(village: Village) -> None:
    secret = village.paths.state / "key"
    secret.write_bytes(b"secret")
    stranger = village.paths.shelf / blob_path("a" * 64)
    stranger.parent.mkdir(parents=True, exist_ok=True)
    stranger.write_bytes(b"a blob that no document names")
    there = Generations(village.paths.shelf / CHANNEL / "metadata").current()
    assert there is not None
    async with mirrored(village) as (_, url, http):
        for path in (
            "",
            "metadata",
            f"metadata/{CHANNEL}/",
            f"metadata/{CHANNEL}/current",
            f"metadata/{CHANNEL}/../../../key",
            f"metadata/{CHANNEL}/%2e%2e/%2e%2e/%2e%2e/key",
            f"{CHANNEL}/bundle.json.pack",
            f"{CHANNEL}/metadata/{there.name}/timestamp.json",
            blob_path("a" * 64),
            "metadata/vn.20.06002/timestamp.json",
        ):
            async with http.get(f"{url}/{path}") as answer:
                assert answer.status == 404, path
        for method in ("POST", "PUT", "DELETE", "OPTIONS"):
            async with http.request(method, f"{url}/metadata/{CHANNEL}/timestamp.json") as answer:
                assert answer.status == 405
        async with http.head(f"{url}/metadata/{CHANNEL}/timestamp.json") as answer:
            assert answer.status == 200


async def test_a_blob_is_resumed(village: Village) -> None:
    async with mirrored(village) as (_, url, http):
        headers = {"Range": "bytes=100000-"}
        async with http.get(f"{url}/{blob_path(picture_of(PICTURE).sha256)}", headers=headers) as answer:
            assert answer.status == 206
            assert await answer.read() == PICTURE[100_000:]


async def test_a_greedy_neighbour_is_told_to_wait(village: Village) -> None:
    async with mirrored(village, limits=Limits(requests=2)) as (_, url, http):
        seen = []
        for _ in range(3):
            async with http.get(f"{url}/metadata/{CHANNEL}/timestamp.json") as answer:
                seen.append(answer.status)
        assert seen == [200, 200, 429]


async def test_a_neighbour_is_asked_again_and_again_also_when_it_was_away(village: Village) -> None:
    answers: list[Checked | SeamError] = [Unreachable("off"), Checked(CHANNEL, (), (ODD,)), Checked(CHANNEL)]
    told: list[tuple[Complaint, ...]] = []

    async def look(channel: str, source: Source) -> Checked:
        found = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(found, SeamError):
            raise found
        return found

    following = Following((DirectorySource(Path("neighbour")),), (CHANNEL,), look, told.append, every=0.001)
    running = asyncio.ensure_future(following.run())
    await until(lambda: len(told) >= 3, 5)
    running.cancel()
    assert told[:3] == [(), (ODD,), ()]


async def test_no_neighbour_takes_all_connections(village: Village) -> None:
    async with mirrored(village, most_connections=3) as (mirror, _, _):
        held = [await asyncio.open_connection("127.0.0.1", mirror.port) for _ in range(3)]
        reader, writer = await asyncio.open_connection("127.0.0.1", mirror.port)
        async with asyncio.timeout(10):
            assert await reader.read() == b"", "closed before it was listened to"
        for _, each in (*held, (reader, writer)):
            each.close()
            with contextlib.suppress(OSError):
                await each.wait_closed()


def test_limits_are_for_each_neighbour_and_end_with_the_minute_and_the_hour() -> None:
    limits = Limits(requests=2, most_bytes=100)
    assert [limits.allows("a", 10, 0.0) for _ in range(3)] == [True, True, False]
    assert limits.allows("b", 10, 0.0)
    assert limits.allows("a", 80, 60.0)
    assert not limits.allows("a", 1, 120.0), "the bytes of the hour are used up"
    assert limits.allows("a", 100, 3600.0)
    assert [limits.allows(f"peer-{n}", 0, 3600.0) for n in range(100)].count(True) == 63
