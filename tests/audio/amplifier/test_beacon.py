"""The light of an emergency: lit while it sounds and a while after, never for ever, dark at every end."""

import pytest
from gpiozero.pins.mock import MockFactory
from hypothesis import given
from hypothesis import strategies as st

from audio.amplifier.beacon import Glow, ask, deadline, end, lit, shines
from audio.amplifier.request import Ask
from audio.amplifier.safe import outputs
from audio.amplifier.writer import BOARD, Writer
from device.settings import BEACON, Beacon, Light, load_settings
from device.status import write_status
from evidence.report import ProgramStatus
from tests.audio.amplifier.switchboard import Switchboard
from tests.audio.conftest import until

LIGHT = 23
WIRED = Beacon(pin=LIGHT, active_high=False, afterwards=10.0, maximum_on=60.0, blink=0.5)
STEADY = WIRED.model_copy(update={"light": Light.STEADY})


def test_it_is_lit_while_the_emergency_is_renewed_and_for_its_time_afterwards():
    glow = ask(ask(Glow(), WIRED, 100.0, 7), WIRED, 105.0, 7)
    assert lit(glow, 105.0)
    glow = end(glow, WIRED, 106.0, 7)
    assert (lit(glow, 115.9), lit(glow, 116.0)) == (True, False)


def test_without_renewals_it_goes_dark_by_itself():
    glow = ask(Glow(), WIRED, 100.0, 7)
    assert (lit(glow, 110.9), lit(glow, 111.0)) == (True, False)


def test_eas_station_the_end_of_an_older_activation_never_ends_the_light_of_a_newer_one():
    glow = ask(ask(Glow(), WIRED, 100.0, 7), WIRED, 110.0, 8)
    assert end(glow, WIRED, 110.5, 7) == glow
    assert ask(glow, WIRED, 110.5, 7) == glow


def test_it_blinks_in_whole_periods_and_its_deadlines_are_its_edges():
    glow, now, edges = ask(Glow(), WIRED, 100.0, 7), 100.0, []
    while (due := deadline(glow, WIRED, now)) is not None:
        now = due
        edges.append((due, shines(glow, WIRED, due)))
    assert edges[:3] == [(100.5, False), (101.0, True), (101.5, False)]
    assert edges[-1] == (111.0, False)
    assert deadline(ask(Glow(), STEADY, 100.0, 7), STEADY, 100.0) == 111.0


@given(st.lists(st.tuples(st.floats(0, 3), st.sampled_from(("ask", "end", "pass")), st.integers(1, 4)), max_size=60))
def test_no_activation_lights_it_longer_than_its_maximum_however_often_it_asks(history):
    glow, now, began = Glow(), 0.0, {}
    for seconds, what, activation in history:
        now += seconds
        glow = ask(glow, WIRED, now, activation) if what == "ask" else end(glow, WIRED, now, activation) if what == "end" else glow
        if lit(glow, now):
            assert now - began.setdefault(glow.activation, now) < WIRED.maximum_on
            assert glow.until <= began[glow.activation] + WIRED.maximum_on + 1e-6
        assert shines(glow, WIRED, now) <= lit(glow, now)


@pytest.fixture
def board(bench):
    settings = load_settings(bench.paths.unit_toml)
    made = Switchboard(bench.paths, settings.model_copy(update={"beacon": STEADY.model_copy(update={"afterwards": 0.3})}))
    made.start()
    yield made
    made.stop()
    assert made.failure is None


def dark(board):
    return bool(board.factory.pin(LIGHT).state)  # active low


def history(board):
    return [(s.active, s.activation) for s in board.switched() if s.line == BEACON]


def test_the_real_program_lights_it_for_an_emergency_and_for_nothing_else(board):
    assert board.factory.pin(LIGHT).function == "output"
    assert board.ask(Ask.RENEW, 1).active
    assert dark(board)
    board.ask(Ask.RENEW, 2, emergency=True)
    assert not dark(board)
    board.ask(Ask.RELEASE, 2)
    until(lambda: dark(board), "the end of its time afterwards")
    until(lambda: history(board) == [(True, 2), (False, 2)], "what the journal says of it")
    assert all(line.simulated for line in board.switched()), "eas-station: nothing simulated is told as real"


def test_a_steady_light_goes_dark_when_its_holder_dies(board):
    board.ask(Ask.RENEW, 3, emergency=True)  # each question is a holder of its own, which is gone by now
    until(lambda: dark(board), "the dark")


def test_the_stop_switch_and_the_end_of_the_program_make_it_dark_at_once(board):
    board.ask(Ask.RENEW, 4, emergency=True)
    board.press()
    until(lambda: dark(board), "the dark")
    board.ask(Ask.RENEW, 5, emergency=True)
    assert dark(board)
    board.release()
    board.reset(1)
    until(lambda: board.latched() == (1, False), "the unit to be let go")
    board.ask(Ask.RENEW, 6, emergency=True)
    factory = board.factory
    board.stop()
    # Closed, the pin is an input again; the last thing it was driven to is what counts.
    assert [entry.state for entry in factory.pin(LIGHT).states][-1]


def test_the_light_is_among_the_lines_that_are_made_safe_after_a_death(board):
    assert BEACON in {output.line for output in outputs(board.settings)}
    assert isinstance(board.factory, MockFactory)


def test_on_a_unit_without_loudspeaker_it_goes_with_the_board(bench):
    light = STEADY.model_copy(update={"afterwards": 0.2})
    settings = load_settings(bench.paths.unit_toml).model_copy(update={"beacon": light, "amplifier": ()})
    board = Switchboard(bench.paths, settings)
    board.start()
    try:
        says(board, emergency=False)
        assert dark(board)
        until(lambda: says(board, emergency=True) or not dark(board), "the light")
        says(board, emergency=False)
        until(lambda: dark(board), "the dark")
    finally:
        board.stop()


def test_a_board_that_says_nothing_more_lights_nothing(bench):
    board = Switchboard(bench.paths, load_settings(bench.paths.unit_toml))
    writer = Writer(bench.paths, board.clock, board.settings)
    says(board, emergency=True)
    writer._look_at_board()
    assert writer.alarm is not None
    says(board, emergency=True, age=BOARD + 1.0)
    writer._look_at_board()
    assert writer.alarm is None


def says(board, emergency, age=0.0):
    at = board.clock.now().later(-age).stamp()
    write_status(board.paths, ProgramStatus(program="display", at=at, ready=True, emergency=emergency, versions={}))
