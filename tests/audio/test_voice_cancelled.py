"""An alert that is ended while it is under way, at each moment of it and in each way: silence within two seconds, then the dark."""

import numpy as np
import pytest

from audio.driver.ring import RATE
from audio.mix.signals import length
from device.settings import Beacon, Light
from director.decision import Attention
from evidence.records import Outcome
from tests.audio.rig import Rig, runs
from tests.director import village

AT_ONCE = 2.0
"""FIELD's limit from the arrival on."""
AFTERWARDS = 3.0
SECONDS = {"lu-lenvi": 8.0, "luvi": 5.0}
LU = {village.clip(name).sha256: level for level, name in zip((1100, 2200), SECONDS, strict=True)}
LEVELS = {"lu": 1, "huy": 5500, "bao": 6600} | LU


@pytest.fixture
def rig(tmp_path):
    beacon = Beacon(pin=23, active_high=True, light=Light.STEADY, afterwards=AFTERWARDS, maximum_on=600.0)
    made = Rig(tmp_path, village.programme(village.bundle()), LEVELS, minimum_off=0.3, beacon=beacon)
    yield made
    made.close()


def lu(count=1, **fields):
    return village.alert("lu", sent="05:59:50", seconds=SECONDS["luvi"], phrases=("lu-len",), count=count, **fields)


def put(rig, *alerts, cancelled=()):
    cell = village.cell(alerts=alerts, cancelled=cancelled)
    rig.publish(alerts=cell.alerts, stop=cell.stop)


def huy():
    return village.cancel("huy", [village.reference("lu", "05:59:50")], sent="05:59:55", seconds=2.0)


def level(name):
    return LU[village.clip(name).sha256]


def spoken(tape, *levels):
    """The stretches of *tape* at one of these levels; a signal has single samples of any."""
    return [run for value in levels for run in runs(tape == value)]


def sounds(rig):
    return bool(rig.chunks[-1].any())


def at_moment(rig, name):
    """Let time pass up to the moment *name* of the alert's first airing."""
    steps = {
        "warming": lambda: bool(rig.lines_at[-1]) and not sounds(rig),
        "attention": lambda: sounds(rig),
        "phrase": lambda: bool((rig.chunks[-1] == level("lu-lenvi")).all()),
        "own words": lambda: bool((rig.chunks[-1] == level("luvi")).all()),
        "holding": lambda: rig.lines()[-1:] == [("lu", Outcome.COMPLETE)],
    }
    if name == "pause":
        rig.run(30.0, until=steps["attention"])
        rig.run(length(Attention.EMERGENCY), until=lambda: not sounds(rig))
    else:
        rig.run(60.0, until=steps[name])


def end(rig, way):
    match way:
        case "a Cancel":
            put(rig, lu(), huy())
        case "one person's stop list":
            put(rig, lu(), cancelled=[village.reference("lu", "05:59:50")])


MOMENTS = {"warming": False, "attention": False, "pause": True, "phrase": True, "own words": True, "holding": True}
"""Whether its end is announced: once its start is on the card, nobody can be sure that it was not heard."""


@pytest.mark.parametrize("way", ["a Cancel", "one person's stop list"])
@pytest.mark.parametrize("moment", MOMENTS)
def test_it_is_silent_within_two_seconds_and_its_end_is_announced_only_to_those_who_heard_it(rig, moment, way):
    put(rig, lu())
    at_moment(rig, moment)
    arrived = len(rig.tape)
    end(rig, way)
    rig.run(40.0)
    after = rig.tape[arrived + round(AT_ONCE * RATE) :]
    assert not spoken(after, *LU.values()), "nothing of it"
    announced = [last - first + 1 for first, last in rig.stretches("huy")]
    assert announced == ([2 * RATE] if MOMENTS[moment] and way == "a Cancel" else [])
    assert announced or not after.any(), "and no attention signal either"
    assert not any(pin.value for pin in rig.pins.values())
    assert not rig.light.value


@pytest.mark.parametrize("moment", ["warming", "phrase"])
def test_the_light_goes_dark_its_time_after_the_end(rig, moment):
    put(rig, lu())
    at_moment(rig, moment)
    assert rig.lit_at[-1]
    arrived = len(rig.lit_at)
    end(rig, "one person's stop list")
    rig.run(40.0)
    (last,) = [last for _, last in runs(np.array(rig.lit_at), 1)]
    tail, hold = 0.3, 0.5
    assert 0.0 < (last - arrived) * 0.02 <= AT_ONCE + tail + hold + AFTERWARDS


def test_one_that_waits_behind_another_is_never_heard_and_the_other_is_heard_whole(rig):
    bao = village.alert("bao", sent="05:59:51", level=5, seconds=6.0, count=1)
    put(rig, lu(), bao)
    rig.run(60.0, until=lambda: bool((rig.chunks[-1] == LEVELS["bao"]).all()))
    put(rig, lu(), bao, huy())
    rig.run(60.0)
    assert [last - first + 1 for first, last in rig.stretches("bao")] == [6 * RATE]
    assert not spoken(rig.tape, *LU.values(), LEVELS["huy"])


def test_the_next_one_is_heard_whole_after_one_that_was_ended(rig):
    bao = village.alert("bao", sent="05:59:51", level=2, seconds=6.0, count=1)
    put(rig, lu(), bao)
    at_moment(rig, "phrase")
    end = len(rig.tape) + round(AT_ONCE * RATE)
    put(rig, lu(), bao, cancelled=[village.reference("lu", "05:59:50")])
    rig.run(60.0)
    assert not spoken(rig.tape[end:], *LU.values())
    assert [last - first + 1 for first, last in rig.stretches("bao")] == [6 * RATE]
