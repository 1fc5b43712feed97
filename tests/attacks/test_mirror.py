"""Attack stories about mirrors: a neighbour that is captured, wrong or broken can be useless, and nothing worse."""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from agent.pull import Checked, HttpSource, Source
from agent.roads import Roads
from bundle.trust import Target
from device.errors import SeamError
from tests.simulators.content import CHANNEL, small_bundle
from tests.simulators.publisher import Publisher
from tests.simulators.village import Village

HONEST = ("Lịch tiêm chủng", ("lu-1",))
NEWER = ("Tin mới", ("lu-1",))
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def serving(answer: Answer) -> AsyncIterator[HttpSource]:
    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    async with TestServer(app) as server, ClientSession() as http:
        yield HttpSource(http, str(server.make_url("/")))


def tree(folder: Path) -> Answer:
    async def answer(request: web.Request) -> web.StreamResponse:
        path = folder / request.match_info["path"]
        return web.FileResponse(path) if path.is_file() else web.Response(status=404)

    return answer


async def garbage(request: web.Request) -> web.StreamResponse:
    return web.Response(body=b"\x00garbage" * 100)


async def endless(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    for _ in range(200):
        await response.write(b" " * 65536)
    return response


async def elsewhere(request: web.Request) -> web.StreamResponse:
    raise web.HTTPFound("/loop")


async def look(village: Village, *sources: Source) -> Checked:
    first, *others = sources
    return await Roads(first, tuple(others)).look(CHANNEL, lambda source: village.look(source))


@pytest.mark.parametrize("answer", [garbage, endless, elsewhere])
async def test_garbage(village: Village, publisher: Publisher, answer: Answer) -> None:
    shelved = {target: village.pack(target).read_bytes() for target in (Target.BUNDLE, Target.ALERTS)}
    async with serving(answer) as captured:
        try:
            checked = await look(village, captured)
            assert checked.refusals
            assert checked.fresh == ()
        except SeamError:
            pass
        assert {target: village.pack(target).read_bytes() for target in shelved} == shelved
        assert village.on_air() == HONEST
        publisher.release_bundle(CHANNEL, small_bundle(publisher.now, title="Tin mới"))
        async with serving(tree(publisher.site)) as honest:
            assert (await look(village, captured, honest)).fresh == (Target.BUNDLE,)
    assert village.on_air() == NEWER


async def test_an_old_tree(village: Village, publisher: Publisher, tmp_path: Path) -> None:
    shutil.copytree(publisher.site, tmp_path / "old")
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now, title="Tin mới"))
    await village.look()
    shelved = village.pack(Target.BUNDLE).read_bytes()
    async with serving(tree(tmp_path / "old")) as captured:
        checked = await look(village, captured)
    assert checked.refusals
    assert village.pack(Target.BUNDLE).read_bytes() == shelved
    assert village.on_air() == NEWER


async def test_another_commune_and_a_stranger(village: Village, publisher: Publisher, tmp_path: Path) -> None:
    publisher.release_bundle("vn.20.06002", small_bundle(publisher.now, "vn.20.06002", "Tin xã bên"))
    foreign = tmp_path / "foreign"
    shutil.copytree(publisher.site, foreign)
    shutil.rmtree(foreign / "metadata" / CHANNEL)
    (foreign / "metadata" / "vn.20.06002").rename(foreign / "metadata" / CHANNEL)
    stranger = Publisher(tmp_path / "stranger", [CHANNEL], publisher.now)
    for _ in range(9):
        stranger.renew(CHANNEL)
    shelved = village.pack(Target.BUNDLE).read_bytes()
    async with serving(tree(foreign)) as captured, serving(tree(stranger.site)) as strange:
        checked = await look(village, captured, strange)
    assert "another channel" in str(checked.refusals)
    assert checked.fresh == ()
    assert village.pack(Target.BUNDLE).read_bytes() == shelved
    assert village.on_air() == HONEST
    village.new_worker()
    assert village.on_air() == HONEST
