"""Where no zone bears the running line, its words come once in a round of notices, and a place that is named is not named again."""

from dataclasses import replace

import pytest

from director.decision import NoticePage
from display.look.eyes import Eyes
from display.look.glass import glass
from display.pages.lay_out import lay_out
from display.text.pango import PangoMeasure
from tests.display.samples import SHORT, board, notice

MEASURE = PangoMeasure()
STRIP = glass((256, 64), eyes=Eyes(10.0, 25.0))


def words(page: NoticePage, area: str = "Xã Suối Trong") -> str:
    return " ".join(" ".join(each.text() for each in lay_out(board(page, area_name=area), STRIP, MEASURE)).split())


@pytest.mark.parametrize(("position", "borne"), [(1, True), (2, False), (9, False)])
def test_the_first_notice_of_a_round_bears_the_running_line(position: int, borne: bool) -> None:
    shown = replace(notice("a", "Mời họp thôn", SHORT), position=position)
    assert ("mưa dông" in words(shown)) is borne


def test_a_place_stands_once() -> None:
    shown = notice("a", "Mời họp thôn", SHORT)
    assert words(shown).count("xã Suối Trong") + words(shown).count("Xã Suối Trong") == 1, "the issuing body names it"
    assert "Thôn Đồng Lúa" in words(shown, "Thôn Đồng Lúa")
