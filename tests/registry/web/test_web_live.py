"""An officer speaks into the registry and units listen: only who may, only as long as they may, and it is kept as it was said."""

import asyncio
from datetime import timedelta
from hashlib import sha256

import pytest

from bundle.orders import MuteOrder, OrderKind, Orders
from bundle.policy import StopList, Withdrawal
from bundle.trust import Target
from registry.live.recording import Kept, end_left_over, let_recordings_go
from registry.trust.proposal import compact
from registry.web.app import make_app
from tests.registry.web.studio import SECRET
from tests.simulators.content import CHANNEL, small_bundle
from tests.simulators.speech import heard, spoken


@pytest.mark.parametrize("media", ["audio/ogg", "audio/webm"])
async def test_two_units_hear_what_was_said_and_it_is_kept_with_its_hash(studio, media):
    await studio.open()
    said = spoken(media)
    units = [asyncio.create_task(studio.listen()) for _ in range(2)]

    async def body():
        # Whoever speaks has waited for the village: the first sentence is for everybody.
        await studio.seated(2)
        for start in range(0, len(said), 1000):
            yield said[start : start + 1000]

    status, told = await studio.speak(body(), media=media, method="PUT")
    assert status == 200
    for unit in units:
        seconds, pitch = heard(await unit)
        assert seconds == pytest.approx(3.0, abs=0.3)
        assert pitch == pytest.approx(440.0, abs=5.0)
    kept = await studio.kept(1, ended=True)
    assert kept == Kept.model_validate(told, strict=False)
    assert (kept.person, kept.media, kept.sha256) == (studio.officer, media, sha256(said).hexdigest())
    assert kept.occurrence == f"{CHANNEL}/live-1@{studio.order.since.isoformat()}/0:noi-truc-tiep"
    path = studio.config.data / "live" / CHANNEL / "live-1" / f"1.{media.removeprefix('audio/')}"
    assert path.read_bytes() == said
    assert path.stat().st_mode & 0o077 == 0, "nobody else reads it"


async def test_speech_that_does_not_unpack_is_over(studio):
    await studio.open()
    headers = {"Authorization": f"Bearer {SECRET}", "Content-Type": "audio/ogg", "Content-Encoding": "gzip"}
    answer = await studio.client.post(studio.url(), data=b"garbage", headers=headers, compress=None)
    assert answer.status == 200
    assert "connection was lost" in (await studio.kept(1, ended=True)).ended


async def test_who_joins_late_hears_the_rest(studio):
    await studio.open()
    said = spoken("audio/ogg")
    late = len(said) // 2
    go_on = asyncio.Event()

    async def body():
        yield said[:late]
        await go_on.wait()
        yield said[late:]

    speaker = asyncio.create_task(studio.speak(body()))
    await studio.taken_in(late)
    unit = asyncio.create_task(studio.listen())
    await studio.heard_by(1)
    go_on.set()
    assert (await speaker)[0] == 200
    seconds, pitch = heard(await unit)
    assert 0.8 < seconds < 2.2
    assert pitch == pytest.approx(440.0, abs=5.0)


async def test_the_wrong_secret_says_nothing_and_keeps_nothing(studio):
    await studio.open()
    for secret in ("", "đoán", sha256(SECRET.encode()).hexdigest()):
        assert (await studio.speak(b"x", secret=secret))[0] == 401
    reader, writer = await asyncio.open_connection(studio.client.host, studio.client.port)
    writer.write(f"POST {studio.url()} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nAuthorization: Bearer ".encode() + b"\xff\xfe\r\n\r\n")
    assert (await reader.readline()).split()[1] == b"401"
    writer.close()
    await writer.wait_closed()
    assert not (studio.config.data / "live").exists()


