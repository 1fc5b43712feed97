"""Docked zones never overlap, never leave the board, and give way in order of need."""

import itertools
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from bundle.layout import SPONSOR_MOST, Edge, Layout, Zone, ZoneKind
from display.look.layouts import BUILT_IN, LANDSCAPE, PORTRAIT
from display.page import Rect
from display.pages.docking import dock

BOARD = Rect(0, 0, 1920, 1080)


@dataclass(frozen=True)
class Wish:
    """Something that takes this many pixels, or none at all."""

    pixels: int | None

    def wants(self, room: Rect, edge: Edge) -> int | None:
        return self.pixels


def zones():
    size = st.fixed_dictionaries({"lines": st.floats(0.5, 9)}) | st.fixed_dictionaries({"part": st.floats(0.02, 0.9)})
    others = [kind for kind in ZoneKind if kind is not ZoneKind.SPONSOR]
    usual = st.builds(
        lambda kind, edge, size, least, need: Zone(kind=kind, edge=edge, least=least, need=need, **size),
        st.sampled_from(others),
        st.sampled_from(Edge),
        size,
        st.floats(0.5, 6),
        st.integers(0, 9),
    )
    sponsor = st.builds(lambda part: Zone(kind=ZoneKind.SPONSOR, edge=Edge.BOTTOM, part=part), st.floats(0.01, 0.2))
    return st.lists(usual | sponsor, max_size=8).map(tuple)


layouts = st.sampled_from(BUILT_IN) | st.builds(lambda zones: Layout(name="bat-ky", zones=zones), zones())
wishes = st.dictionaries(st.sampled_from(ZoneKind), st.builds(Wish, st.none() | st.integers(1, 900)))


@given(layouts, st.integers(64, 3840), st.integers(32, 2160), st.integers(22, 200), wishes)
def test_zones_lie_apart_on_the_board_and_a_sponsor_takes_at_most_a_fifth(layout, width, height, line, parts):
    board = Rect(0, 0, width, height)
    docked = dock(layout, board, line, (4 * line, line), parts)
    boxes = [docked.main, *(box for box, _ in docked.zones.values())]
    for box in boxes:
        assert board.x <= box.x <= box.right <= board.right
        assert board.y <= box.y <= box.bottom <= board.bottom
    for one, other in itertools.combinations(boxes, 2):
        assert min(one.right, other.right) <= max(one.x, other.x) or min(one.bottom, other.bottom) <= max(one.y, other.y)
    if ZoneKind.SPONSOR in docked.zones:
        box = docked.zones[ZoneKind.SPONSOR][0]
        assert box.width * box.height <= SPONSOR_MOST * width * height
    if docked.zones:
        assert docked.main.width >= 4 * line
        assert docked.main.height >= line


def test_what_is_least_needed_gives_way_first():
    parts = {ZoneKind.HEADER: Wish(130), ZoneKind.TICKER: Wish(80), ZoneKind.SPONSOR: Wish(150), ZoneKind.FOOT: Wish(200)}
    standing = [set(dock(LANDSCAPE, BOARD, 64, (640, least), parts).zones) for least in (400, 600, 750, 900)]
    assert standing == [
        {ZoneKind.HEADER, ZoneKind.TICKER, ZoneKind.SPONSOR, ZoneKind.FOOT},
        {ZoneKind.HEADER, ZoneKind.TICKER, ZoneKind.FOOT},
        {ZoneKind.HEADER, ZoneKind.FOOT},
        {ZoneKind.HEADER},
    ]


def test_words_that_do_not_fit_leave_their_room_to_the_others():
    docked = dock(LANDSCAPE, BOARD, 64, (640, 300), {ZoneKind.HEADER: Wish(None), ZoneKind.TICKER: Wish(80)})
    assert set(docked.zones) == {ZoneKind.TICKER}
    assert docked.main == Rect(0, 0, 1920, 1000)


def test_a_code_stands_inside_the_foot_and_takes_its_width_from_the_words():
    board = Rect(0, 0, 1080, 1920)
    docked = dock(PORTRAIT, board, 64, (320, 300), {ZoneKind.QR: Wish(200), ZoneKind.FOOT: Wish(220)})
    assert docked.zones[ZoneKind.QR] == (Rect(880, 1700, 200, 220), Edge.RIGHT)
    assert docked.zones[ZoneKind.FOOT] == (Rect(0, 1700, 880, 220), Edge.BOTTOM)


@dataclass(frozen=True)
class Wordy:
    """Words that need a width."""

    least: int

    def wants(self, room: Rect, edge: Edge) -> int | None:
        return 220 if room.width >= self.least else None


def test_a_code_never_takes_the_room_of_the_words_beside_it():
    board = Rect(0, 0, 1080, 1920)
    docked = dock(PORTRAIT, board, 64, (320, 300), {ZoneKind.QR: Wish(200), ZoneKind.FOOT: Wordy(1000)})
    assert set(docked.zones) == {ZoneKind.FOOT}
