"""What is laid out anew while it is on: the receipt claims no word that did not stay, and what cannot be drawn then ends nothing."""

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from display.errors import PageUndrawable
from display.look.theme import Light
from display.page import Page
from evidence.records import Outcome
from tests.display.test_board import Village, told

SENTENCES = 60
BODY = " ".join(f"Câu số {n} của thông báo dài này có mấy chữ." for n in range(SENTENCES))
BAND = "Đã nhận gói tin từ người mang USB. " * 3


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    made = Village(tmp_path, [told("dai", body=BODY), told("hai")])
    with closing(made.ledger):
        yield made


def go_on(village: Village, seconds: float, said: str = "") -> list[str]:
    """The texts that were on, for as long as no receipt says that the notice was seen whole."""
    seen: list[str] = []
    for _ in range(round(seconds / 0.5)):
        village.board.step(village.clock.now(), None, said=said)
        if ("dai", Outcome.COMPLETE) in village.outcomes():
            break
        seen.append(village.page().text())
        village.clock.advance(0.5)
    return seen


def sentences(texts: list[str]) -> set[int]:
    return {int(number) for text in texts for number in re.findall(r"số (\d+)", " ".join(text.split()))}


@pytest.mark.parametrize(("first", "then"), [(BAND, ""), ("", BAND)])
def test_other_pages_than_those_that_were_read_begin_a_new_presentation(village: Village, first: str, then: str) -> None:
    go_on(village, 1, first)
    pages = village.board._scene.pages
    go_on(village, sum(page.dwell for page in pages[: len(pages) // 2]), first)
    assert village.board._scene.index > 0
    after = go_on(village, 600, then)
    assert [outcome for item, outcome in village.outcomes() if item == "dai"] == [Outcome.INTERRUPTED, Outcome.COMPLETE]
    assert sentences(after) == set(range(SENTENCES)), "all that the receipt claims was on after the change"
    claimed = next(line for line in village.lines() if line.outcome is Outcome.COMPLETE)
    assert claimed.pages == claimed.of == len({" ".join(text.split()) for text in after})


def test_the_same_pages_in_other_colours_go_on_where_they_were(village: Village) -> None:
    go_on(village, 60)
    index = village.board._scene.index
    assert index > 0
    village.board._lighting = lambda local: Light.NIGHT
    go_on(village, 0.5)
    assert village.board._scene.index == index
    assert village.lines() == []


def by_saying(village: Village) -> None:
    village.board.step(village.clock.now(), None, said="Xin chào.")


def by_the_hour(village: Village) -> None:
    village.board._lighting = lambda local: Light.NIGHT
    village.run(0.5)


def by_another_size(village: Village) -> None:
    village.screen.__init__((1280, 720))  # type: ignore[misc] # the same screen in another mode
    village.board.again(village.clock.now())


def by_a_damaged_window(village: Village) -> None:
    def undrawable(local: object, seconds: float) -> None:
        raise PageUndrawable("hỏng")

    village.presenter.again = undrawable  # type: ignore[method-assign,assignment]
    try:
        village.board.again(village.clock.now())
    finally:
        del village.presenter.again


@pytest.mark.parametrize("change", [by_saying, by_the_hour, by_another_size, by_a_damaged_window])
def test_what_can_be_drawn_no_longer_gives_way_whatever_asked_for_it_anew(village: Village, change: Callable[[Village], None]) -> None:
    village.run(2)
    page = village.presenter._painter.page

    def failing(wanted: Page) -> object:
        if "dai" in wanted.what:
            raise PageUndrawable("hỏng")
        return page(wanted)

    village.presenter._painter.page = failing  # type: ignore[method-assign,assignment]
    change(village)
    assert village.board.showing == "notice-hai-p1of1"
    assert ("dai", Outcome.FAILED) in village.outcomes()


def test_the_words_of_a_running_board_run_once_more_from_their_beginning_when_their_line_does(village: Village) -> None:
    village.screen.__init__((640, 40))  # type: ignore[misc] # the same screen in another mode
    village.restart()
    go_on(village, 20)
    scene = village.board._scene
    assert scene.page.ticker.anew
    village.board._lighting = lambda local: Light.NIGHT
    changed = village.clock.now().mono
    go_on(village, 0.5)
    assert village.board._scene.ends == changed + village.page().dwell


def test_a_page_that_says_more_than_before_stays_its_dwell_from_then_on(village: Village) -> None:
    go_on(village, 20)
    changed = village.clock.now().mono
    go_on(village, 0.5, BAND)
    assert village.board._scene.ends == changed + village.page().dwell
    assert village.lines() == []
