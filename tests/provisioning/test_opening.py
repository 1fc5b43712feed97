"""Who may open the loudspeaker on site, what, and when: whatever stands against it is told before a PIN is asked, and nothing is opened."""

from dataclasses import replace
from datetime import time, timedelta
from itertools import count

import numpy as np
import pytest
from click.testing import CliRunner

from bundle.errors import Refused
from bundle.policy import Kill, Policy, QuietHours, StopList
from bundle.trust import Target
from device.clock import ManualClock
from device.inputs import Contact, Inputs
from device.override import Openings, read_override, write_override
from device.settings import Microphone, SoundDriver
from device.status import write_status, write_volatile
from director.happened import fold
from director.moment import Moment
from evidence.duties import Duty
from evidence.override import Opened
from evidence.records import ClockState, Outcome
from evidence.report import ProgramStatus, Sounding
from provisioning.commands import provision
from provisioning.holders import add
from provisioning.opening import Wish, check, close, open_on_site, over, this_unit
from provisioning.probes.ask_child import NoAnswer
from tests.audio.conftest import Bench
from tests.audio.on_site.on_site import stock
from tests.audio.village import Village, tone
from tests.director import village as v
from tests.simulators.content import CHANNEL

HEAD, PIN = "Lò Văn Păn", "480315"
MAINTAINER, OTHER = "Đinh Thị Gió", "917264"
LIVE = Wish(Opened.MICROPHONE)
PHRASE = Wish(Opened.PHRASE, "hop-dan")
FIRE = Wish(Opened.PHRASE, "chay-rung")
SESSION = Wish(Opened.SESSION, "tai-cho")


@pytest.fixture
def village(tmp_path):
    """A unit whose loudspeaker says that it is ready, with approved words; no program runs."""
    bench = Bench(tmp_path / "unit", runs_here=False)
    with bench.paths.unit_toml.open("a") as file:
        file.write(f'\n[microphone]\ndriver = "disk"\ntape = "{tmp_path / "spoken.raw"}"\n')
    tone(1.0).tofile(tmp_path / "spoken.raw")
    made = Village(bench, tmp_path / "publisher")
    stock(made, {"hop-dan": tone(1.0), "chay-rung": tone(1.0)}, emergency=("chay-rung",))
    add(made.paths, HEAD, (), PIN, may_speak=True)
    add(made.paths, MAINTAINER, (Duty.MAINTENANCE,), OTHER)
    ready(made)
    return made


def ready(village, is_ready=True):
    moment = this_unit(village.paths).clock.now()
    status = ProgramStatus(program="audio", at=moment.stamp(), ready=is_ready, reasons=() if is_ready else ("speaker lost",), versions={})
    write_status(village.paths, status)


def test_the_village_head_opens_a_voice_a_phrase_and_a_session_and_is_named(village):
    numbers = count(1)
    for wish in (LIVE, PHRASE, SESSION):
        unit = this_unit(village.paths)
        check(unit, wish)
        opened = open_on_site(unit, wish, "lò văn păn", PIN)
        assert (opened.n, opened.holder, opened.what, opened.item) == (next(numbers), HEAD, wish.what, wish.item)
        assert Openings(village.paths).now(unit.clock.now()) == opened
        close(this_unit(village.paths))


@pytest.mark.parametrize(
    ("name", "pin", "why"), [(HEAD, OTHER, "wrong"), (MAINTAINER, OTHER, "does not hold this duty"), ("Ai Đó", PIN, "wrong")]
)
def test_nobody_else_opens_anything(village, name, pin, why):
    for wish in (LIVE, PHRASE, SESSION):
        with pytest.raises(Refused, match=why):
            open_on_site(this_unit(village.paths), wish, name, pin)
        village.paths.holder_tries.unlink(missing_ok=True)
    assert read_override(village.paths) is None


def refused(village, wish, why):
    with pytest.raises(Refused, match=why):
        check(this_unit(village.paths), wish)
    assert not village.paths.holder_tries.exists(), "no PIN was looked at"
    assert read_override(village.paths) is None


def test_a_loudspeaker_that_is_not_ready_or_does_not_run(village):
    ready(village, is_ready=False)
    refused(village, PHRASE, "speaker lost")
    village.paths.status("audio").unlink()
    refused(village, PHRASE, "does not run")


