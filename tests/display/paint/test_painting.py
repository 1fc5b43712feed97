"""Pages as pixels: every line leaves ink, scripts are shaped with real glyphs, a code can be scanned, an exercise is marked all over."""

import io
from pathlib import Path

import pytest
from pangocffi import pango
from PIL import Image as Pillow

from bundle.alert import RiskLevel, Status
from display.errors import PageUndrawable
from display.media.pictures import Pictures
from display.page import Code, Face, Hatch, Image, Line, Page, Rect, Run, Watermark, plain, text_of
from display.pages.lay_out import lay_out
from display.paint.canvas import Canvas
from display.paint.painter import Painter
from display.text.fonts import fonts
from display.text.pango import PangoMeasure, _set
from tests.display.samples import HMONG, KHMER, LINK, alert, board, gallery, panel, picture

MEASURE, SIZE = PangoMeasure(), (960, 540)
PAINTER = Painter(Pictures(lambda _: None))
GALLERY = gallery() | {"test-portrait": board(alert(RiskLevel.ORANGE, Status.TEST))}


def pixels(canvas: Canvas, box: Rect) -> set[bytes]:
    """The colours inside *box*."""
    width = canvas.size[0]
    found: set[bytes] = set()
    for y in range(max(0, box.y), min(canvas.size[1], box.bottom)):
        row = bytes(canvas.memory[(y * width + box.x) * 4 : (y * width + box.right) * 4])
        found |= {row[n : n + 3] for n in range(0, len(row), 4)}
    return found


@pytest.mark.parametrize("name", GALLERY)
def test_every_line_of_a_page_leaves_ink_in_its_own_colour(name):
    for page in lay_out(GALLERY[name], panel(SIZE if "portrait" not in name else SIZE[::-1]), MEASURE):
        canvas = PAINTER.page(page)
        for line in page.elements:
            if isinstance(line, Line) and text_of(line.runs).strip():
                red, green, blue = line.face.colour
                assert any(abs(c[0] - blue) < 40 and abs(c[1] - green) < 40 and abs(c[2] - red) < 40 for c in pixels(canvas, line.box)), (
                    text_of(line.runs)
                )


@pytest.mark.parametrize("text", ["ẤẪỘỰ Ỹ ặ đ ₫", KHMER, HMONG, "⚠ ▸ ■ · – •", "ꨀꨇꩀ"])
def test_every_letter_has_a_glyph(text):
    assert _unknown(text) == 0


def test_a_letter_without_a_glyph_would_be_counted():
    assert _unknown("\U0003fffd") == 1


def _unknown(text: str) -> int:
    layout = MEASURE._with(fonts().edition)
    _set(layout, plain(text), Face(60, (0, 0, 0)), None)
    return pango.pango_layout_get_unknown_glyphs_count(layout.pointer)


def _drawn(runs) -> bytes:
    canvas = Canvas((700, 120))
    PAINTER.elements(canvas, (Line(Rect(0, 0, 700, 120), runs, Face(110, (255, 255, 255), leading=1.8)),))
    return bytes(canvas.memory)


def test_what_is_emphasised_is_italic_where_the_face_has_it_and_bold_where_it_has_not():
    for text, bold in (("Lưu ý", False), ("ស្ត្រី", True), ("ꨆꨯꨮ", True)):
        assert _drawn((Run(text, italic=True),)) != _drawn(plain(text))
        assert (_drawn((Run(text, italic=True),)) == _drawn((Run(text, bold=True),))) is bold


def test_emoji_are_drawn_in_colour_and_digits_are_not():
    for text, coloured in (("💧🔥", True), ("2026", False), ("1\u20e3", False)):
        drawn = _drawn(plain(text))
        assert any(max(drawn[n : n + 3]) - min(drawn[n : n + 3]) > 100 for n in range(0, len(drawn), 4)) is coloured, text