@pytest.mark.parametrize("change", ["id", "grant", "person", "late", "early", "withdrawn", "replaced", "revoked"])
async def test_without_a_present_order_of_that_very_person_nobody_speaks_and_nobody_listens(studio, change):
    await studio.open()
    order = studio.order
    match change:
        case "id":
            order = order.model_copy(update={"id": "live-2"})
        case "grant":
            order = order.model_copy(update={"grant": "khac"})
        case "person":
            studio.grant(person="Người Khác")
        case "late":
            studio.clock.turn(minutes=5)
        case "early":
            studio.clock.turn(minutes=-2)
        case "withdrawn":
            stop = Withdrawal(item="noi-truc-tiep", version=9, reason="sai")
            studio.publisher.release_stop(CHANNEL, StopList(format=1, channel=CHANNEL, withdrawn=(stop,)))
        case "replaced":
            studio.publisher.release_bundle(CHANNEL, small_bundle(studio.publisher.now))
        case "revoked":
            studio.publisher.release_orders(CHANNEL, Orders(format=1, channel=CHANNEL))
    await studio.told()
    assert (await studio.speak(spoken("audio/ogg"), order=order))[0] == 404
    assert (await studio.client.get(studio.url(order))).status == 404
    assert not (studio.config.data / "live").exists()


async def test_one_speaks_at_a_time(studio):
    await studio.open()
    async with studio.speaking(spoken("audio/ogg")):
        status, told = await studio.speak(spoken("audio/ogg"))
        assert status == 409
        assert "speaks already" in told["refused"][0]["what"]


async def test_other_media_and_broken_streams_are_refused(studio):
    await studio.open()
    assert (await studio.speak(b"...", media="audio/mp4"))[0] == 415
    status, told = await studio.speak(b"RIFF" * 20)
    assert (status, "not Ogg" in told["ended"]) == (200, True), "what came is kept, with the reason"


async def test_the_maximum_of_the_grant_ends_an_order_that_asks_for_more(studio):
    await studio.open(live_idle=3600.0)
    studio.order = studio.start(minutes=30.0)
    await studio.told()
    async with studio.speaking(spoken("audio/ogg")) as (speaker, _):
        studio.clock.turn(minutes=9.9)
        unit = asyncio.create_task(studio.listen())
        await studio.heard_by(1)
        assert not speaker.done()
        studio.clock.turn(minutes=0.1)
        status, told = await speaker
        assert (status, "its time was over" in told["ended"]) == (200, True)
        await unit
    assert (await studio.client.get(studio.url())).status == 404


