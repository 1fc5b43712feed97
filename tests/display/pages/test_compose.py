"""Any content on any board: every word once and in order, nothing over anything else, nothing smaller than eyes can read."""

import itertools
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bundle.alert import RiskLevel, Status
from bundle.base import BulletinClass
from bundle.layout import SPONSOR_MOST
from director.decision import CaptionPage, Sign, Wording
from display.look.eyes import Eyes
from display.look.glass import glass
from display.look.theme import TILE
from display.page import Code, Fill, Hatch, Image, Line, Page, Rect, text_of
from display.pages.clock import clock_elements
from display.pages.lay_out import lay_out
from display.pages.viewing import Viewing
from display.pages.zones.code import modules
from display.text.pango import PangoMeasure
from tests.display.samples import CHANNEL, LINK, NOW, SPONSOR, alert, board, notice, running_lines
from tests.examples import share

MEASURE = PangoMeasure()
SIZES = ((1920, 1080), (1080, 1920), (3840, 2160), (960, 540), (512, 256), (512, 64), (192, 96), (96, 192), (256, 64), (256, 32), (128, 32))
SMALL = [size for size in SIZES if min(size) < 500]

# Letters that no word of the board itself has: what is content and what surrounds it can be told apart.
OWN, TITLE = "αβγδεζηθικλμνξοπρστυφχψω", "бгджзйклмнптфцчшщюя"
own = st.text(OWN, min_size=1, max_size=11)
sentence = st.lists(own, min_size=1, max_size=30).map(lambda words: " ".join(words) + ".")
heading = st.lists(own, min_size=1, max_size=6).map(lambda words: "## " + " ".join(words))
points = st.lists(sentence, min_size=1, max_size=4).map(lambda lines: "\n".join(f"- {line}" for line in lines))
numbered = st.lists(sentence, min_size=1, max_size=4).map(lambda lines: "\n".join(f"{98 + n}. {line}" for n, line in enumerate(lines)))
body = st.lists(sentence | heading | points | numbered, max_size=6).map("\n\n".join)
boards = st.builds(
    lambda size, eyes: glass(size, eyes=eyes),
    st.sampled_from(SIZES) | st.tuples(st.integers(128, 2000), st.integers(32, 1400)),
    st.builds(Eyes, st.sampled_from((0.3, 0.63, 2.5, 5.0, 10.0, 16.0)), st.sampled_from((1.0, 5.0, 10.0, 30.0))),
)
around = st.fixed_dictionaries(
    {
        "ticker": st.sampled_from(
            (
                (),
                running_lines("Chiều nay có mưa dông."),
                running_lines("Mưa dông.", "Sáng thứ Hai thu gom rác thải nhựa tại đầu thôn."),
            )
        ),
        "sponsor": st.sampled_from((None, SPONSOR)),
        "signs": st.lists(st.sampled_from(Sign), unique=True, max_size=4).map(tuple),
        "area_name": st.sampled_from(("", "Xã Suối Trong", "Thôn Suối Trong Thượng, xã Suối Trong, tỉnh Thái Sơn")),
        "contact": st.sampled_from(("", "Nhà văn hóa thôn · ĐT 0200 000 000")),
    }
)


@st.composite
def decisions(draw):
    language, text = draw(st.sampled_from(("vi", "km", "hmn"))), draw(body)
    title = " ".join(draw(st.lists(st.text(TITLE, min_size=1, max_size=11), min_size=1, max_size=12)))[:100].strip()
    kind = draw(st.sampled_from(("notice", "caption", "alert")))
    if kind == "caption":
        main = CaptionPage(CHANNEL, 3, "tin", Wording(language=language, title=title, body=text), "x")
    elif kind == "notice":
        bulletin_class = draw(st.sampled_from((BulletinClass.ROUTINE, BulletinClass.PRIORITY)))
        main = notice("tin", title, text, language, link=draw(st.sampled_from((None, LINK))), bulletin_class=bulletin_class)
    else:
        usual = alert(draw(st.sampled_from(RiskLevel)), draw(st.sampled_from((Status.ACTUAL, Status.EXERCISE, Status.TEST))), ("vi",))
        where = draw(st.sampled_from(("Bản Lầu", "Bản Lầu, Bản Xen, Suối Trong Hạ, Nà Khương, Mường Hum, " * 4)))
        words = {"headline": title, "instruction": text, "description": "", "language": language, "where": where.strip(" ,")}
        told = usual.texts[0].model_copy(update=words)
        main = replace(usual, texts=(told,), alert=usual.alert.model_copy(update={"link": draw(st.sampled_from((None, LINK)))}))
    return board(main, as_of=NOW, **draw(around)), title, text


