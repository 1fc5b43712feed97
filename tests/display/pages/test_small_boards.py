"""Boards with little room: a drill is never taken for real there, and an emergency says first what is needed first."""

import itertools
import re

import pytest

from bundle.alert import RiskLevel, Status
from bundle.layout import Edge, Layout, Span, Zone, ZoneKind
from display.look.emergency import LEVELS
from display.look.eyes import Eyes
from display.look.glass import glass
from display.look.theme import DRILL, INK, Light
from display.page import Fill, Hatch, Image, Line, Watermark, text_of
from display.pages.lay_out import lay_out
from display.pages.viewing import Viewing
from display.pages.words import LABELS, labels
from display.text.pango import PangoMeasure
from tests.display.samples import SPONSOR, alert, board, gallery

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


SMALL = [
    ((128, 32), 10.0),
    ((128, 64), 10.0),
    ((256, 64), 10.0),
    ((192, 96), 10.0),
    ((96, 192), 10.0),
    ((64, 256), 10.0),
    ((1920, 360), 0.63),
]
ORDER = (
    "Lũ quét trên suối Trong",
    "CẦN LÀM NGAY",
    "Đi ngay lên nhà văn hóa",
    "Ở ĐÂU",
    "ĐẾN KHI NÀO",
    "Mưa rất to",
    "UBND xã Suối Trong",
    "Liên hệ",
)


def read(pages):
    return " ".join(" ".join(page.text().split()) for page in pages)


@pytest.mark.parametrize(("size", "pitch"), SMALL)
@pytest.mark.parametrize("status", [Status.ACTUAL, Status.EXERCISE])
def test_an_emergency_says_what_to_do_then_where_and_until_when_then_the_rest(size, pitch, status):
    pages = lay_out(board(alert(RiskLevel.RED, status, ("vi",))), glass(size, eyes=Eyes(pitch, 15)), MEASURE)
    text = "".join(re.sub(r"(DIỄN TẬP|KHẨN CẤP)( 4| · CẤP 4| CẤP 4)?|⚠", "", read(pages)).split())
    places = [text.find("".join(words.split())) for words in ORDER]
    assert -1 not in places, (ORDER[places.index(-1)], text)
    assert places == sorted(places), text


@pytest.mark.parametrize(("size", "pitch"), SMALL)
def test_the_level_is_told_with_the_first_words_and_not_again(size, pitch):
    pages = lay_out(board(alert(RiskLevel.RED, languages=("vi",))), glass(size, eyes=Eyes(pitch, 15)), MEASURE)
    first = pages[0].ticker.texts[0] if pages[0].ticker else read(pages[:1])
    assert re.search(r"CẤP( ĐỘ)? 4", first), first
    assert len(re.findall("CẤP ĐỘ 4", read(pages))) <= (0 if "CẤP 4" in first else 1 if len(pages) > 1 else 99)


@pytest.mark.parametrize(("size", "pitch"), SMALL[2:])
def test_a_heading_stands_in_one_piece_over_the_text_it_is_for(size, pitch):
    for page in lay_out(board(alert(RiskLevel.RED, languages=("vi",))), glass(size, eyes=Eyes(pitch, 10)), MEASURE):
        assert "CẦN LÀM" not in read([page]) or "CẦN LÀM NGAY Đi" in read([page])


@pytest.mark.parametrize(("size", "pitch"), SMALL)
@pytest.mark.parametrize("kind", ["caption", "long"])
def test_a_small_board_says_that_the_loudspeaker_speaks_and_that_a_notice_has_priority(size, pitch, kind):
    (first, *_) = lay_out(gallery()[kind], glass(size, eyes=Eyes(pitch, 15)), MEASURE)
    assert {"caption": "LOA ĐANG PHÁT", "long": "ƯU TIÊN"}[kind] in read([first])


@pytest.mark.parametrize(("size", "pitch"), SMALL[3:5])
def test_items_of_a_list_waste_little_width_on_a_small_board(size, pitch):
    for page in lay_out(board(alert(RiskLevel.RED)), glass(size, eyes=Eyes(pitch, 15)), MEASURE):
        lines = [element for element in page.elements if isinstance(element, Line)]
        marked = [line for line in lines if text_of(line.runs) == "•"]
        hung = [line.box.x - mark.box.x for mark in marked for line in lines if line.box.y == mark.box.y and line.box.x > mark.box.x]
        assert len(hung) == len(marked)
        assert all(width <= line.face.size for width, line in zip(hung, marked, strict=True))


@pytest.mark.parametrize(("size", "pitch"), [*SMALL, ((1920, 1080), 0.63)])
@pytest.mark.parametrize("metres", [5, 10, 20])
def test_a_drill_says_on_every_board_that_it_is_not_real_and_across_every_panel_what_it_is(size, pitch, metres):
    for language, denied in (("vi", "KHÔNG PHẢI THẬT"), ("en", "NOT REAL")):
        drill = board(alert(RiskLevel.RED, Status.EXERCISE, (language,)))
        pages = lay_out(drill, glass(size, eyes=Eyes(pitch, metres)), MEASURE)
        text = re.sub(r"DIỄN TẬP( · (CẤP|LEVEL) 4)?|⚠", " ", read(pages))
        # On the narrowest a word is broken.
        assert denied.replace(" ", "") in "".join(text.split()) or "KHÔNG PHẢI THẬT" in text
        crossed = [any(isinstance(element, Watermark) for element in page.elements) for page in pages]
        assert set(crossed) == {min(size) >= 360}


def test_the_boards_own_words_speak_the_language_of_the_text_they_stand_beside():
    (page,) = lay_out(board(alert(RiskLevel.RED, languages=("en",))), glass((1920, 1080)), MEASURE)
    assert "LEVEL 4 · RED" in page.text()
    assert "Contact: " in page.text()
    assert not re.search("CẤP ĐỘ|Liên hệ|phát|ĐỎ", page.text())
    for language, found in LABELS.items():
        assert labels(f"{language}-VN") == found
        assert len({*found.colours}) == len(RiskLevel)
    assert labels("cjm") == labels("vi")


@pytest.mark.parametrize(("size", "pitch"), [((1920, 360), 0.63), ((1920, 540), 0.63), ((512, 128), 10.0), ((1600, 400), 0.63)])
def test_a_sponsor_at_the_right_of_a_banner_takes_at_most_a_fifth_and_covers_nothing(size, pitch):
    ours = Layout(
        name="bang-ngang",
        aspect=Span(least=3.0),
        zones=(
            Zone(kind=ZoneKind.SPONSOR, edge=Edge.RIGHT, part=0.2, need=1),
            Zone(kind=ZoneKind.HEADER, edge=Edge.TOP, lines=1.3, need=6),
        ),
        main_lines=2.0,
    )
    for page in lay_out(board(gallery()["short"].main, sponsor=SPONSOR), glass(size, (ours,), eyes=Eyes(pitch, 5)), MEASURE):
        assert 0 < page.sponsor_area <= 0.2
        edge = size[0] * 0.8 - 1
        assert "Hợp tác xã Chè Suối Trong" in " ".join(page.text().split())
        assert all(element.box.right <= edge + 1 or element.box.x >= edge for element in page.elements if isinstance(element, Line))
        assert [element for element in page.elements if isinstance(element, Image) and element.box.x >= edge]
