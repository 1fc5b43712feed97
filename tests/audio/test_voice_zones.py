"""Zones in the voice, on a driven clock: who is warm before the first word, who joins for an emergency, and what comes back after it."""

from dataclasses import replace

import pytest

from audio.driver.ring import CHUNK, RATE
from audio.playing.playback import State
from bundle.base import BulletinClass
from device.journal import read
from director.decision import Tone, Utterance
from evidence.override import Opened, Override
from evidence.records import Fault, FaultCode, Outcome, Rung
from tests.audio.rig import MARKET, SCHOOL, Rig
from tests.director import village

NEWS, MEETING, FLOOD = 1000, 2000, 3000
LEVELS = {"tin-cho": NEWS, "hop-truong": MEETING, "lu": FLOOD}


def rig_of(folder, *sessions, **more):
    items = (village.announcement("tin-cho", 6.0), village.announcement("hop-truong", 3.0))
    content = village.bundle(announcements=items, sessions=sessions)
    return Rig(folder, village.programme(content), LEVELS, **more)


@pytest.fixture
def rig(tmp_path):
    made = rig_of(
        tmp_path,
        village.session("cho", "06:00", ["tin-cho"], zones=(MARKET,)),
        village.session("truong", "06:00:04", ["hop-truong"], zones=(SCHOOL,), window=60.0),
    )
    yield made
    made.close()


def flood(rig, **fields):
    rig.publish(alerts=village.cell(alerts=[village.alert("lu", sent="05:59", seconds=2.0, count=1, **fields)]).alerts)


def faults(rig):
    return [line for line in read(rig.paths.journal("audio")) if isinstance(line, Fault)]


