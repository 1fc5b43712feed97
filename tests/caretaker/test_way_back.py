"""Whatever the version on trial broke, the one before it comes back: also where only the trial can be read, or the voice is stuck."""

from collections.abc import Callable

import pytest

from bundle.errors import Refused
from caretaker.software.main import run
from caretaker.software.trial import Phase, read_trial
from device.durable import DurableStorage
from device.paths import Paths
from device.upgrades import read_history
from evidence.report import Sounding
from tests.caretaker.village import HEALTH, Village
from tests.simulators.content import CHANNEL
from tests.simulators.upgrading import PowerCut, never


def cut_off_on_trial(village: Village) -> None:
    def cut() -> None:
        raise PowerCut

    unit = village.unit
    village.offer()
    unit.meanwhile[unit.clock.now().mono + 30] = cut
    with pytest.raises(PowerCut):
        unit.upgrade()
    unit.boot()
    assert unit.version == "1.4.0"


def one_field_more(paths: Paths) -> None:
    """What only a newer version can read, in both generations."""
    for _ in range(2):
        DurableStorage(paths.unit_json).write({"unit": {"1": {"a_field_of": "1.4.0"}}})


def gone(paths: Paths) -> None:
    for name in ("unit.json", "unit.json.previous"):
        paths.unit_json.with_name(name).unlink(missing_ok=True)


@pytest.mark.parametrize("spoil", [one_field_more, gone, lambda paths: paths.root_json.unlink()])
def test_a_trial_that_spoilt_what_the_unit_is_goes_back_at_the_next_start(village: Village, spoil: Callable[[Paths], None]) -> None:
    cut_off_on_trial(village)
    spoil(village.unit.paths)
    assert run(village.unit.paths).startswith("1.4.0: reverted")
    assert (village.unit.version, village.unit.good) == ("1.3.0", "1.3.0")
    assert village.unit.told == ["1.4.0 begun", "1.4.0 reverted"]
    assert read_trial(village.unit.paths) is None
    assert read_history(village.unit.paths).settled("1.4.0")


def test_without_a_trial_a_record_that_cannot_be_read_is_told_and_nothing_is_done(village: Village) -> None:
    one_field_more(village.unit.paths)
    with pytest.raises(Refused):
        run(village.unit.paths)
    gone(village.unit.paths)
    assert "not enrolled" in run(village.unit.paths)
    assert village.unit.version == "1.3.0"


def speaking(village: Village) -> Sounding:
    since = village.unit.clock.now().stamp()
    return Sounding(occurrence="x/sang@1/0:tin", item="tin", channel=CHANNEL, language="vi", since=since)


def test_a_voice_that_says_for_ever_that_it_speaks_does_not_keep_a_bad_version(village: Village) -> None:
    unit, began = village.unit, village.unit.clock.now().mono
    village.offer(health=HEALTH.model_copy(update={"silence": 900.0}))
    unit.well["1.4.0"] = never
    unit.meanwhile[began + 30] = lambda: setattr(unit, "sounding", speaking(village))
    unit.meanwhile[began + 5000] = lambda: pytest.fail("it waits for ever")
    assert unit.upgrade().startswith("1.4.0: reverted")
    assert unit.version == "1.3.0"
    assert unit.clock.now().mono - began > 900


def test_a_stuck_voice_does_not_keep_a_trial_that_was_cut_off(village: Village) -> None:
    unit = village.unit
    unit.well["1.4.0"] = never
    cut_off_on_trial(village)
    unit.sounding = speaking(village)
    unit.meanwhile[unit.clock.now().mono + 10_000] = lambda: pytest.fail("it waits for ever")
    assert unit.upgrade().startswith("1.4.0: reverted")


def test_what_begins_to_sound_before_the_exchange_is_waited_for_another_time(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    unit, machine = village.unit, village.unit.machine()
    village.offer()
    unit.meanwhile[unit.clock.now().mono + 10_000] = lambda: pytest.fail("it waits for ever")
    monkeypatch.setattr(machine, "restarts", dict)
    link = "caretaker.software.surroundings.Surroundings.link"

    def begins(*_: object) -> bool:
        unit.sounding = speaking(village)
        unit.say()
        return True

    monkeypatch.setattr(link, begins)
    assert "speaks" in unit.upgrade(machine)
    trial = read_trial(unit.paths)
    assert trial is not None
    assert (trial.phase, trial.cut_offs, unit.version) == (Phase.INSTALLED, 0, "1.3.0")
    monkeypatch.undo()
    unit.sounding = None
    assert unit.upgrade() == "1.4.0: good"
