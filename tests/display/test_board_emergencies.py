"""Several emergencies on one board: a new one is on at once, each is shown whole in every language, none starves another."""

from contextlib import closing

import pytest

from bundle.alert import AlertSet, AlertText, RiskLevel
from display.errors import PageUndrawable
from display.paint.painter import Painter
from evidence.records import Outcome
from tests.display.test_board import Village, told
from tests.simulators.content import CHANNEL, flood_alert

LONG = "Đi ngay lên nhà văn hóa thôn hoặc trường học. Không lội qua suối. Giúp người già, trẻ em. "
KHMER = "សូមទៅផ្ទះវប្បធម៌ភូមិឥឡូវនេះ។ កុំឆ្លងអូរ។ "


@pytest.fixture
def village(tmp_path):
    made = Village(tmp_path, [told("mot")])
    with closing(made.ledger):
        yield made


def alert(village, name, level=RiskLevel.LIGHT_YELLOW, times=1):
    found = flood_alert(village.clock.now().wall, identifier=name).alerts[0]
    vietnamese = found.versions[0].model_copy(update={"instruction": LONG * times})
    khmer = AlertText(language="km", headline="ទឹកជំនន់", instruction=KHMER * times, where="ភូមិ")
    return found.model_copy(update={"versions": (vietnamese, khmer), "level": level})


def raised(village, *alerts):
    village.alert(AlertSet(format=1, channel=CHANNEL, alerts=alerts))


def whole(village, name):
    """In which languages the emergency called *name* was shown to its end, in the order of the journal."""
    return [line.language for line in village.lines() if name in line.item and line.outcome is Outcome.COMPLETE]


@pytest.mark.parametrize("times", [1, 4])
def test_every_page_of_each_is_shown_in_every_language_before_it_gives_way(village, times):
    raised(village, alert(village, "A", times=times), alert(village, "B", times=times))
    village.run(400)
    assert whole(village, "A")[:4] == whole(village, "B")[:4] == ["vi", "km", "vi", "km"]
    assert not [line for line in village.lines() if line.outcome is Outcome.INTERRUPTED and line.channel and "mot" not in line.item]


@pytest.mark.parametrize("standing", [1, 5, 20])
@pytest.mark.parametrize("waited", [3, 47])
def test_a_new_one_is_on_at_once_however_many_stand(village, standing, waited):
    old = [alert(village, f"cu-{n}", RiskLevel.LIGHT_BLUE) for n in range(standing)]
    raised(village, *old)
    village.run(waited)
    raised(village, *old, alert(village, "TIM", RiskLevel.PURPLE))
    village.board.step(village.clock.now(), None)
    assert "TIM" in village.board.showing


def test_the_more_important_of_two_new_ones_comes_first(village):
    raised(village, alert(village, "A", RiskLevel.LIGHT_BLUE), alert(village, "B", RiskLevel.RED))
    village.board.step(village.clock.now(), None)
    assert "B" in village.board.showing


def test_one_alone_goes_round_through_all_its_pages(village):
    raised(village, alert(village, "A", times=2))
    first = village.run(60)
    assert set(first) == {"alert-A-vi", "alert-A-km"}
    assert set(village.run(60)) == set(first)


@pytest.mark.parametrize(("broken", "own"), [("nhà văn hóa", True), ("", False)], ids=["its-words", "own-words-too"])
def test_one_that_cannot_be_drawn_does_not_keep_the_other_from_its_turn(village, monkeypatch, broken, own):
    painted = Painter.page

    def page(self, wanted):
        if "HONG" in wanted.what and broken in wanted.text():
            raise PageUndrawable("broken")
        return painted(self, wanted)

    monkeypatch.setattr(Painter, "page", page)
    raised(village, alert(village, "HONG", RiskLevel.RED), alert(village, "HONG-HAI", RiskLevel.RED), alert(village, "LANH"))
    seen = village.run(240)
    assert whole(village, "LANH")[:2] == ["vi", "km"]
    assert len([what for what in seen if "HONG" in what]) > 1 if own else "HONG" not in str(seen)
    assert "builtin" not in seen
