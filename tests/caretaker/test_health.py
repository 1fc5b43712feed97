"""A trial is judged by what the old version understands of the new one, and never by more."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bundle.software import Health
from caretaker.software.health import Judge, Said, Seen, read_said

HEALTH = Health(settle=60.0, trial=120.0, report=600.0, restarts=1)


def judge(link=False, programs=("display", "audio"), health=HEALTH):
    return Judge(health, 100.0, frozenset(programs), link)


def seen(mono, restarts=0, reported=None, **ready):
    said = {program: Said(mono, ready.get(program, True)) for program in ("display", "audio")}
    said["agent"] = Said(mono, True, reported)
    return Seen(mono, said, {"bangtin-audio.service": restarts})


def run(judge, looks):
    for look in looks:
        if (verdict := judge.verdict(look)) is not None:
            return look.mono, verdict
    return None


def test_it_is_good_only_after_the_whole_time():
    assert run(judge(), (seen(float(mono)) for mono in range(102, 400, 2)))[0] == 280.0


def test_what_the_version_before_said_last_counts_for_nothing():
    before = Seen(101.0, {program: Said(99.0, True) for program in ("display", "audio")}, {})
    looks = [before, *(Seen(float(mono), before.programs, {}) for mono in range(102, 400))]
    mono, verdict = run(judge(), looks)
    assert not verdict.good
    assert mono == 161.0


def test_a_program_may_stumble_for_as_long_as_it_may_take_to_settle():
    looks = (seen(float(mono), display=not 200 <= mono < 240) for mono in range(102, 400, 2))
    assert run(judge(), looks)[1].good
    looks = (seen(float(mono), display=not 150 <= mono < 220) for mono in range(102, 400, 2))
    assert not run(judge(), looks)[1].good


def test_it_is_never_good_while_something_is_not_ready():
    looks = [*(seen(float(mono)) for mono in range(102, 270, 2)), *(seen(float(mono), audio=False) for mono in range(270, 300, 2))]
    assert run(judge(), looks) is None
    assert run(judge(), [*looks, seen(300.0)])[1].good


def test_deaths_from_before_the_trial_do_not_count_and_systemd_may_begin_to_count_anew():
    assert run(judge(), (seen(float(mono), restarts=7) for mono in range(102, 400, 2)))[1].good
    assert run(judge(), (seen(float(mono), restarts=7 if mono < 110 else 1) for mono in range(102, 400, 2)))[1].good
    assert not run(judge(), (seen(float(mono), restarts=(mono - 100) // 20) for mono in range(102, 400, 2)))[1].good
    anew = (seen(float(mono), restarts=7 if mono < 110 else min(2, (mono - 100) // 10)) for mono in range(102, 400, 2))
    assert not run(judge(), anew)[1].good, "two deaths after it began to count anew"


def test_a_report_is_waited_for_longer_than_the_trial_and_not_for_ever():
    looks = [seen(float(mono), reported=500.0 if mono > 500 else 90.0) for mono in range(102, 800, 2)]
    assert run(judge(link=True), looks) == (502.0, run(judge(link=True), looks)[1])
    assert run(judge(link=True), looks)[1].good
    mono, verdict = run(judge(link=True), (seen(float(mono)) for mono in range(102, 800, 2)))
    assert not verdict.good
    assert mono > 700.0


@given(st.lists(st.tuples(st.integers(1, 30), st.booleans(), st.booleans(), st.integers(0, 3)), max_size=60))
def test_no_order_of_events_makes_an_unready_or_dying_version_good(steps):
    mono, watching, highest = 100.0, judge(), 0
    for seconds, display, audio, deaths in steps:
        mono, highest = mono + seconds, highest + deaths
        verdict = watching.verdict(seen(mono, restarts=highest, display=display, audio=audio))
        if verdict is not None:
            if verdict.good:
                assert display
                assert audio
                assert mono - 100.0 >= HEALTH.settle + HEALTH.trial
                assert highest - steps[0][3] <= HEALTH.restarts, "the first look says where the counting begins"
            return


STATUS = {"format": 1, "program": "agent", "at": {"boot": "b", "mono": 5.0, "wall": "x", "state": "y"}, "ready": True}


def test_a_status_that_says_more_than_the_old_code_knows_is_read_all_the_same():
    newer = STATUS | {"format": 9, "something": {"new": [1]}, "reported": {"boot": "b", "mono": 4.5, "more": 1}}
    assert read_said(json.dumps(newer).encode(), "b") == Said(5.0, True, 4.5)


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b"null", b'{"at": 1}', b'{"at": {"boot": "b"}}', b"[" * 10000])
def test_nonsense_is_no_word(raw):
    assert read_said(raw, "b") is None


def test_a_word_of_another_boot_is_none():
    assert read_said(json.dumps(STATUS).encode(), "c") is None
