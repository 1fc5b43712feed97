"""Under-voltage: the kernel tells of two seconds, so only what somebody watched is called good, and what was seen is not forgotten."""

import threading

import pytest

from device.clock import ManualClock
from provisioning import supply
from provisioning.probe import Verdict
from provisioning.probes.supply import SupplyProbe, under_load
from provisioning.supply import Watch, after_look, watching
from tests.provisioning.commissioning.conftest import NOW

LOAD = ("nguồn", "supply under load")


@pytest.fixture
def clock():
    return ManualClock.at(NOW)


@pytest.fixture
def alarm(paths):
    """The kernel's alarm: called with what it says from now on."""
    folder = paths.root / "sys/class/hwmon/hwmon1"

    def say(text):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "name").write_text("rpi_volt\n")
        (folder / "in0_lcrit_alarm").write_text(text + "\n")

    other = paths.root / "sys/class/hwmon/hwmon0"
    other.mkdir(parents=True)
    (other / "name").write_text("cpu_thermal\n")
    return say


def found(paths, clock):
    (finding,) = SupplyProbe(paths, clock).look()
    return finding.verdict, finding.observed[1]


def watch(paths, clock, *, looks):
    """The resident watch, a look each second."""
    resident = Watch(paths)
    for _ in range(looks):
        resident.look(clock.now().stamp())
        clock.advance(1.0)


def test_where_nobody_tells_it_is_unknown_whatever_is_watched(paths, clock):
    watch(paths, clock, looks=3)
    assert not paths.supply.exists()
    assert found(paths, clock) == (Verdict.WARNING, "unknown, this board does not tell")


@pytest.mark.parametrize(
    ("says", "verdict", "words"), [("0", Verdict.WARNING, "nobody watched before"), ("1", Verdict.NOT_READY, "under-voltage now")]
)
def test_without_a_watch_one_look_tells_of_now_alone(paths, clock, alarm, says, verdict, words):
    alarm(says)
    told = found(paths, clock)
    assert (told[0], words in told[1]) == (verdict, True)


def test_what_was_watched_is_good_and_it_is_said_from_when_on(paths, clock, alarm):
    clock.advance(12.0)
    alarm("0")
    began = clock.now().mono
    watch(paths, clock, looks=20)
    assert found(paths, clock) == (Verdict.GOOD, f"no under-voltage while it was watched, from {began:.0f} s after the start")
    clock.advance(90.0)
    assert found(paths, clock)[0] is Verdict.WARNING, "the watch ended"


def test_a_sag_that_the_kernel_has_forgotten_is_told_until_the_next_start(paths, clock, alarm):
    alarm("1")
    watch(paths, clock, looks=1)
    alarm("0")
    watch(paths, clock, looks=30)
    assert found(paths, clock)[0] is Verdict.NOT_READY
    next_start = ManualClock.at(NOW, boot="boot-2")
    watch(paths, next_start, looks=1)
    assert found(paths, next_start)[0] is Verdict.GOOD


def test_a_gap_in_the_watch_is_not_passed_over(clock):
    first = after_look(None, clock.now().stamp(), False)
    clock.advance(1.0)
    second = after_look(first, clock.now().stamp(), False)
    assert second.since == first.since
    clock.advance(7.0)
    assert after_look(second, clock.now().stamp(), False).since == clock.now().stamp()


@pytest.fixture
def seen(monkeypatch):
    """Set whenever the watch under load has seen a sag."""
    happened, look = threading.Event(), supply.low

    def told(paths):
        found = look(paths)
        if found:
            happened.set()
        return found

    monkeypatch.setattr(supply, "low", told)
    monkeypatch.setattr(supply, "EVERY", 0.01)
    monkeypatch.setattr(supply, "AFTER", 0.01)
    return happened


def test_a_sag_in_the_midst_of_the_load_is_not_lost_when_it_is_over(paths, alarm, seen):
    alarm("0")
    with watching(paths) as load:
        alarm("1")
        assert seen.wait(10)
        alarm("0")
    assert under_load(load.low, LOAD).verdict is Verdict.NOT_READY


def test_the_kernel_is_given_time_to_tell_of_the_last_moment(paths, monkeypatch):
    looked, kernel = threading.Event(), [False]

    def low(_paths):
        found = kernel[-1]
        looked.set()
        return found

    for name, value in (("low", low), ("EVERY", 60.0), ("AFTER", 0.01)):
        monkeypatch.setattr(supply, name, value)
    with watching(paths) as load:
        assert looked.wait(10)
        kernel.append(True)
    assert under_load(load.low, LOAD).verdict is Verdict.NOT_READY


@pytest.mark.parametrize(("says", "verdict"), [("0", Verdict.GOOD), (None, Verdict.WARNING)])
def test_a_load_without_a_sag_is_good_where_somebody_tells(paths, alarm, seen, says, verdict):
    if says:
        alarm(says)
    with watching(paths) as load:
        pass
    assert under_load(load.low, LOAD).verdict is verdict
