"""A board that nobody can see: nothing counts as shown, and nothing that happens meanwhile is lost."""

from contextlib import closing

import pytest

from evidence.records import AlertSeen, Outcome, Shown
from tests.display.test_board import Village, told
from tests.simulators.content import flood_alert


@pytest.fixture
def village(tmp_path):
    made = Village(tmp_path, [told("mot"), told("hai")])
    with closing(made.ledger):
        yield made


def unseen(village, seconds, step=0.5):
    for _ in range(round(seconds / step)):
        village.board.step(village.clock.now(), None, visible=lambda _: False)
        village.clock.advance(step)


def test_what_was_on_is_interrupted_and_not_one_frame_is_presented_until_the_board_is_seen_again(village):
    village.run(2)
    unseen(village, 1)
    assert village.outcomes() == [("mot", Outcome.INTERRUPTED)]
    frames = village.screen.frames
    unseen(village, 120)
    assert village.board.showing is None
    assert village.screen.frames == frames
    assert village.outcomes() == [("mot", Outcome.INTERRUPTED)]
    assert village.run(1) == ["notice-mot-p1of1"], "it was never seen whole, so it comes first"


def test_an_alert_is_held_from_its_first_moment_but_shown_only_to_somebody(village):
    village.run(1)
    unseen(village, 1)
    village.alert(flood_alert(village.clock.now().wall))
    unseen(village, 10)
    assert village.board.wakes
    assert not village.board.emergency
    assert len(village.lines(AlertSeen)) == 1
    assert [line.item for line in village.lines(Shown) if line.outcome is Outcome.STARTED] == []
    village.run(1)
    assert village.board.emergency
    assert len([line for line in village.lines(Shown) if line.outcome is Outcome.STARTED]) == 1
    assert len(village.lines(AlertSeen)) == 1
