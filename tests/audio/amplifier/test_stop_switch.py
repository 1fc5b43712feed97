"""The unit's own stop switch: at once, latched through power cuts, let go only on site and by a person, and without software too."""

import select
from contextlib import closing
from dataclasses import replace as changed
from errno import ENOSPC

import pytest
from gpiozero.pins.mock import MockFactory
from hypothesis import given
from hypothesis import strategies as st

from audio.amplifier import writer
from audio.amplifier.bank import Bank
from audio.amplifier.bell import Bell
from audio.amplifier.main import Server
from audio.amplifier.pins import open_line
from audio.amplifier.request import Ask
from audio.amplifier.senses import Senses
from audio.amplifier.switch import Stop, judge, open_switch
from bundle.errors import Refused
from device.errors import AmplifierLost
from device.inputs import SILENCED, Contact, Latch, OnSite, Reset, read_inputs
from device.settings import Settings, Wire, load_settings
from evidence.duties import Duty
from evidence.records import Stamp
from provisioning.holders import add
from provisioning.reset import reset_stop
from tests.audio.amplifier.switchboard import SWITCH, Switchboard
from tests.audio.amplifier.test_amplifier import Holder
from tests.audio.conftest import until


@pytest.fixture
def board(bench):
    made = Switchboard(bench.paths, load_settings(bench.paths.unit_toml))
    yield made.start()
    made.stop()


def on(board):
    """Somebody holds the line, and it is on."""
    holder = Holder(board)
    assert holder.ask(Ask.RENEW, 1).active
    return holder


def pressed(board):
    board.press()
    until(lambda: board.latched() and board.latched()[1], "the latch")


def test_a_press_drives_the_line_inactive_and_refuses_even_an_emergency(board):
    holder = on(board)
    board.press()
    until(lambda: not holder.ask(Ask.READ).active, "the line to fall")
    answer = holder.ask(Ask.RENEW, 2, emergency=True)
    assert (answer.active, answer.verdict) == (False, "stopped on site")
    holder.link.close()
    until(lambda: board.latched() == (1, True), "the latch")
    until(board.stops, "the record")
    assert board.stops() == [(1, True, None)], "a switch names nobody"
    assert board.switched()[-1].reason == "stop switch"
    assert board.contact() is Contact.PRESSED
    assert SILENCED in until(board.reasons, "the status")


def test_neither_release_nor_power_cut_lets_the_unit_sound_again(board):
    pressed(board)
    board.release()
    until(lambda: board.contact() is Contact.RELEASED, "the release")
    for activation in (5, 6):
        assert board.ask(Ask.RENEW, activation).verdict == "stopped on site"
        board.stop()
        board.start()
        assert board.ask(Ask.RENEW, activation, emergency=True).verdict == "stopped on site"
        assert not board.ever_on()
    assert board.latched() == (1, True)
    assert board.stops() == [(1, True, None)], "a restart is no new stop"


def test_a_reset_names_its_person_and_counts_for_this_stop_only(board):
    pressed(board)
    board.reset(1)
    board.release()
    until(lambda: board.latched() == (1, False), "the unit to be let go")
    until(lambda: len(board.stops()) == 2, "the record")
    assert board.stops()[1] == (1, False, "Lò Thị Mây")
    assert board.ask(Ask.RENEW, 9).active
    board.press()
    until(lambda: board.latched() == (2, True), "the second stop")
    board.release()
    board.stop()
    board.start()
    assert board.ask(Ask.RENEW, 10).verdict == "stopped on site", "the reset of the first stop is worth nothing now"


def test_no_reset_counts_while_the_switch_is_pressed_nor_one_for_another_stop(board):
    pressed(board)
    board.reset(1)
    board.stop()
    board.start()  # by then it has read the reset, and the switch is still pressed
    until(lambda: board.latched() == (2, True), "a stop of its own")
    board.release()
    assert board.ask(Ask.RENEW, 5).verdict == "stopped on site"
    board.reset(1)
    board.stop()
    board.start()
    assert board.ask(Ask.RENEW, 6).verdict == "stopped on site"


