"""A recording on its way in: judged like every recording, kept once, heard as horns will play it, let go when nobody wanted it."""

import hashlib
import io
import json
import time
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode

import numpy as np
import pytest
from sqlalchemy import func, select

from bundle.policy import Policy
from registry.desk.recordings import keeping
from registry.desk.recordings.tables import recordings
from registry.making.sound.recording import decode
from registry.web.config import CONFIG, STORAGE
from registry.web.officer.recording import most_seconds
from tests.registry.making.officework import RATE, babble, sine, wav
from tests.registry.making.utterances import mains, said
from tests.registry.web.officer.station import BESIDE, CHANNEL, NUONG

GOOD = {"channel": CHANNEL, "speaker": NUONG, "language": "vi"}


@pytest.fixture(scope="module")
def speech():
    return wav(said())


async def send(phone, body, token=None, **changed):
    headers = {**phone.headers, "X-Form-Token": await phone.token() if token is None else token}
    address = f"/officer/recordings?{urlencode({**GOOD, **changed})}"
    answer = await phone.client.post(address, data=io.BytesIO(body), headers=headers, allow_redirects=False)
    return answer.status, await answer.text()


async def sent(phone, body, **changed):
    status, text = await send(phone, body, **changed)
    assert status in (200, 201), text
    return json.loads(text)["location"]


async def kept(station, body):
    async with station.registry.app[STORAGE].reading() as connection:
        return await keeping.one(connection, CHANNEL, hashlib.sha256(body).hexdigest())


def ruled(station, **rules):
    """From now on other rules hold."""
    config = station.registry.app[CONFIG]
    object.__setattr__(config, "technicians", replace(config.technicians, **rules))


def files(station):
    folder = station.registry.config.data / keeping.FOLDER
    return [path for path in folder.rglob("*") if path.is_file()] if folder.exists() else []


async def test_speech_is_kept_as_it_came_and_heard_as_horns_will_play_it(station, speech):
    phone = await station.phone()
    where = await sent(phone, speech)
    found = await kept(station, speech)
    assert (found.speaker, found.language, found.person, found.used) == (NUONG, "vi", NUONG, None)
    assert keeping.file_of(station.registry.config.data, found.sha256).read_bytes() == speech
    answer = await phone.client.get(f"{where}/clip", headers=phone.headers)
    heard = decode(await answer.read(), "x.ogg", "x")
    assert answer.headers["Content-Type"].startswith("audio/ogg")
    assert len(heard) / RATE == pytest.approx(found.clip.duration, abs=0.01)
    assert found.clip.loudness == pytest.approx(-16.0, abs=1.0)
    assert found.clip.duration < found.seconds - 0.8, "the silence around it is gone"
    status, page = await phone.get(where)
    assert (status, "Nghe lại" in page, "tiếng Việt" in page) == (200, True, True)
    assert (await phone.get(f"{where}/wave.svg"))[1].startswith("<svg")
    assert "recording-kept" in await station.events()


async def test_the_same_recording_sent_again_is_the_same_and_may_name_its_speaker_anew(station, speech):
    phone = await station.phone()
    assert (await send(phone, speech))[0] == 201
    assert (await send(phone, speech, speaker="Lò Thị Mây"))[0] == 200
    async with station.registry.app[STORAGE].reading() as connection:
        assert await connection.scalar(select(func.count()).select_from(recordings)) == 1
    assert (await kept(station, speech)).speaker == "Lò Thị Mây"


def clipped():
    loud = babble(3.0)
    return np.clip(loud / np.abs(loud).max() * 6, -1, 1)


def humming():
    """A word or two that mains hum drowns."""
    spoken = babble(3.0)
    return spoken * 0.3 + mains(spoken, 4)


@pytest.mark.parametrize(
    ("samples", "told", "do"),
    [
        (clipped(), "clipped", "farther away or at a lower level"),
        (np.zeros(3 * RATE), "silent", "hand's breadth"),
        (sine(300, 0.2), "shorter than", "hand's breadth"),
        (humming(), "below speech", "fans off"),
    ],
    ids=["clipped", "silent", "too short", "hum"],
)
async def test_what_is_refused_says_why_and_what_to_do_and_nothing_of_it_stays(station, samples, told, do):
    phone = await station.phone()
    body = wav(samples)
    status, text = await send(phone, body)
    (complaint,) = json.loads(text)["refused"]
    assert (status, told in complaint["what"], do in complaint["do"]) == (409, True, True), complaint
    assert ".wav" not in complaint["what"]
    assert (await kept(station, body), files(station)) == (None, [])
    assert (await station.events())[-1] == "recording-refused"


async def test_what_is_no_recording_of_ours_is_refused(station):
    phone = await station.phone()
    for body in (b"", b"RIFF", b"OggS" + bytes(200), wav(np.zeros((RATE, 2))), wav(np.zeros(RATE), 16_000)):
        status, text = await send(phone, body)
        assert (status, "WAV" in text, files(station)) == (409, True, []), body[:12]


