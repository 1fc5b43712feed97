"""A picture that should move and does not is noticed by what was presented, and one that may rest is left in peace."""

from hypothesis import given
from hypothesis import strategies as st

from display.showing.frozen import PATIENCE, Presented, Stillness


def looks(stillness, seconds, frames, running=False, minute=None, step=0.1):
    """What each look said while nothing changed for *seconds* but the time; *frames* may be a function of the look's number."""
    count = frames if callable(frames) else lambda _: frames
    return [stillness.look(Presented(n * step, count(n), running, minute)) for n in range(round(seconds / step))]


def test_a_running_line_that_stands_still_is_frozen_after_a_few_seconds():
    said = looks(Stillness(), PATIENCE + 1, 7, running=True)
    assert said[: round(PATIENCE * 10)] == [""] * round(PATIENCE * 10)
    assert "chuyển động" in said[-1]


def test_a_running_line_that_runs_is_not():
    assert set(looks(Stillness(), 60, lambda n: n, running=True)) == {""}


def test_a_notice_without_anything_that_moves_may_stand_for_hours():
    assert set(looks(Stillness(), 3600, 7, step=1.0)) == {""}


def test_a_clock_whose_minute_passed_unpresented_is_frozen():
    stillness = Stillness()
    assert stillness.look(Presented(0.0, 7, False, 30)) == ""
    assert stillness.look(Presented(59.0, 7, False, 30)) == ""
    assert stillness.look(Presented(60.0, 7, False, 31)) == ""
    assert stillness.waiting
    assert "đồng hồ" in stillness.look(Presented(60.0 + PATIENCE, 7, False, 31))


def test_a_clock_whose_minute_was_presented_in_time_is_not():
    stillness = Stillness()
    for minute in range(10):
        assert stillness.look(Presented(60.0 * minute, 7 + minute, False, minute)) == ""
        assert stillness.look(Presented(60.0 * minute + 30, 7 + minute, False, minute)) == ""
        assert not stillness.waiting


def test_a_line_that_left_the_board_owes_nothing():
    stillness = Stillness()
    looks(stillness, PATIENCE - 1, 7, running=True)
    assert set(looks(stillness, 60, 7, running=False)) == {""}


@given(st.lists(st.tuples(st.floats(0.05, 1), st.booleans(), st.booleans()), max_size=200))
def test_nothing_is_called_frozen_that_presented_within_its_patience(rounds):
    stillness, at, frames, last = Stillness(), 0.0, 0, 0.0
    for pause, presents, running in rounds:
        at += pause
        if presents or at - last > PATIENCE - 1:
            frames, last = frames + 1, at
        assert stillness.look(Presented(at, frames, running, int(at // 60))) == ""