@share(0.7)
@given(decisions(), boards)
def test_every_word_stands_on_the_board_once_and_in_order(decided, on):
    decision, title, text = decided
    told = "".join(page.text() for page in lay_out(decision, on, MEASURE))
    assert _only(OWN, told) == _only(OWN, text)
    # The title stands at the head of every page, or begins the text.
    assert _only(TITLE, told) == _only(TITLE, title) * max(1, round(len(_only(TITLE, told)) / len(_only(TITLE, title))))


def _only(letters: str, text: str) -> str:
    return "".join(sign for sign in text if sign in letters)


@share(0.7)
@given(decisions(), boards)
def test_nothing_lies_over_anything_else_and_everything_can_be_read(decided, on):
    decision, _, _ = decided
    pages = lay_out(decision, on, MEASURE)
    assert pages
    for page in pages:
        check(page, on.scale.smallest)


def check(page: Page, smallest: int) -> None:
    """Everything that holds for every page."""
    board_box = Rect(0, 0, *page.size)
    clock = clock_elements(page.clock, NOW) if page.clock else ()
    for element in (*page.elements, *clock, *((Fill(page.ticker.box, (0, 0, 0)),) if page.ticker else ())):
        assert _within(element.box, board_box), element
    lines = [element for element in (*page.elements, *clock) if isinstance(element, Line) and text_of(element.runs).strip()]
    for line in lines:
        assert line.face.size >= smallest, line
        assert MEASURE.width(_stripped(line), line.face) <= line.box.width + 1, line
        assert line.face.line <= line.box.height, line
    for face in (page.ticker.face,) if page.ticker else ():
        assert face.size >= smallest
        assert face.line <= page.ticker.box.height
    for one, other in itertools.combinations([*map(_written, lines), *((page.ticker.box,) if page.ticker else ())], 2):
        assert not _overlap(one, other), (one, other)
    for code in (element for element in page.elements if isinstance(element, Code)):
        assert min(code.box.width, code.box.height) >= 2 * modules(code.link)
        assert not any(_overlap(code.box, _written(line)) for line in lines)
    sponsors = [fill.box for fill in page.elements if isinstance(fill, Fill) and fill.colour == TILE and fill.radius]
    assert sum(box.width * box.height for box in sponsors) <= SPONSOR_MOST * page.size[0] * page.size[1]


def _stripped(line: Line):
    (*rest, last) = line.runs
    return (*rest, replace(last, text=last.text.rstrip()))


