"""Hints: a changed timestamp reaches whoever listens, at once; idle lines stay open; too many are sent away."""

import asyncio
import json
from dataclasses import replace

from registry.web.app import make_app
from registry.web.watch import WATCH, Watch
from tests.registry.web.conftest import publish


async def lines_until(stream, wanted):
    seen = []
    async with asyncio.timeout(10):
        while True:
            line = (await stream.content.readline()).decode().rstrip("\n")
            seen.append(line)
            if line.startswith(wanted):
                return seen


def hint(line):
    return json.loads(line.removeprefix("data: "))


async def test_a_publication_reaches_an_open_stream(registry):
    async with registry.client.get("/v1/hints") as stream:
        assert stream.headers["Content-Type"] == "text/event-stream"
        await lines_until(stream, ": bangtin")
        publish(registry.config.site, "vn.20.06001", 7)
        assert hint((await lines_until(stream, "data"))[-1]) == {"channel": "vn.20.06001", "timestamp": 7}
        publish(registry.config.site, "vn.20.06001", 8)
        assert hint((await lines_until(stream, "data"))[-1]) == {"channel": "vn.20.06001", "timestamp": 8}


async def test_a_narrowed_stream_starts_with_what_is_newest_and_hears_nothing_else(registry):
    publish(registry.config.site, "vn.20.06001", 4)
    publish(registry.config.site, "vn.20.06002", 9)
    await registry.app[WATCH].look()
    async with registry.client.get("/v1/hints", params=[("channel", "vn.20.06001"), ("channel", "vn")]) as stream:
        assert hint((await lines_until(stream, "data"))[-1]) == {"channel": "vn.20.06001", "timestamp": 4}
        publish(registry.config.site, "vn.20.06002", 10)
        await registry.app[WATCH].look()
        publish(registry.config.site, "vn", 1)
        heard = [hint(line)["channel"] for line in await lines_until(stream, 'data: {"channel": "vn",') if line.startswith("data")]
        assert heard == ["vn"]


async def test_an_idle_stream_is_kept_alive(registry, aiohttp_client):
    app = make_app(replace(registry.config, data=registry.config.data.with_name("data2"), keep_alive=0.02))
    client = await aiohttp_client(app)
    async with client.get("/v1/hints") as stream:
        await lines_until(stream, ": bangtin")
        assert (await lines_until(stream, ":"))[-1] in ("", ":")
        assert (await lines_until(stream, ":"))[-1] == ":"


async def test_one_stream_too_many_is_told_to_poll(registry, aiohttp_client):
    app = make_app(replace(registry.config, data=registry.config.data.with_name("data2"), most_streams=1))
    client = await aiohttp_client(app)
    async with client.get("/v1/hints") as stream:
        await lines_until(stream, ": bangtin")
        refused = await client.get("/v1/hints")
        assert (refused.status, refused.headers["Retry-After"]) == (503, "900")


async def test_shutting_down_ends_open_streams(registry):
    async with registry.client.get("/v1/hints") as stream:
        await lines_until(stream, ": bangtin")
        registry.app[WATCH].close()
        async with asyncio.timeout(10):
            assert await stream.content.read() == b"\n"


async def test_half_written_metadata_is_read_again_and_an_old_hint_never_lost(tmp_path):
    watch = Watch(tmp_path, 0.01)
    await watch.look()
    (tmp_path / "vn").mkdir()
    (tmp_path / "vn/timestamp.json").write_text('{"signed": {"ver')
    (tmp_path / "notes.txt").write_text("x")
    await watch.look()
    assert watch.versions() == {}
    publish(tmp_path.parent / tmp_path.name, "unused", 1)
    (tmp_path / "vn/timestamp.json").write_text('{"signed": {"version": 2}}')
    await watch.look()
    assert watch.versions() == {"vn": 2}
    (tmp_path / "vn/timestamp.json").unlink()
    await watch.look()
    assert watch.newest(["vn", "vn.99"]) == {"vn": 2}
