"""Layout as a whole, over every sample and size: all on the board, nothing over anything else, legible, and the same every time."""

import itertools

import pytest

from bundle.alert import RiskLevel, Status
from display.look.colours import contrast, mixed
from display.look.theme import NIGHT, Light
from display.page import Fill, Hatch, Line, Page, Watermark, text_of
from display.pages import reading
from display.pages.lay_out import lay_out
from display.pages.viewing import Viewing
from display.text.pango import PangoMeasure
from tests.display.samples import LONG, alert, board, gallery, notice, panel

MEASURE = PangoMeasure()
SIZES = ((1920, 1080), (1080, 1920), (960, 540), (1280, 720))
GALLERY = gallery() | {
    f"{status.name.lower()}-{level.name.lower()}": board(alert(level, status))
    for level in RiskLevel
    for status in (Status.EXERCISE, Status.TEST)
}
EVERY = list(itertools.product(GALLERY, SIZES))


def _inside(pages) -> bool:
    return all(
        box.x >= 0 and box.y >= 0 and box.right <= page.size[0] and box.bottom <= page.size[1]
        for page in pages
        for box in (element.box for element in page.elements)
    )


@pytest.mark.parametrize(("name", "size"), EVERY)
def test_every_element_of_every_kind_lies_inside_the_board(name, size):
    pages = lay_out(GALLERY[name], panel(size), MEASURE)
    assert pages
    assert _inside(pages)
    for page in pages:
        for slot in (page.clock, page.ticker):
            assert slot is None or (slot.box.x >= 0 and slot.box.right <= size[0] and slot.box.bottom <= size[1])


@pytest.mark.parametrize(("name", "size"), EVERY)
def test_pages_are_a_function_of_what_they_show(name, size):
    assert lay_out(GALLERY[name], panel(size), MEASURE) == lay_out(GALLERY[name], panel(size), PangoMeasure())


@pytest.mark.parametrize(("name", "size"), EVERY)
def test_pages_stay_for_as_long_as_their_own_text_takes(name, size):
    language = {"khmer": "km", "hmong": "hmn"}.get(name, "vi")
    for page in lay_out(GALLERY[name], panel(size), MEASURE):
        assert page.dwell >= reading.SHORTEST
        if name == "long":
            rows = [e for e in page.elements if isinstance(e, Line) and e.face.colour == NIGHT.page.ink]
            assert page.dwell >= reading.dwell(sum(len(text_of(e.runs)) for e in rows) - len("Xã Suối Trong"), language)


@pytest.mark.parametrize("light", Light)
@pytest.mark.parametrize(("name", "size"), EVERY)
def test_every_letter_stands_out_by_7_to_1_also_over_a_watermark(name, size, light):
    for page in lay_out(GALLERY[name], panel(size), MEASURE, Viewing(light=light)):
        for n, line in enumerate(page.elements):
            if isinstance(line, Line):
                for ground in _grounds(page, n, line):
                    assert contrast(line.face.colour, ground) >= 7, (text_of(line.runs), line.face.colour, ground)


def _grounds(page: Page, n: int, line: Line):
    """The colours that lie under *line*, the *n*-th element: a watermark may or may not stand behind a letter."""
    width = min(MEASURE.width(line.runs, line.face), line.box.width)
    x = line.box.x + round((line.box.width - width) * line.align.value)
    y = line.box.y + line.box.height // 2
    for across in (x + 1, x + width // 2, x + width - 1):
        grounds = {page.background}
        for below in page.elements[:n]:
            box = below.box
            if not (box.x <= across < box.right and box.y <= y < box.bottom):
                continue
            match below:
                case Fill():
                    grounds = {below.colour}
                case Hatch():
                    grounds = {below.first, below.second}
                case Watermark():
                    grounds |= {mixed(ground, below.colour, below.alpha) for ground in grounds}
                case _:
                    pass
        yield from grounds


@pytest.mark.parametrize(("name", "size"), EVERY)
def test_no_line_is_written_over_another(name, size):
    for page in lay_out(GALLERY[name], panel(size), MEASURE):
        spans = [_span(line) for line in page.elements if isinstance(line, Line) and text_of(line.runs).strip()]
        for one, other in itertools.combinations(spans, 2):
            across = min(one[2], other[2]) - max(one[0], other[0])
            down = min(one[3], other[3]) - max(one[1], other[1])
            assert across <= 0 or down <= 0, (one, other)


def _span(line: Line):
    """Where the x-height letters of *line* lie."""
    width = min(MEASURE.width(line.runs, line.face), line.box.width)
    x = line.box.x + round((line.box.width - width) * line.align.value)
    middle = line.box.y + line.box.height / 2
    return x, middle - line.face.size * 0.3, x + width, middle + line.face.size * 0.3, text_of(line.runs)


@pytest.mark.parametrize("size", SIZES)
def test_the_page_sign_counts_the_pages_of_any_long_text(size):
    for decision in (board(notice("dai", "Dài", LONG * 2)), GALLERY["caption"]):
        pages = lay_out(decision, panel(size), MEASURE)
        for n, page in enumerate(pages, 1):
            assert ("còn tiếp" in page.text()) == (n < len(pages))
