"""The combined check: one question for all channels of a unit, no body when it has the newest of each."""

import json

import pytest
from aiohttp import ClientSession

from agent.registry import RegistryLink
from device.errors import Unreachable
from evidence.checking import MOST_CHANNELS, Newest, tag_of
from registry.web.watch import WATCH
from tests.registry.web.conftest import publish

CHANNELS = ("vn", "vn.20", "vn.20.06001")


@pytest.fixture
async def link(registry):
    for channel in CHANNELS:
        publish(registry.config.site, channel, 3)
    await registry.app[WATCH].look()
    async with ClientSession() as http:
        yield RegistryLink(http, str(registry.client.make_url("/")))


def raw(registry, channel):
    return (registry.config.site / "metadata" / channel / "timestamp.json").read_bytes()


async def test_it_tells_the_files_byte_for_byte(registry, link):
    assert await link.check(CHANNELS, {}) == {channel: raw(registry, channel) for channel in CHANNELS}


async def test_nothing_new_is_no_body_and_says_so_by_the_units_own_files(registry, link):
    held = {channel: raw(registry, channel) for channel in CHANNELS}
    query = "&".join(f"channel={channel}" for channel in CHANNELS)
    answer = await registry.client.get(f"/v1/check?{query}", headers={"If-None-Match": tag_of(held)})
    assert (answer.status, await answer.read(), answer.headers["ETag"]) == (304, b"", tag_of(held))
    assert await link.check(CHANNELS, held) == held


async def test_one_newer_channel_changes_the_answer(registry, link):
    held = {channel: raw(registry, channel) for channel in CHANNELS}
    publish(registry.config.site, "vn.20", 4)
    await registry.app[WATCH].look()
    found = await link.check(CHANNELS, held)
    assert json.loads(found["vn.20"])["signed"]["version"] == 4
    assert found["vn"] == held["vn"]


async def test_the_same_version_signed_again_is_news_too(registry, link):
    held = {channel: raw(registry, channel) for channel in CHANNELS}
    folder = registry.config.site / "metadata/vn"
    (folder / ".new").write_text('{"signed":{"version":3},"again":1}')
    (folder / ".new").rename(folder / "timestamp.json")
    await registry.app[WATCH].look()
    assert (await link.check(CHANNELS, held))["vn"] != held["vn"]


async def test_a_channel_without_a_cell_is_left_out(registry, link):
    assert set(await link.check((*CHANNELS, "vn.99", "../../secret"), {})) == set(CHANNELS)


@pytest.mark.parametrize("query", ["", "?channel=" + "&channel=".join(f"vn.{n}" for n in range(MOST_CHANNELS + 1))])
async def test_no_channel_and_too_many_are_refused(registry, link, query):
    assert (await registry.client.get(f"/v1/check{query}")).status == 400


async def test_what_is_no_answer_is_unreachable(registry, link):
    async with ClientSession() as http:
        with pytest.raises(Unreachable):
            await RegistryLink(http, str(registry.client.make_url("/nowhere"))).check(CHANNELS, {})
        with pytest.raises(Unreachable):
            await RegistryLink(http, "http://127.0.0.1:9").check(CHANNELS, {})


def test_the_tag_names_each_byte_and_each_channel():
    tags = {
        tag_of(held) for held in ({}, {"vn": b"1"}, {"vn": b"2"}, {"vn.20": b"1"}, {"vn": b"1", "vn.20": b""}, {"vn": b"", "vn.20": b"1"})
    }
    assert len(tags) == 6
    assert tag_of({"a": b"1", "b": b"2"}) == tag_of({"b": b"2", "a": b"1"})
    assert Newest(timestamps={"vn": "x"}).timestamps == {"vn": "x"}
