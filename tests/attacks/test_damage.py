"""Attack stories about bytes: truncated, flipped, swollen, half-fetched. The old stays on the shelf and on air."""

import asyncio
import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from agent.pull import DirectorySource, HttpSource
from bundle.asset import blob_path
from bundle.trust import Target
from device.errors import SeamError
from tests.simulators.content import CHANNEL, picture_of, small_bundle
from tests.simulators.publisher import Publisher
from tests.simulators.village import Village

HONEST = ("Lịch tiêm chủng", ("lu-1",))
NEWER = ("Tin mới", ("lu-1",))
DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda raw: b"",
    "truncated": lambda raw: raw[: len(raw) // 2],
    "flipped": lambda raw: raw[: len(raw) // 2] + bytes([raw[len(raw) // 2] ^ 1]) + raw[len(raw) // 2 + 1 :],
    "swollen": lambda raw: raw + b" " * 6_000_000,
    "not JSON": lambda raw: b"<html>404</html>",
    "nested": lambda raw: b"[" * 100_000,
    "nothing signed": lambda raw: b'{"signed":null,"signatures":[]}',
}


def newest(publisher: Publisher, kind: str) -> Path:
    cell = publisher.tree.cell(CHANNEL)
    match kind:
        case "timestamp":
            return publisher.tree.metadata(CHANNEL, "timestamp")
        case "snapshot":
            return publisher.tree.metadata(CHANNEL, "snapshot", cell.snapshot.signed.version)
        case "content":
            return publisher.tree.metadata(CHANNEL, "content", cell.version("content"))
        case _:
            return max((publisher.site / "targets" / CHANNEL).glob("*.bundle.json"), key=lambda path: path.stat().st_mtime_ns)


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("kind", ["timestamp", "snapshot", "content", "bundle"])
async def test_a_damaged_tree_changes_nothing_and_is_healed_by_a_whole_one(
    village: Village, publisher: Publisher, kind: str, damage: str
) -> None:
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now, title="Tin mới"))
    path = newest(publisher, kind)
    honest = path.read_bytes()
    path.write_bytes(DAMAGES[damage](honest))
    shelved = {target: village.pack(target).read_bytes() for target in (Target.BUNDLE, Target.ALERTS)}
    checked = await village.look()
    assert checked.fresh == ()
    assert len(checked.refusals) == 1
    assert checked.refusals[0].do
    assert {target: village.pack(target).read_bytes() for target in shelved} == shelved
    assert village.on_air() == HONEST
    path.write_bytes(honest)
    assert (await village.look()).fresh == (Target.BUNDLE,)
    assert village.on_air() == NEWER


@pytest.mark.parametrize("damage", DAMAGES)
async def test_a_damaged_pack_on_the_shelf_is_not_believed(village: Village, damage: str) -> None:
    village.offer(DAMAGES[damage](village.pack(Target.BUNDLE).read_bytes()), Target.BUNDLE)
    assert village.on_air() == HONEST
    village.new_worker()
    assert village.on_air() == HONEST


async def test_a_half_downloaded_bundle_is_never_on_air(village: Village, publisher: Publisher) -> None:
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now, title="Tin mới", pictures=(b"one", b"two")), [b"one", b"two"])
    missing = publisher.site / blob_path(picture_of(b"two").sha256)
    missing.unlink()
    with pytest.raises(SeamError):
        await village.look()
    assert village.on_air() == HONEST
    missing.write_bytes(b"two")
    assert (await village.look()).fresh == (Target.BUNDLE,)
    assert village.on_air() == NEWER


async def test_a_pack_without_its_blobs_is_not_on_air_although_an_agent_shelved_it(village: Village, publisher: Publisher) -> None:
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now, title="Tin mới", pictures=(b"one",)), [b"one"])
    village.offer(publisher.pack(CHANNEL, Target.BUNDLE), Target.BUNDLE)
    assert village.on_air() == HONEST


async def test_xibo_a_corrupt_download_never_replaces_the_good_copy(village: Village, publisher: Publisher) -> None:
    """The source has a wrong copy of a blob that we have whole, and of one that we need."""
    good = village.paths.shelf / blob_path(picture_of(b"picture").sha256)
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now, title="Tin mới", pictures=(b"picture", b"other")), [b"other"])
    for blob in (b"picture", b"other"):
        (publisher.site / blob_path(picture_of(blob).sha256)).write_bytes(bytes(len(blob)))
    checked = await village.look()
    assert "not the signed ones" in str(checked.refusals)
    assert good.read_bytes() == b"picture"
    assert not (village.paths.shelf / blob_path(picture_of(b"other").sha256)).exists()
    assert village.on_air() == HONEST


async def test_garlic_a_server_that_ignores_ranges(village: Village, publisher: Publisher) -> None:
    big = hashlib.sha256(b"seed").digest() * 4096
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now, title="Tin mới", pictures=(big,)), [big])
    final = village.paths.shelf / blob_path(picture_of(big).sha256)
    final.parent.mkdir(parents=True, exist_ok=True)
    final.with_name(final.name + ".part").write_bytes(big[:50_000])

    async def whole(request: web.Request) -> web.StreamResponse:
        path = publisher.site / request.match_info["path"]
        return web.Response(body=path.read_bytes()) if path.is_file() else web.Response(status=404)

    app = web.Application()
    app.router.add_get("/content/{path:.*}", whole)
    server = TestServer(app)
    await server.start_server()
    try:
        async with ClientSession() as session:
            checked = await village.look(HttpSource(session, str(server.make_url("/content"))))
    finally:
        await server.close()
    assert (checked.fresh, checked.refusals) == ((Target.BUNDLE,), ())
    assert final.read_bytes() == big
    assert village.on_air() == NEWER


@pytest.mark.parametrize("what", ["timestamp.json", "snapshot.json", "content.json", "bundle.json", "blobs/"])
async def test_endless_data(village: Village, publisher: Publisher, what: str) -> None:
    """A server that goes on and on: nobody reads more than was signed, or than such a file may have, and nothing of it stays."""
    big = hashlib.sha256(b"seed").digest() * 4096
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now, title="Tin mới", pictures=(big,)), [big])
    shelved = {target: village.pack(target).read_bytes() for target in (Target.BUNDLE, Target.ALERTS)}
    given_up = asyncio.Event()

    async def endless(request: web.Request) -> web.StreamResponse:
        path = publisher.site / request.match_info["path"]
        if what not in str(path):
            return web.FileResponse(path) if path.is_file() else web.Response(status=404)
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            while True:
                await response.write(b" " * 65_536)
        finally:
            given_up.set()

    app = web.Application()
    app.router.add_get("/{path:.*}", endless)
    async with TestServer(app) as server, ClientSession() as session:
        try:
            checked = await village.look(HttpSource(session, str(server.make_url("/"))))
            assert checked.refusals
            assert checked.fresh == ()
        except SeamError:
            pass
        async with asyncio.timeout(20):
            await given_up.wait()
    assert {target: village.pack(target).read_bytes() for target in shelved} == shelved
    assert not any(b" " * 1000 in path.read_bytes() for path in village.paths.shelf.rglob("*") if path.is_file())
    assert village.on_air() == HONEST
    assert (await village.look()).fresh == (Target.BUNDLE,)
    assert village.on_air() == NEWER


async def test_an_empty_source_takes_nothing_away(village: Village, tmp_path: Path) -> None:
    """Absence never cancels an alert."""
    (tmp_path / "empty").mkdir()
    with pytest.raises(SeamError):
        await village.look(DirectorySource(tmp_path / "empty"))
    assert village.on_air() == HONEST