@pytest.mark.parametrize("name", ["la", "HỌP DÂN", "tai-cho", "../x"])
def test_a_phrase_that_nobody_approved_is_refused_with_what_there_is(village, name):
    refused(village, Wish(Opened.PHRASE, name), r"nothing approved(.|\n)*chay-rung")


def test_a_unit_without_a_microphone_or_with_a_dead_one(village):
    text = village.paths.unit_toml.read_text()
    village.paths.unit_toml.write_text(text.replace("spoken.raw", "missing/spoken.raw"))
    refused(village, LIVE, "cannot be opened")
    village.paths.unit_toml.write_text(text[: text.index("[microphone]")])
    refused(village, LIVE, "no microphone")
    check(this_unit(village.paths), PHRASE)


def test_the_stop_switch_and_a_stop_order(village):
    moment = this_unit(village.paths).clock.now()
    held = Inputs(at=moment.stamp(), switch=Contact.PRESSED, stopped=True, count=1)
    write_volatile(village.paths.inputs, held.model_dump_json().encode())
    refused(village, LIVE, "stopped on site")
    village.paths.inputs.unlink()
    kill = Kill(areas=(CHANNEL,), since=village.now(), reason="Kiểm tra")
    village.publisher.release_stop(CHANNEL, StopList(format=1, channel=CHANNEL, kills=(kill,)), at=village.now())
    village.put(Target.STOP)
    for wish in (LIVE, FIRE, SESSION):
        refused(village, wish, "stop order: Kiểm tra")


def sign(village, **rules):
    village.publisher.release_policy(CHANNEL, Policy(format=1, channel=CHANNEL, **rules), at=village.now())
    village.put(Target.POLICY)


def test_quiet_hours_hold_unless_it_is_urgent_and_then_for_a_voice_and_emergency_words_only(village):
    local = (village.now() + timedelta(hours=7)).replace(tzinfo=None)
    around = [(local + timedelta(hours=hours)).time() for hours in (-1, 1)]
    sign(village, quiet_hours=(QuietHours(start=around[0], end=around[1]),))
    for wish in (LIVE, FIRE, PHRASE, SESSION, Wish(Opened.PHRASE, "hop-dan", urgent=True)):
        refused(village, wish, "quiet hours")
    for wish in (Wish(Opened.MICROPHONE, urgent=True), Wish(Opened.PHRASE, "chay-rung", urgent=True)):
        check(this_unit(village.paths), wish)


def test_a_commune_that_allows_no_opening_and_the_maximum_that_it_signed(village):
    sign(village, override_minutes=2.5)
    assert check(this_unit(village.paths), LIVE) == 150.0
    sign(village, override_minutes=0.0)
    refused(village, LIVE, "no override")
    assert "allow no opening" in type_in(village.paths, "list").output


def test_an_emergency_that_sounds_is_not_talked_over(village):
    village.raise_alert(tone(2.0))
    refused(village, LIVE, "gave way to an emergency")


def test_one_voice_at_a_time_until_it_is_closed_or_over(village):
    unit = this_unit(village.paths)
    opened = open_on_site(unit, LIVE, HEAD, PIN)
    with pytest.raises(Refused, match=f"{HEAD} đang dùng loa"):
        check(this_unit(village.paths), PHRASE)
    close(this_unit(village.paths))
    check(this_unit(village.paths), PHRASE)
    with pytest.raises(Refused, match="nothing is open"):
        close(this_unit(village.paths))
    assert read_override(village.paths).closed
    long_ago = opened.at.model_copy(update={"mono": opened.at.mono - 3600})
    write_override(village.paths, opened.model_copy(update={"at": long_ago}))
    check(this_unit(village.paths), PHRASE)
    with pytest.raises(Refused, match="nothing is open"):
        close(this_unit(village.paths))


def test_what_sounds_can_be_ended_whatever_the_command_makes_of_the_rules(village):
    unit = this_unit(village.paths)
    opened = open_on_site(unit, LIVE, HEAD, PIN)
    sign(village, quiet_hours=(QuietHours(start=time(0, 0), end=time(23, 59)),))
    now = unit.clock.now().stamp()
    heard = Sounding(occurrence=opened.name, item="microphone", channel=CHANNEL, language="vi", since=now)
    write_status(village.paths, ProgramStatus(program="audio", at=now, ready=True, versions={}, sounding=heard))
    assert close(this_unit(village.paths)).closed


