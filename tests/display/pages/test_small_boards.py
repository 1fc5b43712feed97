"""Boards with little room: a drill is never taken for real there, and an emergency says first what is needed first."""

import itertools

import pytest

from bundle.alert import RiskLevel, Status
from bundle.layout import Layout, Span
from display.look.emergency import LEVELS
from display.look.eyes import Eyes
from display.look.glass import glass
from display.look.theme import DRILL, INK, Light
from display.page import Fill, Hatch, Line
from display.pages.lay_out import lay_out
from display.pages.viewing import Viewing
from display.text.pango import PangoMeasure
from tests.display.samples import alert, board

MEASURE = PangoMeasure()
TINY = [((128, 32), 10.0), ((256, 32), 10.0), ((64, 64), 10.0), ((384, 32), 10.0), ((1920, 80), 0.63)]


def colours(page):
    found = {page.background} | {page.ticker.background, page.ticker.face.colour} if page.ticker else {page.background}
    found |= {page.clock.background, page.clock.clock.colour} if page.clock else set()
    for element in page.elements:
        match element:
            case Fill():
                found.add(element.colour)
            case Line():
                found.add(element.face.colour)
            case Hatch():
                found |= {element.first, element.second}
            case _:
                pass
    return found


@pytest.mark.parametrize(("size", "pitch"), TINY)
@pytest.mark.parametrize(("light", "status"), list(itertools.product(Light, (Status.EXERCISE, Status.TEST))))
def test_a_drill_that_runs_has_no_colour_but_that_of_drills(size, pitch, light, status):
    for level in RiskLevel:
        for page in lay_out(board(alert(level, status)), glass(size, eyes=Eyes(pitch, 10)), MEASURE, Viewing(light=light)):
            assert page.ticker
            assert colours(page) <= {DRILL.ground, DRILL.ink}


@pytest.mark.parametrize(("size", "pitch"), TINY)
def test_what_is_real_runs_in_the_colour_of_its_level(size, pitch):
    for level in RiskLevel:
        for page in lay_out(board(alert(level)), glass(size, eyes=Eyes(pitch, 10)), MEASURE, Viewing(light=Light.WALL)):
            assert LEVELS[level].colour in colours(page)
            assert DRILL.ground not in colours(page) - {INK}


@pytest.mark.parametrize("named", [None, "line", "chay"])
def test_where_an_emergency_can_stand_it_does_not_run_whatever_layout_is_asked_for(named):
    ours = Layout(name="chay", lines=Span(most=4.0), running=True)
    for size in ((1920, 1080), (1080, 1920), (512, 256), (256, 64)):
        built_in = glass(size, eyes=Eyes(0.63 if size[1] > 600 else 10, 10))
        asked = glass(size, (ours,), built_in.scale.eyes, named)
        assert lay_out(board(alert(RiskLevel.RED)), asked, MEASURE) == lay_out(board(alert(RiskLevel.RED)), built_in, MEASURE)
