"""The amplifier program with inputs on its amplifiers: a relay that welds, one that does not close, and what is told of them."""

import pytest
from gpiozero.pins.mock import MockFactory, MockPin

from audio.amplifier.request import Ask, LineState
from audio.amplifier.senses import Senses, Watched, levels
from device.journal import read
from device.settings import Pull, Sense, load_settings
from evidence.records import Fault, FaultCode
from tests.audio.amplifier.switchboard import LINE, Switchboard
from tests.audio.amplifier.test_amplifier import Holder
from tests.audio.conftest import until

READ_BACK, CURRENT = 5, 6
SENSES = {
    "read_back": Sense(pin=READ_BACK, active_high=False, pull=Pull.UP, settle=0.05, steady=0.3),
    "current": Sense(pin=CURRENT, active_high=True, pull=Pull.DOWN, settle=0.05, steady=0.3),
}


class Relayed(Switchboard):
    """A switchboard whose active-low relay moves an auxiliary contact and lets current flow, unless it is *welded* or *broken*."""

    def __init__(self, paths, settings, senses):
        horn = settings.amplifier[0].model_copy(update=senses)
        super().__init__(paths, settings.model_copy(update={"amplifier": (horn,)}))
        self.link = None
        self.welded = self.broken = self.fuse_blown = False

    def _wired(self):
        board = self

        class Coil(super()._wired()):
            def _set_state(self, value):
                super()._set_state(value)
                if self._number == LINE:
                    board.settle()

        return Coil

    @property
    def closed(self):
        return self.welded or (not self.broken and not self.factory.pin(LINE).state)

    def settle(self):
        pins = {READ_BACK: not self.closed, CURRENT: self.closed and not self.fuse_blown}
        for number, high in pins.items():
            pin: MockPin = self.factory.pin(number)
            if pin.function == "input" and pin.state != high:
                pin.drive_high() if high else pin.drive_low()

    def ask(self, ask, activation=0, emergency=False):
        """As one holder, whose link stays."""
        if self.link is None:
            self.link = Holder(self)
        return self.link.ask(ask, activation, emergency)

    def stop(self):
        if self.link:
            self.link.link.close()
            self.link = None
        super().stop()

    def faults(self):
        return [(f.code, f.active) for f in read(self.paths.journal("amplifier")) if isinstance(f, Fault)]

    def told(self):
        return " ".join(self.reasons())


@pytest.fixture(params=[("read_back",), ("current",), ("read_back", "current")], ids="+".join)
def board(request, bench):
    made = Relayed(bench.paths, load_settings(bench.paths.unit_toml), {name: SENSES[name] for name in request.param})
    made.start()
    made.settle()
    yield made
    made.stop()
    assert made.failure is None


def hold(board, activation, condition, what):
    """Renew *activation* until *condition* of the answer holds; where a busy machine let it lapse, the next one."""

    def look():
        nonlocal activation
        answer = board.ask(Ask.RENEW, activation)
        activation += answer.verdict == "old"
        return condition(answer) and answer

    return until(look, what)


def test_a_good_line_proves_its_power_and_raises_nothing(board):
    wired = [board.settings.amplifier[0].read_back, board.settings.amplifier[0].current]

    def proven(answer):
        return [answer.read_back, answer.current] == [True if sense else None for sense in wired]

    hold(board, 1, proven, "proof of power, and None of what is not wired")
    until(lambda: board.ask(Ask.READ) and not board.ask(Ask.READ).active, "the end of the lease")
    until(lambda: True not in ((a := board.ask(Ask.READ)).read_back, a.current), "proof that it is off")
    assert board.faults() == []


def test_a_pin_that_is_shorted_to_its_active_level_is_stuck_on_whatever_it_reads_as_itself(board):
    held = hold(board, 1, lambda answer: True in (answer.read_back, answer.current), "power")
    board.factory.pin(LINE)._set_state = lambda value: None
    board.ask(Ask.RELEASE, held.activation)
    until(lambda: "cut its supply" in board.told(), "the status to say so")
    assert set(board.faults()) == {(FaultCode.STUCK_ON, True)}


def test_a_welded_relay_is_stuck_on_is_said_loudly_and_only_a_lasting_agreement_ends_it(board):
    held = hold(board, 1, lambda answer: True in (answer.read_back, answer.current), "power")
    board.welded = True
    board.ask(Ask.RELEASE, held.activation)
    until(lambda: "cut its supply" in board.told(), "the status to say so")
    assert board.faults() == [(FaultCode.STUCK_ON, True)]
    assert all(line.simulated for line in read(board.paths.journal("amplifier"))), "eas-station: nothing simulated is told as real"
    assert not board.ask(Ask.READ).active, "the line itself stays inactive"
    board.welded = False
    board.settle()
    until(lambda: board.faults()[-1] == (FaultCode.STUCK_ON, False), "the end of the fault")
    until(lambda: "cut its supply" not in board.told(), "the status to forget it")


def test_a_relay_that_does_not_close_is_stuck_off_and_proves_nothing(board):
    board.broken = True
    hold(board, 1, lambda _: "was switched on has no power" in board.told(), "the status to say so")
    answer = hold(board, 10, lambda answer: answer.active, "the line")
    assert True not in (answer.read_back, answer.current)
    board.ask(Ask.RELEASE, answer.activation)
    board.broken = False
    until(lambda: board.ask(Ask.READ).rested < board.clock.now().mono, "its rest")
    assert board.faults()[-1] == (FaultCode.STUCK_OFF, True), "that it is off shows nothing"
    hold(board, 20, lambda _: board.faults()[-1] == (FaultCode.STUCK_OFF, False), "the end of the fault while it has power")