def _written(line: Line) -> Rect:
    """Where the letters of *line* stand, from its tone marks to its tails."""
    across = min(MEASURE.width(_stripped(line), line.face), line.box.width)
    high = round(line.face.size * 1.1)
    x = line.box.x + round((line.box.width - across) * line.align.value)
    return Rect(x, line.box.y + (line.box.height - high) // 2, across, high)


def _overlap(one: Rect, other: Rect) -> bool:
    return min(one.right, other.right) > max(one.x, other.x) and min(one.bottom, other.bottom) > max(one.y, other.y)


def _within(inner: Rect, outer: Rect) -> bool:
    return outer.x <= inner.x and inner.right <= outer.right and outer.y <= inner.y and inner.bottom <= outer.bottom


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("pitch", [0.63, 10.0])
@pytest.mark.parametrize("link", [None, LINK])
def test_an_emergency_says_what_to_do_where_until_when_who_and_whom_to_call_on_every_board(size, pitch, link):
    main = alert(RiskLevel.RED)
    main = replace(main, alert=main.alert.model_copy(update={"link": link}))
    pages = lay_out(board(main), glass(size, eyes=Eyes(pitch, 5.0)), MEASURE)
    for language in ("vi", "en"):
        told = (
            "".join("".join(page.text() for page in pages if f"-{language}" in page.what).split())
            .replace("KHẨNCẤP4", "")
            .replace("KHẨNCẤP", "")
            .replace("CẤP4", "")
            .replace("LEVEL4", "")
        )
        for text in ("Lũ", "nhà", "Xen,", "18:45", "UBND", "0200 000 000") if language == "vi" else ("village", "Xen,", "18:45"):
            assert "".join(text.split()) in told, (text, told)
        coded = any(isinstance(element, Code) for page in pages for element in page.elements)
        assert link is None or coded or "suoitrong.example/tin/12" in told


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("pitch", [0.63, 10.0])
@pytest.mark.parametrize(("status", "word"), [(Status.EXERCISE, "DIỄN TẬP"), (Status.TEST, "THỬ NGHIỆM")])
def test_what_is_not_real_is_striped_and_says_so_on_every_page_of_every_board(size, pitch, status, word):
    for page in lay_out(board(alert(RiskLevel.RED, status)), glass(size, eyes=Eyes(pitch, 5.0)), MEASURE):
        assert any(isinstance(element, Hatch) for element in page.elements)
        assert "".join(word.split()) in "".join(page.text().split())
        assert "KHẨN CẤP" not in page.text()
        if page.ticker:
            texts = page.ticker.texts
            assert all(word in text for text in texts[::2]), "between all sentences"
            assert not any(word in text for text in texts[1::2])


@pytest.mark.parametrize("size", SMALL)
def test_a_small_board_turns_to_whole_pages_or_runs_and_says_where_it_is(size):
    pages = lay_out(board(notice("tin", "Họp thôn", " ".join(["Mời bà con đến họp."] * 30))), glass(size, eyes=Eyes(10.0, 5.0)), MEASURE)
    if pages[0].ticker and pages[0].ticker.box.width > size[0] / 2 and len(pages) == 1:
        return
    assert len({page.elements for page in pages}) == len(pages), "each page says which one it is"


@given(st.sampled_from(SIZES), st.sampled_from((0.63, 5.0, 10.0)))
def test_a_sponsor_never_stands_beside_an_emergency(size, pitch):
    for page in lay_out(board(alert(RiskLevel.PURPLE), sponsor=SPONSOR), glass(size, eyes=Eyes(pitch, 10.0)), MEASURE):
        assert "tài trợ" not in page.text()
        assert not any(isinstance(element, Image) for element in page.elements)


def test_a_board_that_cannot_show_a_code_shows_the_link_in_letters_and_the_telephone():
    told = Counter()
    for size in SIZES:
        pages = lay_out(board(notice("tin", "Họp thôn", "Mời bà con.", link=LINK)), glass(size, eyes=Eyes(10.0, 5.0)), MEASURE)
        coded = any(isinstance(element, Code) for page in pages for element in page.elements)
        text = "".join("".join(page.text() for page in pages).split())
        told[coded] += 1
        assert coded or "suoitrong.example/tin/12" in text
        assert "0200000000" in text
    assert told[True] >= 3
    assert told[False] >= 3


def test_pages_are_values_that_can_be_compared_and_hashed():
    one, other = (lay_out(board(alert(RiskLevel.RED)), glass((256, 64)), PangoMeasure(), Viewing()) for _ in range(2))
    assert one == other
    assert len({*one, *other}) == len(one)


@pytest.mark.parametrize("size", [(1920, 1080), (1080, 1920), (512, 256)])
def test_an_emergency_for_many_places_never_leaves_its_panel(size):
    main = alert(RiskLevel.RED)
    where = "Bản Lầu, Bản Xen, Suối Trong Hạ, Nà Khương, Mường Hum, " * 5
    main = replace(main, texts=(main.texts[0].model_copy(update={"where": where.strip(" ,")}),))
    on = glass(size, eyes=Eyes(0.63 * 1080 / min(size), 5.0))
    for page in lay_out(board(main), on, MEASURE):
        check(page, on.scale.smallest)
