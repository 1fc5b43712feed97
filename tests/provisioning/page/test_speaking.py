"""The village head's buttons: nothing sounds without their own PIN, everything is opened in their name, and anybody stops it."""

import re

import pytest

from bundle.errors import Refused
from device.clock import ManualClock
from device.override import read_override
from device.status import write_status
from director.moment import Moment
from evidence.override import Opened
from evidence.records import ClockState
from evidence.report import ProgramStatus
from provisioning.holders import add
from provisioning.opening import Wish, open_proven, this_unit
from tests.audio.conftest import Bench
from tests.audio.on_site.on_site import stock
from tests.audio.village import Village, tone
from tests.provisioning.page.conftest import House, free_port

HEAD, PIN = "Lò Văn Păn", "480315"


@pytest.fixture
async def speaker(tmp_path, house):
    """A unit whose loudspeaker says that it is ready, with approved words and a village head; no program runs."""
    village = Village(Bench(tmp_path / "unit", runs_here=False), tmp_path / "publisher")
    stock(village, {"hop-dan": tone(1.0), "chay-rung": tone(1.0)}, emergency=("chay-rung",))
    add(village.paths, HEAD, (), PIN, may_speak=True)
    moment = this_unit(village.paths).clock.now()
    write_status(village.paths, ProgramStatus(program="audio", at=moment.stamp(), ready=True, versions={}))
    made = House(village.paths, house.air, house.clock, free_port())
    made.known.confirmed = True
    await made.open()
    yield made
    await made.end()


async def proven(speaker):
    phone = await speaker.inside()
    await phone.get("/speak")
    assert (await phone.post("/speak/enter", {"name": HEAD, "pin": PIN})).status == 200
    return phone


async def test_a_pin_typed_once_shows_everything_approved_emergencies_first(speaker):
    phone = await proven(speaker)
    for _ in range(2):
        text = await (await phone.get("/speak")).text()
        assert re.findall(r'href="/speak/(\w+/[a-z-]+)"', text) == ["phrase/chay-rung", "phrase/hop-dan", "session/tai-cho"]
        assert "khẩn cấp" in text


@pytest.mark.parametrize(("what", "item"), [("phrase", "hop-dan"), ("session", "tai-cho")])
async def test_two_taps_open_it_in_the_holders_name_and_one_ends_it(speaker, what, item):
    phone = await proven(speaker)
    asked = await (await phone.get(f"/speak/{what}/{item}")).text()
    assert "Phát ra loa" in asked
    answer = await phone.post("/speak/start", {"what": what, "item": item})
    assert "DỪNG" in await answer.text()
    opened = read_override(speaker.paths)
    assert (opened.holder, opened.what, opened.item, opened.closed) == (HEAD, Opened(what), item, None)
    await phone.post("/speak/stop")
    assert read_override(speaker.paths).closed is not None


@pytest.mark.parametrize("what", ["", "x", "PHRASE", "tone", "microphone"])
@pytest.mark.parametrize("item", [{}, {"item": "hop-dan"}])
async def test_nothing_but_approved_words_is_started_and_the_refusal_says_so(speaker, what, item):
    phone = await proven(speaker)
    answer = await phone.post("/speak/start", {"what": what, **item})
    assert answer.status == 409
    assert "chỉ mở được câu hoặc buổi đã duyệt" in await answer.text()
    assert read_override(speaker.paths) is None


@pytest.mark.parametrize("what", [Opened.TONE, Opened.MICROPHONE])
async def test_a_pin_of_a_while_ago_opens_no_tone_and_no_microphone(speaker, what):
    with pytest.raises(Refused, match="only an approved phrase or session"):
        open_proven(this_unit(speaker.paths), Wish(what), HEAD)
    assert read_override(speaker.paths) is None


async def test_without_their_own_pin_nobody_sees_a_button_and_nothing_opens(speaker):
    phone = await speaker.inside()
    assert "hop-dan" not in await (await phone.get("/speak")).text()
    assert "hop-dan" not in await (await phone.get("/speak/phrase/hop-dan")).text()
    await phone.post("/speak/start", {"what": "phrase", "item": "hop-dan"})
    assert read_override(speaker.paths) is None


async def test_wrong_pins_slow_down_here_as_at_the_terminal(speaker):
    phone = await speaker.inside()
    await phone.get("/speak")
    for _ in range(3):
        assert "PIN không đúng" in await (await phone.post("/speak/enter", {"name": HEAD, "pin": "000001"})).text()
    assert "wait 30 s" in await (await phone.post("/speak/enter", {"name": HEAD, "pin": PIN})).text()


async def test_the_pin_counts_on_the_phone_on_which_it_was_typed_and_until_its_holder_leaves(speaker):
    phone = await proven(speaker)
    await phone.post("/speak/leave")
    assert "hop-dan" not in await (await phone.get("/speak")).text()
    await phone.post("/speak/enter", {"name": HEAD, "pin": PIN})
    await phone.post("/leave")
    assert "hop-dan" not in await (await (await speaker.inside()).get("/speak")).text()


async def test_whose_right_was_taken_away_opens_nothing_more(speaker):
    from provisioning.holders import remove

    phone = await proven(speaker)
    remove(speaker.paths, HEAD)
    answer = await phone.post("/speak/start", {"what": "phrase", "item": "hop-dan"})
    assert (answer.status, read_override(speaker.paths)) == (409, None)


async def test_a_loudspeaker_that_is_not_ready_says_so_before_the_last_tap(speaker):
    phone = await proven(speaker)
    speaker.paths.status("audio").unlink()
    text = await (await phone.get("/speak/phrase/hop-dan")).text()
    assert "chương trình loa không chạy" in text
    assert "/speak/start" not in text


@pytest.mark.parametrize(("what", "item"), [("phrase", "chay-rung"), ("session", "tai-cho")])
async def test_no_network_and_no_clock_stand_in_the_way(speaker, monkeypatch, what, item):
    now = this_unit(speaker.paths).clock.now()
    unsure = ManualClock(Moment(now.wall, ClockState.UNKNOWN, now.boot, now.mono))
    monkeypatch.setattr("provisioning.opening.make_clock", lambda *_: unsure)
    phone = await proven(speaker)
    assert "Phát ra loa" in await (await phone.get(f"/speak/{what}/{item}")).text()
    await phone.post("/speak/start", {"what": what, "item": item})
    opened = read_override(speaker.paths)
    assert (opened.holder, opened.item, opened.at.state) == (HEAD, item, ClockState.UNKNOWN)