async def test_a_speaker_a_language_of_the_villages_and_a_channel_of_ones_own_are_needed(station, speech):
    phone = await station.phone()
    for changed in ({"language": "km"}, {"channel": BESIDE}, {"speaker": " "}, {"speaker": ""}, {"language": "?"}):
        status, text = await send(phone, speech, **changed)
        assert (status, files(station)) == (409, []), text


async def test_a_forged_form_and_an_unbound_phone_leave_nothing(station, speech):
    phone = await station.phone()
    assert (await send(phone, speech, token="0" * 64))[0] == 403
    await station.revoke(NUONG)
    assert (await send(phone, speech, token="0" * 64))[0] == 401
    assert files(station) == []
    assert "form-forged" in await station.events()


async def test_more_than_the_cap_is_refused_wherever_its_length_is_told(station, speech):
    phone = await station.phone()
    ruled(station, recording_bytes=len(speech) - 1)
    assert (await send(phone, speech))[0] == 413
    assert files(station) == []


async def test_another_officers_channel_hears_nothing_of_it(station, speech):
    where = await sent(await station.phone(), speech)
    other = await station.phone("Vi Thị Xa", channels=(BESIDE,))
    assert [(await other.get(f"{where}{end}"))[0] for end in ("", "/clip", "/wave.svg")] == [404, 404, 404]
    assert (await other.get(f"/officer/record?channel={CHANNEL}"))[0] == 404


async def test_one_officer_leaves_only_so_many_unused(station, speech):
    phone = await station.phone()
    await sent(phone, speech)
    ruled(station, most_recordings=1)
    status, text = await send(phone, speech)
    assert (status, "wait to be used" in text) == (409, True)


def hours_later():
    """Files bear the true time, which the test's clock has nothing to do with."""
    return time.time() + 2 * keeping.COMES_WITHIN


async def test_what_is_coming_in_is_nobodys_to_let_go(station):
    coming = station.registry.config.data / keeping.FOLDER / "coming" / "half.wav"
    coming.parent.mkdir(parents=True)
    coming.write_bytes(b"RIFF")
    async with station.registry.app[STORAGE].writing() as connection:
        assert await keeping.let_go(connection, station.registry.config.data, station.clock(), None) == 0
        assert await keeping.let_go(connection, station.registry.config.data, station.clock(), None, hours_later) == 1


async def test_what_nobody_used_is_let_go_and_what_is_used_stays(station, speech):
    phone, other = await station.phone(), wav(said("Mời bà con họp lúc mười chín giờ."))
    await sent(phone, speech)
    await sent(phone, other)
    data, storage = station.registry.config.data, station.registry.app[STORAGE]
    used = await kept(station, other)
    later = station.clock() + timedelta(days=31)
    async with storage.writing() as connection:
        await keeping.use(connection, CHANNEL, used.sha256, station.clock())
        assert await keeping.let_go(connection, data, station.clock(), None, hours_later) == 0
        gone = await keeping.let_go(connection, data, later, None, hours_later)
    assert gone == 3, "the recording, its picture, its clip"
    assert {path.stem for path in files(station)} == {used.sha256, used.clip.sha256}
    async with storage.writing() as connection:
        await keeping.let_go(connection, data, later, later, hours_later)
    assert files(station) == []


async def test_only_the_page_that_records_may_hear_the_microphone(station):
    phone = await station.phone()
    await phone.hand_in()
    allowed = {}
    for path in ("/officer", f"/officer/record?channel={CHANNEL}"):
        answer = await phone.client.get(path, headers=phone.headers)
        allowed[path.partition("?")[0]] = "microphone=(self)" in answer.headers["Permissions-Policy"]
    assert allowed == {"/officer": False, "/officer/record": True}


async def test_a_recording_is_as_long_as_the_signed_rules_and_its_size_let_it_be(station):
    assert most_seconds(station.site, CHANNEL, 2**40) == 45 * 60, "our default"
    station.publisher.release_policy(CHANNEL, Policy(format=1, channel=CHANNEL, minutes_per_session=5.0), at=station.clock())
    assert most_seconds(station.site, CHANNEL, 2**40) == 300
    assert most_seconds(station.site, CHANNEL, 96_044 + 10 * 96_000) == 10


async def test_a_header_that_promises_more_than_there_is_is_refused(station):
    phone = await station.phone()
    whole = bytearray(wav(np.zeros(RATE)))
    whole[40:44] = (2**31).to_bytes(4, "little")
    for body in (bytes(whole), bytes(whole[:4]) + b"\xff\xff\xff\xff" + bytes(whole[8:])):
        status, text = await send(phone, body)
        assert (status, "WAV" in text) == (409, True)