@pytest.mark.parametrize("status", [Status.EXERCISE, Status.TEST])
def test_a_drill_is_hatched_at_both_edges_and_marked_where_nothing_else_stands(status):
    drill, real = (
        PAINTER.page(lay_out(board(alert(RiskLevel.PURPLE, state)), panel(SIZE), MEASURE)[0]) for state in (status, Status.ACTUAL)
    )
    page = lay_out(board(alert(RiskLevel.PURPLE, status)), panel(SIZE), MEASURE)[0]
    hatches = [element for element in page.elements if isinstance(element, Hatch)]
    assert [hatch.box.y for hatch in hatches] == [0, SIZE[1] - hatches[0].box.height]
    for hatch in hatches:
        assert {bytes(colour[::-1]) for colour in (hatch.first, hatch.second)} <= pixels(drill, hatch.box._replace(width=60)), (
            "left of its plate"
        )
    changed = sum(drill.memory[n] != real.memory[n] for n in range(0, len(real.memory), 4))
    assert changed > SIZE[0] * SIZE[1] // 8, "the watermark reaches over the page"


@pytest.mark.parametrize("size", [(960, 540), (540, 960)])
def test_the_writing_across_a_page_reaches_every_part_of_it(size):
    canvas, parts = Canvas(size), [Rect(x * size[0] // 4, y * size[1] // 4, size[0] // 4, size[1] // 4) for x in range(4) for y in range(4)]
    PAINTER.elements(canvas, (Watermark(canvas.whole, "DIỄN TẬP", (255, 255, 255), 0.2),))
    assert [part for part in parts if len(pixels(canvas, part)) < 2] == []


def test_a_code_has_its_quiet_zone_and_whole_modules():
    box = Rect(20, 20, 95, 95)
    canvas = Canvas((140, 140))
    PAINTER.elements(canvas, (Code(box, LINK),))
    assert pixels(canvas, box) >= {b"\0\0\0", b"\xff\xff\xff"}
    edge = [pixels(canvas, Rect(box.right - 3, y, 3, 1)) for y in range(box.bottom - 3, box.bottom)]
    assert all(found == {b"\xff\xff\xff"} for found in edge)
    assert pixels(canvas, box) <= {b"\0\0\0", b"\xff\xff\xff"}, "no grey: modules are whole pixels"


def test_a_link_too_long_for_any_code_is_undrawable():
    page = Page("x", (64, 64), (0, 0, 0), (Code(Rect(0, 0, 64, 64), "https://x.example/" + "x" * 4000),), 6.0)
    with pytest.raises(PageUndrawable):
        PAINTER.page(page)


def test_a_picture_is_drawn_in_its_colours_and_the_part_that_was_asked_for(tmp_path: Path):
    made = Pillow.new("RGB", (20, 40), (250, 10, 20))
    made.paste((10, 20, 250), (0, 20, 20, 40))
    (tmp_path / "a.png").write_bytes(_png(made))
    pictures = Pictures(lambda _: tmp_path / "a.png")
    assert pictures.lacking([picture("a" * 64, 20, 40)]) == frozenset()
    canvas = Canvas((40, 40))
    Painter(pictures).elements(canvas, (Image(Rect(0, 0, 20, 20), "a" * 64, 0.0, 0.5), Image(Rect(20, 0, 20, 20), "a" * 64, 0.5, 1.0)))
    assert pixels(canvas, Rect(2, 2, 16, 16)) == {bytes((20, 10, 250))}
    assert pixels(canvas, Rect(22, 2, 16, 16)) == {bytes((250, 20, 10))}


def test_a_missing_a_rotten_and_a_monstrous_picture_are_lacking(tmp_path: Path):
    (tmp_path / "rotten.png").write_bytes(_png(Pillow.new("RGB", (50, 50)))[:60])
    assert Pictures(lambda _: None).lacking([picture("a" * 64, 5, 5)])
    assert Pictures(lambda _: tmp_path / "rotten.png").lacking([picture("b" * 64, 50, 50)])
    assert Pictures(lambda _: tmp_path / "rotten.png").lacking([picture("c" * 64, 8192, 8192)])


def _png(made: Pillow.Image) -> bytes:
    file = io.BytesIO()
    made.save(file, "PNG")
    return file.getvalue()
