"""Hints: a changed timestamp reaches whoever listens, at once; idle lines stay open; too many are sent away."""

import asyncio
import json
import shutil
from dataclasses import replace

from bundle.alert import AlertSet
from bundle.policy import StopList
from bundle.trust.carried import from_text
from bundle.trust.changed import files_since, roles_in
from registry.trust.site import Site
from registry.web.app import make_app
from registry.web.carrying import carried as made
from registry.web.watch import WATCH, Watch
from tests.registry.web.conftest import publish
from tests.simulators.content import CHANNEL, flood_alert, small_bundle
from tests.simulators.publisher import Publisher


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


def carried(line):
    return from_text(hint(line).get("files", "")) or {}


def tree_of(site):
    def read(path):
        return (site / path).read_bytes() if (site / path).is_file() else None

    return read


async def test_an_alert_travels_with_its_hint_to_who_listened_before_and_not_to_who_came_late(registry, tmp_path):
    publisher = Publisher(registry.config.site.parent / "authority", [CHANNEL])
    shutil.copytree(publisher.site, registry.config.site, dirs_exist_ok=True)
    publisher.tree = Site(registry.config.site)
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now))
    await registry.app[WATCH].look()
    async with registry.client.get("/v1/hints", params={"channel": CHANNEL}) as stream:
        await lines_until(stream, "data")
        for number in (1, 2):
            publisher.release_alerts(CHANNEL, flood_alert(publisher.now, identifier=f"lu-{number}"))
            await registry.app[WATCH].look()
            line = (await lines_until(stream, "data"))[-1]
            roles = roles_in((registry.config.site / f"metadata/{CHANNEL}/{number + 2}.snapshot.json").read_bytes())
            whole = files_since(tree_of(registry.config.site), CHANNEL, roles | {"alerts": number - 1}, publisher.timestamp(CHANNEL))
            assert carried(line) == whole
            assert len(line) < 2048, "some hundred bytes more than the alert itself"
        async with registry.client.get("/v1/hints", params={"channel": CHANNEL}) as late:
            assert "files" not in hint((await lines_until(late, "data"))[-1]), "it may be behind by any number of versions"
        publisher.release_bundle(CHANNEL, small_bundle(publisher.now, title="tin khác"))
        await registry.app[WATCH].look()
        assert "files" not in hint((await lines_until(stream, "data"))[-1]), "only what is urgent is carried"


async def test_a_change_of_two_urgent_documents_at_once_is_carried_whole_and_a_long_one_as_its_delta(tmp_path):
    publisher = Publisher(tmp_path, [CHANNEL])
    publisher.release_alerts(CHANNEL, many_alerts(publisher.now, 12))
    before = publisher.timestamp(CHANNEL)
    publisher.release_alerts(CHANNEL, many_alerts(publisher.now, 13))
    publisher.release_stop(CHANNEL, StopList(format=1, channel=CHANNEL))
    files = from_text(made(publisher.site, CHANNEL, before, publisher.timestamp(CHANNEL)))
    assert sorted(path.split("/")[0] for path in files) == ["deltas", "metadata", "metadata", "metadata", "metadata", "targets"]


async def test_a_tree_that_is_not_whole_makes_a_plain_hint(tmp_path):
    publisher = Publisher(tmp_path, [CHANNEL])
    before = publisher.timestamp(CHANNEL)
    publisher.release_alerts(CHANNEL, flood_alert(publisher.now))
    after = publisher.timestamp(CHANNEL)
    assert made(publisher.site, CHANNEL, before, after)
    publisher.tree.metadata(CHANNEL, "alerts", 1).unlink()
    assert made(publisher.site, CHANNEL, before, after) is None
    assert made(publisher.site, CHANNEL, b"{}", after) is None


async def test_whoever_looks_beside_the_one_that_goes_round_never_brings_back_what_is_older(registry):
    publish(registry.config.site, CHANNEL, 1)
    watch = registry.app[WATCH]
    for version in range(2, 30):
        publish(registry.config.site, CHANNEL, version)
        await asyncio.gather(watch.look(), watch.look(), watch.look())
        assert watch.versions()[CHANNEL] == version


def many_alerts(now, count):
    alerts = [flood_alert(now, identifier=f"lu-{number}").alerts[0] for number in range(count)]
    return AlertSet(format=1, channel=CHANNEL, alerts=tuple(alerts))
