"""A film as the last page of its notice: how long, how large, and what stands for it where it cannot run."""

from dataclasses import replace

import pytest

from bundle.asset import Film, MediaType
from display.look.glass import glass
from display.page import Image
from display.pages import reading
from display.pages.lay_out import EVERYONE, lay_out
from display.text.pango import PangoMeasure
from tests.display.samples import board, notice, picture

MEASURE = PangoMeasure()
SIZES = [(1920, 1080), (1080, 1920), (1280, 720), (512, 256)]


def film(width=1280, height=720):
    poster = picture("b" * 64, width, height)
    facts = {"width": width, "height": height, "rate": 25.0, "duration": 42.0, "poster": poster}
    return Film(sha256="a" * 64, size=1000, media=MediaType.VIDEO, **facts)


def pages(shown, body="Bà con xem phim sau đây.", size=(1920, 1080), lacking=()):
    decision = board(notice("phim", "Phòng cháy", body, film=shown))
    return lay_out(decision, glass(size), MEASURE, replace(EVERYONE, lacking=frozenset(lacking)))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("shape", [(1280, 720), (720, 1280), (1920, 816)])
def test_it_comes_last_for_as_long_as_it_lasts_over_its_poster_and_in_its_own_shape(size, shape):
    *before, last = pages(film(*shape), size=size)
    assert all(page.film is None for page in before)
    assert last.film is not None
    assert last.dwell == 42.0 + reading.CURTAIN
    box = last.film.box
    assert [element.box for element in last.elements if isinstance(element, Image)] == [box]
    assert box.width / box.height == pytest.approx(shape[0] / shape[1], rel=0.05)
    assert min(box.x, box.y) >= 0
    assert box.right <= size[0]
    assert box.bottom <= size[1]


def test_after_words_it_takes_the_room_of_the_title_where_that_makes_it_larger():
    alone, worded = pages(film(), body="")[-1], pages(film())[-1]
    assert "Phòng cháy" in alone.text(), "nothing said it before"
    assert worded.film.box.width > alone.film.box.width * 1.2
    lying, standing = pages(film(), body="", size=(1080, 1920))[-1], pages(film(), size=(1080, 1920))[-1]
    assert lying.film.box.width == standing.film.box.width
    assert "Phòng cháy" in standing.text(), "it costs nothing"


def test_without_its_film_the_poster_is_one_more_picture():
    *_, last = pages(film(), lacking=["a" * 64])
    assert last.film is None
    assert [element.sha256 for element in last.elements if isinstance(element, Image)] == ["b" * 64]
    assert last.dwell == reading.PICTURE


def test_without_film_and_poster_the_words_stay_and_a_notice_of_nothing_else_says_so():
    assert all(page.film is None for page in pages(film(), lacking=["a" * 64, "b" * 64]))
    (only,) = pages(film(), body="", lacking=["a" * 64, "b" * 64])
    assert len(only.text()) > 40