def test_a_fault_outlives_the_program_and_a_restart_clears_nothing(board):
    board.welded = True
    board.settle()
    until(lambda: board.faults() == [(FaultCode.STUCK_ON, True)], "the fault")
    board.stop()
    board.start()
    board.settle()
    until(lambda: "cut its supply" in board.told(), "the status to say so again")
    assert board.faults() == [(FaultCode.STUCK_ON, True)], "not said twice, not taken back"


@pytest.fixture
def bare(bench):
    """A unit without any sensor."""
    made = Relayed(bench.paths, load_settings(bench.paths.unit_toml), {})
    made.start()
    yield made
    made.stop()
    assert made.failure is None


def test_without_sensors_a_pin_at_its_active_level_although_nobody_leases_it_is_told_and_proves_no_power(bare):
    until(lambda: bare.ask(Ask.READ), "an answer")
    bare.factory.pin(LINE)._change_state(False)
    until(lambda: "cut its supply: horn (pin)" in bare.told(), "the status to say so")
    assert bare.faults() == [(FaultCode.STUCK_ON, True)]
    assert bare.ask(Ask.READ).electrical is None


def test_without_sensors_a_pin_that_another_program_pulls_inactive_during_a_lease_is_told(bare):
    pin, dead = bare.factory.pin(LINE), []

    def pulled(answer):
        if answer.active and not dead:
            dead.append(True)
            pin._set_state = lambda value: None
            pin._change_state(True)
        return "(pin)" in bare.told()

    hold(bare, 1, pulled, "the status to say so")
    assert bare.faults()[0] == (FaultCode.STUCK_OFF, True)


@pytest.mark.parametrize("steady", [True, False])
def test_squeezeplay_30_a_level_that_only_looks_right_for_a_moment_ends_no_fault(bench, steady):
    told, pin = [], Witness(True)
    pin.value = 1
    senses = Senses({}, {}, told.append, levels(load_settings(bench.paths.unit_toml), {"horn": pin}))
    senses.look({"horn": False}, 0.0)
    senses.look({"horn": False}, 0.6)
    pin.value = 0
    senses.look({"horn": False}, 1.0)
    senses.look({"horn": False}, 20.0 if steady else 9.0)
    assert [bool(one.detail) for one in told] == ([True, False] if steady else [True])
    assert senses.proof("horn", 20.0) == (None, None)


class Witness:
    """An input that says what it is told to."""

    def __init__(self, says):
        self.says = says

    def high(self):
        return self.says


def test_a_line_that_has_power_again_ends_its_fault_although_another_was_not_used_since():
    said, sense = [], Sense(pin=READ_BACK, active_high=True, pull=Pull.DOWN, settle=0.5, steady=1.0)
    contacts = {"cho": Witness(False), "truong": Witness(False)}
    senses = Senses({line: Watched(line, "read-back", sense, contact) for line, contact in contacts.items()}, {}, said.append)
    for now, has_power in ((0.0, False), (1.0, False), (2.0, True), (4.0, True)):
        contacts["cho"].says = has_power
        senses.look({"cho": True, "truong": False}, now)
    wrong, right = said
    assert (wrong.code, "cho" in wrong.detail, "truong" in wrong.detail) == (FaultCode.STUCK_OFF, True, False)
    assert (right.code, right.detail) == (FaultCode.STUCK_OFF, "")


def test_a_blown_fuse_is_found_by_current_where_the_contact_sees_nothing(bench):
    board = Relayed(bench.paths, load_settings(bench.paths.unit_toml), SENSES)
    board.start()
    board.settle()
    board.fuse_blown = True
    hold(board, 1, lambda _: "(current)" in board.told(), "the status to say so")
    hold(board, 10, lambda answer: (answer.read_back, answer.current) == (True, False), "power at the contact and no current")
    board.stop()


def test_an_input_whose_pin_cannot_be_had_is_unknown_and_silences_nobody(bench, monkeypatch):
    settings = load_settings(bench.paths.unit_toml)
    horn = settings.amplifier[0].model_copy(update={"read_back": SENSES["read_back"]})
    board = Switchboard(bench.paths, settings.model_copy(update={"amplifier": (horn,)}))
    real = MockFactory.pin

    def refuse(factory, name):
        if name == READ_BACK:
            raise OSError("busy")
        return real(factory, name)

    monkeypatch.setattr(MockFactory, "pin", refuse)
    board.start()
    answer = board.ask(Ask.RENEW, 1)
    assert (answer.active, answer.read_back) == (True, None)
    until(lambda: any("cannot be sensed" in reason for reason in board.reasons()), "the status to say so")
    board.stop()
    assert board.failure is None


@pytest.mark.parametrize(
    ("read_back", "current", "electrical"),
    [(None, None, None), (True, None, True), (None, True, True), (True, True, True), (True, False, False), (False, None, False)],
)
def test_a_missing_sensor_is_unknown_and_one_that_denies_power_is_enough(read_back, current, electrical):
    assert LineState(True, 1, 0.0, 0.0, read_back=read_back, current=current).electrical is electrical
