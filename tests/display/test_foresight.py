"""Foresight: whatever comes next on a board is laid out and painted before its moment, so that a turn is only a copy."""

from contextlib import closing
from datetime import timedelta

import pytest

from bundle.alert import AlertSet
from bundle.items import Ticker, Wording
from tests.display.test_board import Village, told
from tests.simulators.content import CHANNEL, PROVENANCE, flood_alert

LONG = "Bà con chú ý giữ gìn vệ sinh chung. " * 30


class Watched(Village):
    """A village that notes of each page whether it had been painted when it was shown."""

    def restart(self):
        super().restart()
        self.shown = []
        show = self.presenter.show

        def noting(page, *more):
            self.shown.append((page.what, self.presenter._painted.ready(page) is not None))
            show(page, *more)

        self.presenter.show = noting


@pytest.fixture
def watched(tmp_path):
    made = Watched(tmp_path, [told("mot", body=LONG, khmer=True), told("hai"), told("ba", khmer=True)])
    with closing(made.ledger):
        yield made


def test_every_page_but_the_first_was_painted_before_its_moment(watched):
    watched.run(300)
    assert len(watched.shown) > 12
    assert {what for what, _ in watched.shown} >= {"notice-mot-km-p1of1", "notice-hai-p1of1", "notice-ba-km-p1of1"}
    assert [what for what, painted in watched.shown[1:] if not painted] == []


def test_a_notice_whose_time_comes_was_painted_before_it(watched):
    soon = watched.clock.now().wall + timedelta(seconds=20)
    later = told("moi").model_copy(update={"valid_from": soon})
    watched.publish([told("mot"), later])
    watched.run(40)
    assert ("notice-moi-p1of1", True) in watched.shown


def test_two_emergencies_take_turns_without_being_painted_at_the_turn(watched):
    now = watched.clock.now().wall
    watched.alert(AlertSet(format=1, channel=CHANNEL, alerts=(*flood_alert(now).alerts, *flood_alert(now, identifier="lu-2").alerts)))
    watched.run(130)
    shown = [what for what, _ in watched.shown if what.startswith("alert")]
    assert {what[:12] for what in shown} == {"alert-lu-1-v", "alert-lu-2-v"}
    assert [painted for what, painted in watched.shown if what.startswith("alert")][1:] == [True] * (len(shown) - 1)


def test_what_nobody_could_foresee_is_painted_when_it_comes(watched):
    watched.run(3)
    watched.alert(flood_alert(watched.clock.now().wall))
    watched.run(1)
    assert watched.shown[-1] == ("alert-lu-1-vi", False)


def test_a_wrong_guess_costs_nothing_but_the_guess(watched):
    watched.run(3)
    watched.publish([told("bon"), told("nam")])
    watched.run(30)
    assert {what for what, _ in watched.shown[1:]} == {"notice-bon-p1of1", "notice-nam-p1of1"}
    assert [painted for _, painted in watched.shown[3:]] == [True] * len(watched.shown[3:])


def test_a_turn_presents_no_more_than_the_pages_differ(watched):
    line = Ticker(id="chay", provenance=PROVENANCE, versions=(Wording(language="vi", title="Gọi 0200 000 114."),))
    watched.publish([told("mot", body=LONG)], tickers=(line,))
    watched.run(1)
    presented = []
    present = watched.screen.present
    watched.screen.present = lambda patches: (presented.append(patches), present(patches))[1]
    watched.run(60)
    page = watched.presenter._page
    turns = [patches for patches in presented if any(patch.canvas.size == page.size for patch in patches)]
    assert turns
    for patches in turns:
        boxes = [patch.source for patch in patches if patch.canvas.size == page.size]
        assert all(box.bottom <= page.ticker.box.y for box in boxes), "the running line's place is painted by the line alone"