def test_what_was_opened_before_a_reboot_is_open_no_more(village):
    unit = this_unit(village.paths)
    opened = open_on_site(unit, LIVE, HEAD, PIN)
    assert not over(unit, opened, unit.happened)
    now = unit.clock.now()
    rebooted = Moment(now.wall, ClockState.UNKNOWN, "another-boot", 20.0)
    assert Openings(village.paths).now(now) == opened
    assert Openings(village.paths).now(rebooted) is None
    # The file names its boot; one that was copied into this boot is told by lying in the future.
    started_again = Moment(now.wall, ClockState.UNKNOWN, now.boot, 20.0)
    assert Openings(village.paths).now(started_again) is None
    assert over(replace(unit, clock=ManualClock(started_again)), opened, unit.happened)
    village.paths.override.write_bytes(b"{torn")
    assert Openings(village.paths).now(now) is None


def test_what_has_been_said_to_its_end_is_over(village):
    unit = this_unit(village.paths)
    opened = open_on_site(unit, PHRASE, HEAD, PIN)
    line = v.sounded(f"{opened.name}/0:hop-dan", Outcome.COMPLETE, unit.clock.now().wall)
    assert over(unit, opened, fold(unit.happened, [line]))


def test_with_no_network_and_a_clock_that_nobody_vouches_for_all_of_it_can_be_opened_a_session_once(village):
    """FIELD: unknown → the village head may start an approved stored session once."""
    sign(village, quiet_hours=(QuietHours(start=time(0, 0), end=time(23, 59)),))
    unit = this_unit(village.paths)
    now = unit.clock.now()
    unit = replace(unit, clock=ManualClock(Moment(now.wall, ClockState.UNKNOWN, now.boot, now.mono)))
    for wish in (LIVE, PHRASE, SESSION):
        check(unit, wish)
    opened = open_on_site(unit, SESSION, HEAD, PIN)
    begun = v.sounded(f"{opened.name}/0:bai-hop-dan", Outcome.COMPLETE, now.wall, state=ClockState.UNKNOWN)
    close(unit)
    again = replace(unit, happened=fold(unit.happened, [begun]), programme=replace(unit.programme, override=None))
    with pytest.raises(Refused, match="once"):
        check(again, SESSION)
    check(again, PHRASE)


def test_no_horn_sounds_before_the_technician_says_that_nobody_stands_close(village):
    runner = CliRunner()
    words = ["calibrate-ear", "--holder", MAINTAINER, "--root", str(village.paths.root)]
    assert runner.invoke(provision, words, input="n\n").exit_code == 1
    assert read_override(village.paths) is None
    wrong = runner.invoke(provision, words, input=f"y\n{PIN}\n")
    assert isinstance(wrong.exception, Refused)
    assert read_override(village.paths) is None


def test_who_may_speak_may_not_test_and_who_may_test_may_not_speak(village):
    tone_wish = Wish(Opened.TONE)
    with pytest.raises(Refused, match="does not hold this duty"):
        open_on_site(this_unit(village.paths), tone_wish, HEAD, PIN)
    assert open_on_site(this_unit(village.paths), tone_wish, MAINTAINER, OTHER).holder == MAINTAINER


def type_in(paths, *words, answer=""):
    return CliRunner().invoke(provision, ["speak", *words, "--root", str(paths.root)], input=answer)


def test_the_list_says_what_may_be_opened_and_by_whom(village):
    told = type_in(village.paths, "list").output
    for word in ("bangtin provision speak", "5 phút", "hop-dan: Câu hop-dan", "chay-rung", "tai-cho", HEAD):
        assert word in told
    assert MAINTAINER not in told


def test_a_person_with_neither_duty_nor_right_is_no_holder(village):
    with pytest.raises(Refused, match="neither a duty nor a right"):
        add(village.paths, "Ai Đó", (), PIN)


def test_the_simulated_microphone_gives_the_samples_of_its_tape(village):
    from provisioning.probes.microphone import listen

    microphone = this_unit(village.paths).settings.microphone
    assert listen(microphone) == pytest.approx(20 * np.log10(0.3), abs=0.2)


def test_a_microphone_that_nobody_plugged_in_is_told_with_those_that_are_there():
    from provisioning.probes.microphone import listen

    with pytest.raises(NoAnswer, match="No such device; có / there are: "):
        listen(Microphone(driver=SoundDriver.ALSA, device="Micrô không có"))
