"""The ladder as it is climbed: kept on the card first, told to the registry, and asked of those who may."""

import json
from datetime import UTC, datetime

import pytest

from agent.modem.hands import Machine
from agent.modem.keeper import ModemKeeper
from agent.modem.ladder import Modem as State
from agent.modem.ladder import Rung
from agent.modem.mmcli import Mmcli, judged
from device.clock import ManualClock
from device.faults import Faults
from device.journal import JournalWriter
from device.paths import Paths
from device.service import ModemSettings, PowerLine
from device.status import write_status
from evidence.records import FaultCode
from evidence.report import ProgramStatus, Sounding
from tests.simulators.mmcli import Modem

SETTINGS = ModemSettings(power=PowerLine(usb="1-1.3"))
LONG = SETTINGS.silent_seconds


class Unit:
    """A unit with a modem that a test can hang."""

    def __init__(self, root):
        self.paths, self.modem = Paths(root), Modem(root)
        self.clock = ManualClock.at(datetime(2026, 12, 1, 8, 0, tzinfo=UTC), mono=10_000.0)
        self.writer = JournalWriter(self.paths.journal("agent"), simulated=True)
        self.faults = Faults(self.paths.journal("agent"), self.writer)
        self.start()

    def start(self):
        hands = Machine(self.paths, self.clock, Mmcli("any", str(self.modem.program)))
        self.keeper = ModemKeeper(self.paths, SETTINGS, self.clock, self.faults, hands)

    def boot(self, number):
        self.clock.moment = self.clock.moment.__class__(self.clock.moment.wall, self.clock.moment.state, f"boot-{number}", 100.0)
        self.start()

    async def later(self, seconds):
        self.clock.advance(seconds)
        return await self.keeper.look()

    def sound(self):
        at = self.clock.now().stamp()
        heard = Sounding(occurrence="x", item="bai-1", channel="vn.20", language="vi", since=at)
        write_status(self.paths, ProgramStatus(program="audio", at=at, ready=True, sounding=heard, versions={}))

    def told(self):
        return self.faults.detail(FaultCode.MODEM_HANGS)


@pytest.fixture
def unit(tmp_path):
    made = Unit(tmp_path)
    yield made
    made.writer.close()


async def test_a_modem_that_hangs_is_reset_then_loses_its_power_and_then_a_reboot_is_asked_for(unit):
    unit.modem.gone()
    unit.keeper.failed()
    assert await unit.later(LONG) is Rung.RESET
    assert unit.modem.calls()[-1] == "-m any --reset"
    assert "the modem is reset" in unit.told()
    assert await unit.later(SETTINGS.settle_seconds) is Rung.POWER_CYCLE
    assert unit.paths.modem_power.exists()
    assert await unit.later(SETTINGS.settle_seconds) is Rung.REBOOT
    request = json.loads((unit.paths.reboot_requests / "modem.json").read_bytes())
    assert (request["by"], "it hangs" in request["reason"]) == ("modem", True)


async def test_while_something_sounds_the_modem_is_left_alone(unit):
    unit.modem.gone()
    unit.keeper.failed()
    unit.clock.advance(LONG)
    unit.sound()
    assert await unit.later(0) is None
    assert "--reset" not in " ".join(unit.modem.calls())
    assert await unit.later(60) is Rung.RESET, "the sound is over"


async def test_what_was_done_holds_over_a_reboot(unit):
    unit.modem.gone()
    taken = []
    for number in range(2, 30):
        unit.keeper.failed()
        taken += [await unit.later(LONG), await unit.later(SETTINGS.settle_seconds), await unit.later(SETTINGS.settle_seconds)]
        unit.boot(number)
    assert [taken.count(rung) for rung in Rung] == [6, 3, 1]
    assert "no step is left today" in unit.told()


async def test_a_card_that_takes_nothing_allows_no_step(unit, monkeypatch):
    from errno import ENOSPC

    from agent.modem import keeper

    def full(*_):
        raise OSError(ENOSPC, "full")

    monkeypatch.setattr(keeper, "replace", full)
    unit.modem.gone()
    unit.keeper.failed()
    assert await unit.later(LONG) is None
    assert "--reset" not in " ".join(unit.modem.calls())


async def test_no_coverage_is_told_and_nothing_is_done(unit):
    unit.modem.says("searching")
    unit.keeper.failed()
    assert await unit.later(LONG) is None
    assert "there is no coverage" in unit.told()


async def test_it_is_right_again_when_the_registry_is_reached(unit):
    unit.modem.gone()
    unit.keeper.failed()
    await unit.later(LONG)
    unit.keeper.reached()
    await unit.later(30)
    assert unit.told() == ""
    unit.keeper.failed()
    assert await unit.later(LONG - 1) is None, "a new outage, with its own patience"


async def test_a_missing_mmcli_is_a_modem_that_does_not_answer(tmp_path):
    assert (await Mmcli("any", str(tmp_path / "none")).state())[0] is State.HANGS


@pytest.mark.parametrize(
    ("state", "why", "expected"),
    [
        ("connected", "--", State.ONLINE),
        ("registered", "--", State.ONLINE),
        ("searching", "--", State.NO_COVERAGE),
        ("locked", "--", State.PERSON),
        ("failed", "sim-missing", State.PERSON),
        ("failed", "unknown", State.HANGS),
        ("unknown", "--", State.HANGS),
    ],
)
def test_what_the_modem_says_decides_what_can_help(state, why, expected):
    said = json.dumps({"modem": {"generic": {"state": state, "state-failed-reason": why}}})
    assert judged(said)[0] is expected


@pytest.mark.parametrize("said", ["", "{}", "[]", '{"modem": 3}', "error: couldn't find modem"])
def test_no_answer_that_can_be_read_is_a_modem_that_hangs(said):
    assert judged(said)[0] is State.HANGS