def on(rig, first, last):
    """The lines that were on during all of these samples."""
    sets = [set(lines) for lines in rig.lines_at[first // CHUNK : last // CHUNK + 1]]
    return set.intersection(*sets), set.union(*sets)


def assert_warm(rig, first, expected):
    """All of *expected* and nobody else was on, each warm for its own time, when sample *first* left."""
    chunk = first // CHUNK
    assert set(rig.lines_at[chunk]) == expected
    for line, since in rig.lines_at[chunk].items():
        assert rig.times[chunk] - since >= rig.warm_ups[line] - 1e-6, line


def test_each_session_sounds_in_its_own_zone_and_waits_until_that_is_warm(rig):
    rig.run(25.0)
    ((news, news_ends),) = rig.stretches("tin-cho")
    ((meeting, meeting_ends),) = rig.stretches("hop-truong")
    assert news == pytest.approx(rig.second("06:00"), abs=2 * CHUNK), "on time"
    assert_warm(rig, news, {"market", "gate"})
    assert_warm(rig, meeting, {"school"})
    assert on(rig, news, news_ends + round(0.28 * RATE)) == ({"market", "gate"}, {"market", "gate"}), "with its tail"
    assert on(rig, meeting, meeting_ends) == ({"school"}, {"school"})
    assert not rig.lines_at[-1]


def test_horns_within_earshot_begin_at_one_instant_when_the_slowest_is_warm(tmp_path):
    rig = rig_of(tmp_path, village.session("ca-lang", "06:00", ["tin-cho"]))
    flood(rig)
    rig.run(10.0)
    ((first, _),) = rig.stretches("lu")
    assert_warm(rig, first, {"market", "gate", "school"})
    rig.close()


def test_an_emergency_takes_every_zone_and_none_hears_it_cold(rig):
    rig.run_to("06:00:02")
    flood(rig)
    rig.run(8.0, until=lambda: bool(rig.stretches("lu")))
    ((first, _),) = rig.stretches("lu")
    assert_warm(rig, first, {"market", "gate", "school"})


def test_music_assistant_4377_zones_come_back_only_after_the_last_sample_of_the_emergency_left(rig):
    rig.run_to("06:00:02")
    flood(rig)
    rig.run(15.0)
    ((_, emergency_ends),) = rig.stretches("lu")
    before, again = rig.stretches("tin-cho")
    assert before[0] < emergency_ends < again[0]
    everywhere = {"market", "gate", "school"}
    assert on(rig, emergency_ends - RATE, emergency_ends + round(0.28 * RATE)) == (everywhere, everywhere), (
        "the tail is the emergency's too"
    )
    assert_warm(rig, again[0], {"market", "gate"})
    assert ("lu", Outcome.COMPLETE) in rig.lines()
    assert ("tin-cho", Outcome.COMPLETE) in rig.lines()


def test_amplipi_683_what_was_stopped_while_the_emergency_sounded_stays_stopped(rig):
    rig.run_to("06:00:02")
    flood(rig)
    rig.run(8.0, until=lambda: bool(rig.stretches("lu")))
    stop = village.cell(withdrawn=[village.withdrawal("tin-cho"), village.withdrawal("hop-truong")]).stop
    rig.publish(stop=stop)
    rig.run(30.0)
    ((_, emergency_ends),) = rig.stretches("lu")
    assert all(last < emergency_ends for _, last in rig.stretches("tin-cho") + rig.stretches("hop-truong"))
    assert not rig.lines_at[-1]


def test_what_is_for_everybody_waits_for_the_horn_that_must_rest(tmp_path):
    sessions = (
        village.session("truong", "06:00", ["hop-truong"], zones=(SCHOOL,)),
        village.session("cho", "06:00:01", ["tin-cho"], zones=(MARKET,), window=60.0),
        village.session("ca-lang", "06:00:02", ["hop-truong"], window=60.0),
    )
    rig = rig_of(tmp_path, *sessions, minimum_off=15.0)
    rig.run(45.0)
    _, (everywhere, _) = rig.stretches("hop-truong")
    assert_warm(rig, everywhere, {"market", "gate", "school"})
    rig.close()


def test_an_emergency_does_not_wait_for_a_horn_that_must_rest(tmp_path):
    sessions = (
        village.session("truong", "06:00", ["hop-truong"], zones=(SCHOOL,)),
        village.session("cho", "06:00:01", ["tin-cho"], zones=(MARKET,), window=60.0),
    )
    rig = rig_of(tmp_path, *sessions, minimum_off=20.0, emergency_skips_minimum_off=False)
    rig.run(20.0, until=lambda: bool(rig.stretches("tin-cho")))
    flood(rig)
    rig.run(8.0, until=lambda: bool(rig.stretches("lu")))
    ((first, _),) = rig.stretches("lu")
    assert_warm(rig, first, {"market", "gate"})
    rig.close()


def test_an_emergency_that_comes_as_the_hold_ends_gets_an_activation_of_its_own(tmp_path):
    """The sound process gives the lease up by itself at the end of the hold; the voice may not have heard of it yet."""
    rig = rig_of(tmp_path, village.session("cho", "06:00", ["tin-cho"], zones=(MARKET,)))
    rig.run_to("06:00:06.6")
    assert rig.voice.state is State.HOLDING
    over = rig.newest
    rig.bank.lose(over, rig.now)
    flood(rig)
    rig.run(8.0, until=lambda: bool(rig.stretches("lu")))
    assert rig.newest > over
    assert not any(isinstance(line, Fault) for line in read(rig.paths.journal("audio"))), "nothing of it is a fault"
    ((first, _),) = rig.stretches("lu")
    assert_warm(rig, first, {"market", "gate", "school"})
    rig.close()


def test_one_broken_horn_does_not_silence_an_emergency_in_the_others(rig):
    rig.pins["school"].on = lambda: None
    flood(rig)
    rig.run(12.0, until=lambda: bool(rig.stretches("lu")))
    ((first, _),) = rig.stretches("lu")
    assert_warm(rig, first, {"market", "gate"})
    (fault,) = faults(rig)
    assert fault.active, "and somebody is told which one"
    assert "school" in fault.detail
    assert "gate" not in fault.detail


def lose(rig, line):
    """The pin of *line* falls and stays inactive, whatever it is told; gives what mends it."""
    pin = rig.pins[line]
    pin.off()
    drive, pin.on = pin.on, lambda: None
    return lambda: setattr(pin, "on", drive)


def ending(rig, item):
    (found,) = [line for line in rig.records() if item in line.item and line.outcome is Outcome.COMPLETE]
    return found


def test_a_horn_that_falls_silent_in_the_middle_of_an_emergency_is_told_is_not_claimed_and_the_others_go_on(rig):
    flood(rig)
    rig.run(8.0, until=lambda: bool(rig.stretches("lu")))
    mend = lose(rig, "school")
    rig.run(1.0)
    assert [(fault.code, fault.active, "school" in fault.detail, "gate" in fault.detail) for fault in faults(rig)] == [
        (FaultCode.AMPLIFIER_LOST, True, True, False)
    ]
    rig.run(8.0, until=lambda: ("lu", Outcome.COMPLETE) in rig.lines())
    ((first, last),) = rig.stretches("lu")
    assert last - first + 1 == 2 * RATE, "whole, in the other horns"
    done = ending(rig, "lu")
    assert (done.zones, done.rung) == ((MARKET,), Rung.LEFT_DRIVER)
    assert "school" in done.reason
    rig.run(12.0, until=lambda: ("tin-cho", Outcome.COMPLETE) in rig.lines())
    assert ending(rig, "tin-cho").zones == (MARKET,)
    assert faults(rig)[-1].active, "that other lines work proves nothing of this one"
    mend()
    rig.run(30.0, until=lambda: ("hop-truong", Outcome.COMPLETE) in rig.lines())
    assert not faults(rig)[-1].active, "until it is active again for an activation"
    assert len(faults(rig)) == 2
    assert (ending(rig, "hop-truong").zones, ending(rig, "hop-truong").reason) == ((SCHOOL,), "")


def test_where_no_zone_is_whole_nothing_beyond_the_command_is_claimed(rig):
    rig.run_to("06:00:02")
    lose(rig, "gate")
    rig.run(8.0, until=lambda: ("tin-cho", Outcome.COMPLETE) in rig.lines())
    assert (ending(rig, "tin-cho").zones, ending(rig, "tin-cho").rung) == ((MARKET,), Rung.COMMANDED)


def test_power_that_was_sensed_before_a_horn_fell_silent_is_not_claimed_of_it(tmp_path):
    rig = rig_of(tmp_path, village.session("ca-lang", "06:00", ["tin-cho"]), current=True)
    rig.run_to("06:00:02")
    lose(rig, "school")
    rig.run(8.0, until=lambda: ("tin-cho", Outcome.COMPLETE) in rig.lines())
    assert (ending(rig, "tin-cho").zones, ending(rig, "tin-cho").rung) == ((MARKET,), Rung.LEFT_DRIVER)
    rig.close()


def test_what_is_interrupted_while_a_horn_is_silent_claims_nothing_and_goes_on_in_all_of_its_zones(tmp_path):
    rig = rig_of(tmp_path, village.session("ca-lang", "06:00", ["tin-cho"]))
    rig.run_to("06:00:02")
    mend = lose(rig, "school")
    rig.run(0.5)
    mend()
    rig.pins["school"].on()
    flood(rig)
    rig.run(30.0, until=lambda: ("tin-cho", Outcome.COMPLETE) in rig.lines())
    (cut,) = [line for line in rig.records() if line.outcome is Outcome.INTERRUPTED]
    assert (cut.zones, cut.rung, "school" in cut.reason) == ((), Rung.COMMANDED, True)
    assert (ending(rig, "tin-cho").zones, ending(rig, "tin-cho").rung) == ((), Rung.LEFT_DRIVER)
    rig.close()


def test_a_zone_that_is_not_wanted_any_more_is_waited_for_until_it_is_off(rig):
    flood(rig)
    rig.run(8.0, until=lambda: bool(rig.stretches("lu")))
    lines = rig.voice.stage.lines
    assert lines.warm_at(rig.now) is not None
    lines.lease(replace(rig.voice.stage.target, bulletin_class=BulletinClass.ROUTINE, zones=(MARKET,)), rig.now)
    assert lines.warm_at(rig.now) is None, "the school's horn still is on"
    rig.speaker.keep(rig.now)
    assert lines.warm_at(rig.now) is not None


def test_squeezeplay_30_a_line_that_never_becomes_active_is_one_fault_until_it_does_and_not_one_for_each_try(rig):
    drive = {name: pin.on for name, pin in rig.pins.items()}
    for pin in rig.pins.values():
        pin.on = lambda: None
    flood(rig)
    rig.run(40.0)
    assert [fault.active for fault in faults(rig)] == [True]
    for name, pin in rig.pins.items():
        pin.on = drive[name]
    rig.run(20.0, until=lambda: ("lu", Outcome.COMPLETE) in rig.lines())
    assert [fault.active for fault in faults(rig)] == [True, False]


def test_lines_that_never_become_active_are_a_fault_and_nothing_is_claimed(rig):
    for pin in rig.pins.values():
        pin.on = lambda: None
    rig.run(20.0)
    faults = [line.code for line in read(rig.paths.journal("audio")) if isinstance(line, Fault)]
    assert FaultCode.AMPLIFIER_LOST in faults
    assert not any(outcome is Outcome.STARTED for _, outcome in rig.lines())
    assert not rig.tape.any()


def test_an_emergency_takes_every_zone_whatever_zones_it_names(rig):
    said = Utterance("k", village.COMMUNE, 1, "lu", BulletinClass.EMERGENCY, "vi", Tone(1.0), "", village.at("06:00"), zones=(SCHOOL,))
    lines = rig.voice.stage.lines
    assert lines.of(said) == {"market", "gate", "school"}
    assert lines.of(replace(said, bulletin_class=BulletinClass.PRIORITY)) == {"school"}


def test_a_test_of_one_amplifier_drives_that_line_alone_and_is_recorded_for_its_zone(rig):
    stamp = village.stamp("05:59:50")
    rig.override = Override(n=1, holder="Lê Văn Mẫu", what=Opened.TONE, line="gate", at=stamp)
    rig.run(12.0, until=lambda: any(item == "test-tone" and outcome is Outcome.COMPLETE for item, outcome in rig.lines()))
    assert {line for lines in rig.lines_at for line in lines} == {"gate"}
    assert ending(rig, "test-tone").zones == (MARKET,)


def test_a_test_of_an_amplifier_that_is_not_there_drives_no_other(rig):
    said = Utterance("k", village.COMMUNE, 1, "test-tone", BulletinClass.PRIORITY, "vi", Tone(1.0), "", village.at("06:00"), lines=("x",))
    rig.voice.stage.lines.lease(said, rig.now)
    rig.speaker.keep(rig.now)
    assert not any(state.active for state in rig.speaker.amplifier.lines.values())