async def test_more_data_than_speech_needs_is_not_taken(studio):
    await studio.open(live_bytes_per_second=10)
    said = spoken("audio/ogg", 10.0)

    async def body():
        yield said[: len(said) // 2]
        # Who never stops speaking: only the registry ends this.
        await studio.kept(1, ended=True)
        yield said[len(said) // 2 :]

    status, told = await studio.speak(body())
    assert (status, "more data" in told["ended"]) == (200, True)
    assert told["size"] < len(said)


async def test_a_speaker_who_falls_silent_is_gone_and_may_come_back_as_another_part(studio):
    await studio.open()
    said = spoken("audio/ogg")
    async with studio.speaking(said) as (speaker, _):
        await studio.taken_in(len(said))
        studio.clock.turn(seconds=16)
        status, told = await speaker
        assert (status, "nothing came" in told["ended"]) == (200, True)
    assert (await studio.speak(spoken("audio/ogg", pitch=880.0)))[1]["part"] == 2


async def test_a_speaker_who_vanishes_is_kept_as_far_as_they_came_and_the_units_hear_an_end(studio):
    await studio.open()
    said = spoken("audio/ogg")
    _, writer = await asyncio.open_connection(studio.client.host, studio.client.port)
    head = f"POST {studio.url()} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {SECRET}\r\nContent-Type: audio/ogg\r\n"
    writer.write(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode())
    await writer.drain()
    await studio.kept(1)
    unit = asyncio.create_task(studio.listen())
    await studio.heard_by(1)
    writer.write(f"{len(said):x}\r\n".encode() + said + b"\r\n")
    await writer.drain()
    await studio.taken_in(len(said))
    writer.transport.abort()
    kept = await studio.kept(1, ended=True)
    assert (kept.size, kept.sha256) == (len(said), sha256(said).hexdigest())
    assert "lost" in kept.ended or "cut off" in kept.ended
    assert heard(await unit)[0] == pytest.approx(3.0, abs=0.3)


async def test_whoever_reads_too_slowly_is_dropped_and_the_speaker_and_the_others_never_wait(studio):
    await studio.open(live_bytes_per_second=1_000_000, live_idle=1.0)
    said = spoken("audio/ogg", 30.0) * 60
    reader, writer = await asyncio.open_connection(studio.client.host, studio.client.port, limit=1024)
    studio.cleanup.callback(writer.close)
    go_on = asyncio.Event()

    async def body():
        yield said[:2000]
        await go_on.wait()
        for start in range(2000, len(said), 30_000):
            yield said[start : start + 30_000]

    speaker = asyncio.create_task(studio.speak(body()))
    await studio.kept(1)
    writer.write(f"GET {studio.url()} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    quick = asyncio.create_task(studio.listen())
    await studio.heard_by(2)
    go_on.set()
    async with asyncio.timeout(30):
        status, told = await speaker
    assert (status, told["size"], told["sha256"]) == (200, len(said), sha256(said).hexdigest())
    assert len(await quick) > len(said) - 10_000
    await studio.heard_by(0)
    got = await reader.read()
    while more := await reader.read(1 << 20):
        got += more
    assert len(got) < len(said), "it was dropped"
    assert not got.endswith(b"0\r\n\r\n"), "and knows that this was not the end"


async def test_taking_the_order_back_ends_the_voice_at_once(studio):
    await studio.open()
    async with studio.speaking(spoken("audio/ogg")) as (speaker, _):
        studio.publisher.release_orders(CHANNEL, Orders(format=1, channel=CHANNEL))
        async with asyncio.timeout(10):
            status, told = await speaker
        assert (status, "no such live order" in told["ended"]) == (200, True)


async def test_another_order_beside_it_does_not_end_it(studio):
    await studio.open()
    async with studio.speaking(spoken("audio/ogg")) as (speaker, go_on):
        mute = MuteOrder(
            kind=OrderKind.MUTE,
            id="m",
            person=studio.officer,
            since=studio.clock(),
            expires=studio.clock() + timedelta(hours=1),
            reason="x",
            units=("loa-9",),
        )
        studio.publisher.release(CHANNEL, Target.OPS, compact(Orders(format=1, channel=CHANNEL, orders=(studio.order, mute))))
        await studio.told()
        go_on.set()
        assert "the speaker ended it" in (await speaker)[1]["ended"]


async def test_nobody_speaks_yet(studio):
    await studio.open()
    answer = await studio.client.get(studio.url())
    assert (answer.status, answer.headers["Retry-After"]) == (503, "1")


async def test_what_was_being_said_when_the_registry_died_gets_its_hash_at_the_next_start(studio, aiohttp_client):
    await studio.open()
    said = spoken("audio/ogg")
    assert (await studio.speak(said))[0] == 200
    kept = await studio.kept(1)
    path = studio.config.data / "live" / CHANNEL / "live-1" / "1.json"
    path.write_text(kept.model_copy(update={"ended": None, "over": None, "size": 0, "sha256": None}).model_dump_json())
    await aiohttp_client(make_app(studio.config))
    again = await studio.kept(1, ended=True)
    assert (again.sha256, again.size) == (sha256(said).hexdigest(), len(said))
    assert "the registry ended" in again.ended


async def test_recordings_are_let_go_when_their_time_has_come(studio):
    await studio.open()
    await studio.speak(spoken("audio/ogg"))
    data = studio.config.data
    end_left_over(data, studio.clock())
    assert let_recordings_go(data, studio.clock()) == 0
    assert let_recordings_go(data, studio.clock() + timedelta(seconds=1)) == 1
    assert not list((data / "live").rglob("*.*g*"))