def test_the_whole_way_from_a_press_to_the_duty_holder_who_lets_the_unit_go_on(board):
    add(board.paths, "Lò Thị Mây", (Duty.EQUIPMENT,), "480315")
    pressed(board)
    with pytest.raises(Refused, match="still pressed"):
        reset_stop(board.paths, "Lò Thị Mây", "480315", board.clock.now())
    board.release()
    until(lambda: board.contact() is Contact.RELEASED, "the release")
    reset_stop(board.paths, "Lò Thị Mây", "480315", board.clock.now())
    until(lambda: board.latched() == (1, False), "the unit to be let go")
    assert not OnSite(board.paths).stopped(board.clock.now())
    assert board.ask(Ask.RENEW, 1).active
    until(lambda: len(board.stops()) == 2, "the record")
    assert board.stops()[1] == (1, False, "Lò Thị Mây")


def test_a_latch_that_cannot_be_read_is_a_stop(bench):
    bench.paths.stop_latch.parent.mkdir(parents=True)
    bench.paths.stop_latch.write_bytes(b"{torn")
    board = Switchboard(bench.paths, load_settings(bench.paths.unit_toml))
    assert OnSite(bench.paths).stopped(board.clock.now())
    board.start()
    try:
        assert board.ask(Ask.RENEW, 1).verdict == "stopped on site"
        until(lambda: board.contact() is Contact.RELEASED, "a reading")
        until(lambda: board.latched() == (1, True), "it to be written anew, so that somebody can let it go")
        board.reset(1)
        until(lambda: board.latched() == (1, False), "the unit to be let go")
        assert not OnSite(bench.paths).stopped(board.clock.now())
    finally:
        board.stop()


def test_a_card_that_takes_no_latch_still_stops_for_this_boot_and_says_so(board, monkeypatch):
    def full(*_):
        raise OSError(ENOSPC, "no room")

    with monkeypatch.context() as card:
        card.setattr(writer, "replace", full)
        board.press()
        until(lambda: any("card does not keep" in reason for reason in board.reasons()), "the complaint")
        assert OnSite(board.paths).stopped(board.clock.now())
        board.stop()
        board.release()
        board.start()
        assert board.ask(Ask.RENEW, 1).verdict == "stopped on site"
    until(lambda: board.latched() == (1, True), "the latch, once the card takes it")


def test_the_real_program_with_a_latch_on_the_card_never_drives_a_line(bench):
    board = Switchboard(bench.paths, load_settings(bench.paths.unit_toml))
    at = board.clock.now().stamp().model_copy(update={"boot": "before the power cut"})
    bench.paths.stop_latch.parent.mkdir(parents=True)
    bench.paths.stop_latch.write_bytes(Latch(count=4, stopped=True, at=at).model_dump_json().encode())
    bench.start_amplifier()
    holder = Holder(bench)
    for activation in (1, 2, 3):
        answer = holder.ask(Ask.RENEW, activation, emergency=True)
        assert (answer.active, answer.verdict) == (False, "stopped on site")
    holder.link.close()
    assert bench.look() == []


def test_a_board_without_loudspeaker_has_a_switch_too(bench):
    board = Switchboard(bench.paths, Settings.model_validate_json('{"pins": {"factory": "mock"}, "clock": {"driver": "shifted"}}'))
    board.start()
    try:
        pressed(board)
        assert OnSite(bench.paths).stopped(board.clock.now())
    finally:
        board.stop()


def test_a_switch_that_cannot_be_had_or_read_means_silence(bench):
    board = Switchboard(bench.paths, load_settings(bench.paths.unit_toml))
    factory = MockFactory()
    taken = open_line(Wire("taken", SWITCH, active_high=True), factory)
    with closing(Bell()) as bell:
        with pytest.raises(AmplifierLost, match="stop switch"), open_switch(board.settings, factory, bell):
            pass
        taken.close()
        with open_switch(board.settings, MockFactory(), bell) as switch:
            switch._contact.close()
            with pytest.raises(AmplifierLost, match="cannot be read"):
                switch.pressed()


