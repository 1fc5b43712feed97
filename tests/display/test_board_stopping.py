"""What leaves the board, and how soon: withdrawn, killed from afar, stopped at the unit's own switch."""

from contextlib import closing

import pytest

from bundle.policy import Kill, Withdrawal
from bundle.trust import Target
from display.loop import CALM
from display.pages import words
from evidence.records import Outcome
from tests.display.test_board import Village, told
from tests.simulators.content import CHANNEL, flood_alert


@pytest.fixture
def village(tmp_path):
    made = Village(tmp_path, [told("mot"), told("hai")])
    with closing(made.ledger):
        yield made


def look(village, **more):
    """One turn of the program's loop, a tenth of a second after the last."""
    village.clock.advance(CALM)
    village.board.step(village.clock.now(), village.sounding, **more)
    return village.board.showing


def text(village):
    return village.board._scene.page.text()


def withdraw(village, item):
    village.stop(withdrawn=(Withdrawal(item=item, version=village.version, reason="sai ngày"),))


def test_a_withdrawn_notice_is_gone_at_the_next_look_in_the_middle_of_its_dwell(village):
    village.run(2)
    assert village.board.showing.startswith("notice-mot")
    withdraw(village, "mot")
    assert look(village).startswith("notice-hai"), "a tenth of a second after the order arrived, of two seconds allowed"
    assert village.outcomes() == [("mot", Outcome.INTERRUPTED)]
    assert all(name.startswith("notice-hai") for name in village.run(30))


def test_it_does_not_come_back_with_a_restart_nor_with_the_same_bundle_and_does_when_corrected(village, tmp_path):
    withdraw(village, "mot")
    look(village)
    (village.paths.shelf / CHANNEL / f"{Target.STOP}.pack").unlink()
    village.restart()
    assert all(name.startswith("notice-hai") for name in village.run(20))
    village.put(Target.BUNDLE)
    assert all(name.startswith("notice-hai") for name in village.run(20))
    village.publish([told("mot", body="Ngày đúng là thứ Sáu."), told("hai")])
    assert any(name.startswith("notice-mot") for name in village.run(20))


def test_the_switch_puts_up_the_safe_page_at_the_next_look_and_says_that_it_was_here(village):
    village.run(2)
    assert look(village, stopped_on_site=True) == "builtin"
    assert words.STOPPED_ON_SITE[0] in text(village)
    village.alert(flood_alert(village.clock.now().wall))
    assert look(village, stopped_on_site=True) == "builtin", "nothing shows before the reset, not even an emergency"
    assert look(village).startswith("alert")


def test_a_kill_and_the_switch_are_two_pages(village):
    village.stop(kills=(Kill(since=village.clock.now().wall.replace(microsecond=0), reason="bị chiếm"),))
    assert look(village) == "builtin"
    assert words.STOPPED[0] in text(village)
    assert look(village, stopped_on_site=True) == "builtin"
    assert words.STOPPED_ON_SITE[0] in text(village)
    look(village)
    assert words.STOPPED[0] in text(village), "the reset on site does not lift the kill of an authority"
