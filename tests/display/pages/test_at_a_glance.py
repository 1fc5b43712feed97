"""What must be found at a glance: a place in one piece, and the level by word and number on every page of every board."""

import pytest

from bundle.alert import RiskLevel
from display.look.eyes import Eyes
from display.look.glass import glass
from display.page import Line, text_of
from display.pages.lay_out import lay_out
from display.pages.words import labels
from display.text.pango import PangoMeasure
from tests.display.samples import alert, board, notice

MEASURE = PangoMeasure()
BOARDS = [((1920, 1080), 0.63), ((1080, 1920), 0.63), ((960, 540), 2.5), ((512, 256), 5.0), ((192, 96), 10.0), ((256, 64), 10.0)]


def lines(page):
    return [" ".join(text_of(line.runs).split()) for line in page.elements if isinstance(line, Line)]


@pytest.mark.parametrize(("size", "pitch"), BOARDS)
@pytest.mark.parametrize("level", RiskLevel)
def test_the_number_of_the_level_stands_on_every_page(size, pitch, level):
    for page in lay_out(board(alert(level)), glass(size, eyes=Eyes(pitch, 10.0)), MEASURE):
        label = labels(page.language)
        ends, begins = f"{label.level_short} {int(level)}", f"{label.level} {int(level)} ·"
        # In a column it stands behind the word for an emergency.
        assert any(line.endswith((ends, f"CẤP {int(level)}")) or line.startswith(begins) for line in lines(page)), lines(page)


@pytest.mark.parametrize(("size", "pitch"), BOARDS[:4])
def test_no_line_of_the_panel_ends_inside_a_name(size, pitch):
    (first, *_) = lay_out(board(alert(RiskLevel.RED)), glass(size, eyes=Eyes(pitch, 5.0)), MEASURE)
    shown = lines(first)
    assert [line for line in shown if "Bản Xen" in line or "Suối Trong Hạ" in line]
    assert not [line for line in shown if line.endswith((", Bản", "Suối", "Suối Trong"))]


def test_a_foot_breaks_at_its_dots():
    (page,) = lay_out(board(notice("hop", "Họp thôn", "Lời.", link="https://suoitrong.example/tin/12")), glass((1080, 1920)), MEASURE)
    assert {"UBND xã Suối Trong", "Số 12/TB-UBND"} <= set(lines(page)) or "UBND xã Suối Trong · Số 12/TB-UBND" in lines(page)