def test_the_switch_wakes_the_program_and_the_bell_is_answered(bench):
    board = Switchboard(bench.paths, load_settings(bench.paths.unit_toml))
    factory = MockFactory()
    with closing(Bell()) as bell, open_switch(board.settings, factory, bell):
        bank = Bank(board.settings, {}, lambda change: None, {}, Senses({}, {}, lambda stuck: None))
        with closing(Server(bench.paths, bank, True, bell)) as server:
            for move in (factory.pin(SWITCH).drive_low, factory.pin(SWITCH).drive_high):
                move()
                assert rings(bell), "nobody looks at the switch more often than it moves: that would cost a Pi its idle day"
                server.serve(server.wait())
                assert not rings(bell), "an unanswered bell would keep the program awake"
            for _ in range(5000):
                factory.pin(SWITCH).drive_low()
                factory.pin(SWITCH).drive_high()
            server.serve(server.wait())


def rings(bell):
    return bool(select.select([bell], [], [], 0)[0])


def test_one_that_depends_on_the_software_says_so(bench):
    board = Switchboard(bench.paths, load_settings(bench.paths.unit_toml), breaks_supply=False)
    board.start()
    try:
        assert any("only while the software runs" in reason for reason in until(board.reasons, "the status"))
    finally:
        board.stop()


class Relay:
    """What the amplifier's supply hangs on: the line's level, and the switch's own contact in the coil's circuit."""

    def __init__(self, pin, breaks_supply):
        self.pin, self.breaks_supply, self.pressed = pin, breaks_supply, False

    @property
    def powered(self):
        active = not self.pin.state  # an active-low relay
        return active and not (self.breaks_supply and self.pressed)


@pytest.mark.parametrize("breaks_supply", [True, False])
def test_with_every_process_dead_the_contact_alone_takes_the_power_away(bench, breaks_supply):
    """The worst death: nobody is left to drive the line, which stays at its active level."""
    settings = load_settings(bench.paths.unit_toml)
    factory = MockFactory()
    open_line(settings.outputs[0], factory).on()
    relay = Relay(factory.pin(settings.amplifier[0].pin), breaks_supply)
    assert relay.powered
    relay.pressed = True
    assert relay.powered is not breaks_supply, "a switch that is only sensed stops nothing now: the check before hand-over warns of it"


looks = st.lists(st.tuples(st.booleans(), st.none() | st.integers(0, 6)), max_size=40)


@given(looks)
def test_only_the_reset_of_this_very_stop_at_a_released_switch_ends_it(history):
    stop, presses, before = Stop(), 0, False
    for is_pressed, number in history:
        reset = None if number is None else Reset(count=number, person="Lò Thị Mây", at=STAMP)
        after = judge(stop, is_pressed, reset)
        presses += is_pressed and not before
        assert after.count == presses, "each press has its own number"
        assert not is_pressed or after.holds
        ended = stop.holds and not after.holds
        assert ended == (stop.holds and not is_pressed and number == presses)
        assert after.person == ("Lò Thị Mây" if ended else None if after.holds else stop.person)
        stop, before = after, is_pressed
    assert judge(changed(stop, pressed=None), None, None).holds == stop.holds, "a unit without a switch changes nothing"


STAMP = Stamp.model_validate_json('{"wall": "2027-05-03T01:00:00Z", "state": "trusted", "boot": "b", "mono": 1.0}')


def test_which_lines_are_switched_on_is_told_beside_the_switch(board):
    (line,) = (wire.name for wire in board.settings.outputs)
    until(lambda: (found := read_inputs(board.paths)) and found.lines == {line: False}, "the line at rest")
    holder = on(board)
    until(lambda: read_inputs(board.paths).lines == {line: True}, "the line that is on")
    holder.link.close()
    until(lambda: read_inputs(board.paths).lines == {line: False}, "the line that fell")
