"""Two units and the village's own network between them: what one has verified, the other gets, and nothing else can be had."""

import asyncio
import contextlib
import hashlib
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import ClientSession

from agent.main import until as agent_until
from agent.mirror import following
from agent.mirror.following import Following, Neighbour
from agent.mirror.hinting import MOST_LISTENERS
from agent.mirror.limits import Limits
from agent.mirror.serving import Mirror
from agent.pull import Carried, Checked, DirectorySource, HttpSource, Source, check_channel
from agent.pull.generations import Generations
from agent.pull.shelving import put_fast
from agent.registry import Hint, RegistryLink
from bundle.asset import blob_path
from bundle.errors import Complaint
from bundle.policy import StopList
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
            # Long before it would be asked again.
            await until(lambda: "lu-1" in pack(far, Target.ALERTS), 15)
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


async def silent(channels: tuple[str, ...]) -> AsyncIterator[Hint]:
    if channels:
        raise Unreachable("a plain server")
    yield Hint(channel=CHANNEL, timestamp=0)


async def never(channel: str, files: Mapping[str, bytes], source: Source, hasty: bool) -> tuple[Checked, bool]:
    raise AssertionError("nobody hinted")


async def test_a_neighbour_is_asked_again_and_again_also_when_it_was_away(village: Village) -> None:
    answers: list[Checked | SeamError] = [Unreachable("off"), Checked(CHANNEL, (), (ODD,)), Checked(CHANNEL)]
    told: list[tuple[Complaint, ...]] = []

    async def look(channel: str, source: Source) -> Checked:
        found = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(found, SeamError):
            raise found
        return found

    follows = Following((Neighbour(DirectorySource(Path("neighbour")), silent),), (CHANNEL,), look, never, told.append, every=0.001)
    running = asyncio.ensure_future(follows.run())
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


async def test_an_alert_travels_with_the_mirrors_hint_and_needs_no_request(village: Village, tmp_path: Path) -> None:
    paths, publisher = Paths(tmp_path / "neighbour"), village.publisher
    async with mirrored(village) as (mirror, url, http):
        source = HttpSource(http, url)
        await check_channel(source, paths, CHANNEL, publisher.root_bytes, village.moment())
        async with contextlib.aclosing(RegistryLink(http, url).hints((CHANNEL,))) as hints, asyncio.timeout(10):
            assert (await anext(hints)).carried() == {}, "what stands is told without its files"
            for number in (1, 2):
                publisher.release_alerts(CHANNEL, flood_alert(publisher.now, identifier=f"lu-{number}"))
                await village.look()
                mirror.news()
                hint = await anext(hints)
                carried = Carried(hint.carried(), away())
                timestamp = hint.carried()[f"metadata/{CHANNEL}/timestamp.json"]
                checked = await check_channel(carried, paths, CHANNEL, publisher.root_bytes, village.moment(), timestamp=timestamp)
                assert (checked.fresh, checked.refusals) == ((Target.ALERTS,), ())


@pytest.mark.parametrize("later", [False, True])
async def test_a_stop_and_an_alert_that_no_card_has_yet_are_offered_together(village: Village, tmp_path: Path, later: bool) -> None:
    """Under one timestamp, or the stop under a *later* one of the same second, whose snapshot names the alert as well."""
    paths, publisher = Paths(tmp_path / "neighbour"), village.publisher
    stop = StopList(format=1, channel=CHANNEL)
    publisher.release_alerts(CHANNEL, flood_alert(publisher.now))
    if later:
        put_fast(village.paths, CHANNEL, Target.ALERTS, publisher.pack(CHANNEL, Target.ALERTS))
        publisher.release_stop(CHANNEL, stop)
    else:
        publisher.release_stop(CHANNEL, stop)
        put_fast(village.paths, CHANNEL, Target.ALERTS, publisher.pack(CHANNEL, Target.ALERTS))
    put_fast(village.paths, CHANNEL, Target.STOP, publisher.pack(CHANNEL, Target.STOP))
    async with mirrored(village) as (_, url, http):
        checked = await check_channel(HttpSource(http, url), paths, CHANNEL, publisher.root_bytes, village.moment())
    assert ({*checked.fresh}, checked.refusals) == ({Target.BUNDLE, Target.ALERTS, Target.STOP}, ())


async def test_listeners_leave_room_for_those_who_fetch(village: Village) -> None:
    async with mirrored(village) as (_, url, http):
        async with contextlib.AsyncExitStack() as stack:
            open_now = [await stack.enter_async_context(http.get(f"{url}/v1/hints")) for _ in range(MOST_LISTENERS)]
            assert {each.status for each in open_now} == {200}
            assert (await http.get(f"{url}/v1/hints")).status == 503
            assert (await http.get(f"{url}/metadata/{CHANNEL}/timestamp.json")).status == 200
        await until(lambda: _answers(http, url))


async def _answers(http: ClientSession, url: str) -> bool:
    async with http.get(f"{url}/v1/hints") as response:
        return response.status == 200


async def test_a_neighbour_whose_hints_are_of_no_use_breaks_off_one_look_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "BREATH", 0.0)
    hasty: list[bool] = []

    async def hints(channels: tuple[str, ...]) -> AsyncIterator[Hint]:
        for number in range(5):
            yield Hint(channel=CHANNEL, timestamp=number)
        yield Hint(channel="vn.20.06002", timestamp=1)
        await asyncio.Event().wait()

    async def hurry(channel: str, files: Mapping[str, bytes], source: Source, at_once: bool) -> tuple[Checked, bool]:
        hasty.append(at_once)
        return Checked(channel), False

    async def look(channel: str, source: Source) -> Checked:
        return Checked(channel)

    running = asyncio.ensure_future(
        Following((Neighbour(DirectorySource(Path("neighbour")), hints),), (CHANNEL,), look, hurry, lambda _: None).run()
    )
    await until(lambda: len(hasty) == 5, 5)
    running.cancel()
    assert hasty == [True, False, False, False, False]


def away() -> Source:
    return DirectorySource(Path("nowhere"))
