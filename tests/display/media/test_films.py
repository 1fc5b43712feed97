"""The films of a board: made ready, begun, moved, ended, given up and tried again; judged by what is on the screen."""

import os
import signal

import pytest

from display.media.decoding import Patience
from display.media.films import RETRY, Films
from display.page import FilmSlot, Rect
from display.paint.canvas import Canvas
from display.showing.film import MovingFilm
from display.showing.moving import Now
from display.showing.screen import Patch
from tests.audio.conftest import until
from tests.display.media.conftest import signed
from tests.simulators.films import shade, write_film

BOX = Rect(40, 30, 160, 90)


@pytest.fixture
def films(tmp_path):
    made = Films(lambda film: found if (found := tmp_path / film.sha256).exists() else None, Patience(10.0, 2.0))
    yield made
    made.close()


@pytest.fixture
def film(tmp_path):
    """A film of four seconds on the shelf."""
    path = write_film(tmp_path / "film.mp4", 100)
    wanted = signed(path, 100)
    path.rename(tmp_path / wanted.sha256)
    return wanted


PAGE = Canvas((640, 360))
"""The page below, whose poster is black."""


def beneath(box):
    return [Patch(PAGE, box, (box.x, box.y))]


def shown(moving, seconds):
    """The number (modulo 25) of the picture that *moving* gives at *seconds*, ``None`` while it keeps the one that is on or the poster."""
    patches = moving.patches(Now(None, seconds))
    if not patches or patches == beneath(moving.box):
        return None
    (patch,) = patches
    assert (patch.source, patch.at) == (Rect(0, 0, 160, 90), (40, 30))
    light = patch.canvas.surface.get_at((80, 80))[0]
    return min(range(25), key=lambda n: abs(shade(n) - light))


def first(moving, seconds=100.0):
    return until(lambda: (number := shown(moving, seconds)) is not None and (number + 1), "the first picture") - 1


def later(films, moving, number, seconds):
    """Waits until the decoder has come so far, then shows what is due."""
    until(lambda: films.showing.decoding.second >= number / 25 or films.showing.decoding.listen(seconds), f"picture {number}")
    return shown(moving, seconds)


def test_a_film_keeps_the_time_of_the_board_from_its_first_picture_on(films, film):
    assert films.lacking([film]) == frozenset()
    moving = MovingFilm(FilmSlot(BOX, film.sha256), films, beneath)
    assert first(moving, 100.0) == 0
    assert shown(moving, 100.02) is None, "the picture that is on stays"
    assert later(films, moving, 1, 100.05) == 1
    assert later(films, moving, 2, 100.09) == 2
    moving.refresh()
    assert shown(moving, 100.09) == 2, "it was painted over"
    moving.close()


@pytest.mark.parametrize("beat", [600, 604, 100_003])
def test_every_picture_is_shown_where_the_screens_beat_fits_the_films_whichever_beat_it_begins_at(films, film, beat):
    """Beats as the presenter's pulse counts them, of a screen of fifty a second: sums of such fractions are not exact."""
    films.lacking([film])
    moving = MovingFilm(FilmSlot(BOX, film.sha256), films, beneath)
    seen = [first(moving, beat / 50)]
    seen += [later(films, moving, number, (beat + 2 * number) / 50) for number in range(1, 100)]
    assert seen == [number % 25 for number in range(100)]
    moving.close()


def test_what_is_made_ready_begins_at_once(films, film):
    films.lacking([film])
    slot = FilmSlot(BOX, film.sha256)
    films.prepare(slot)
    films.prepare(slot)
    ahead = films._ahead[1]
    until(lambda: films.look(0.0) or ahead.second > 0.11, "a full ring")
    moving = MovingFilm(slot, films, beneath)
    assert shown(moving, 50.0) == 0, "without a moment's wait, however long ago it was made ready"
    assert films.showing.decoding is ahead
    moving.close()


def test_a_film_that_runs_is_made_ready_again_only_when_it_is_about_to_end(films, film):
    films.lacking([film])
    slot = FilmSlot(BOX, film.sha256)
    moving = MovingFilm(slot, films, beneath)
    first(moving, 100.0)
    films.prepare(slot)
    assert films._ahead is None
    until(lambda: (shown(moving, 102.0), films.showing.second > 1.1)[1], "its last seconds")
    films.prepare(slot)
    assert films._ahead is not None
    moving.close()


def test_another_page_that_comes_next_ends_what_was_made_ready(films, film):
    films.lacking([film])
    films.prepare(FilmSlot(BOX, film.sha256))
    ahead = films._ahead[1]
    films.prepare(FilmSlot(Rect(0, 0, 80, 45), film.sha256))
    assert ahead.ended
    assert ahead.gone(5.0)
    other = films._ahead[1]
    films.prepare(None)
    assert other.gone(5.0), "an emergency came instead"


def test_a_film_that_moves_to_another_place_goes_on_where_it_was(films, film):
    films.lacking([film])
    before = MovingFilm(FilmSlot(BOX, film.sha256), films, beneath)
    first(before, 100.0)
    for n in range(1, 40):
        later(films, before, n, 100.001 + n / 25)
    before.close()
    after = MovingFilm(FilmSlot(BOX._replace(width=160), film.sha256), films, beneath)
    number = until(lambda: (found := shown(after, 101.6)) is not None and found + 1, "its next picture") - 1
    assert 13 <= number <= 15, "frame 39 is number 14"
    after.close()


def test_a_page_that_is_presented_again_after_the_end_begins_the_film_again(films, film):
    films._patience = Patience(1e6, 1e6)  # the clock of this test jumps
    films.lacking([film])
    moving = MovingFilm(FilmSlot(BOX, film.sha256), films, beneath)
    first(moving, 100.0)
    until(lambda: (shown(moving, 200.0), films.showing.over)[1], "its end")
    assert films.showing.decoding.problem is None
    assert shown(moving, 200.0) is None, "the last picture stays"
    moving.refresh()
    assert shown(moving, 300.0) is not None, films.problems or "the last picture, which was painted over"
    until(lambda: shown(moving, 300.0) == 0, "the first picture")
    moving.close()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
def test_a_decoder_that_dies_or_hangs_leaves_the_poster_for_a_while(films, film, how):
    films.lacking([film])
    moving = MovingFilm(FilmSlot(BOX, film.sha256), films, beneath)
    first(moving, 100.0)
    decoding = films.showing.decoding
    poster = []
    os.kill(decoding.pid, how)
    times = iter(range(101, 10_000))
    until(lambda: (poster.append(moving.patches(Now(None, now := float(next(times))))), films.look(now))[1], "its being given up")
    assert poster[-1] == beneath(BOX), "at once, not the picture at which it stopped"
    assert films.lacking([film]) == {film.sha256}
    assert film.sha256 in films.problems
    assert decoding.gone(5.0)
    moving.close()
    films.look(20_000.0 + RETRY)
    assert films.lacking([film]) == frozenset(), "it is tried again"
    assert films.problems == {}


def test_a_film_that_is_not_on_the_shelf_is_lacking(films, film, tmp_path):
    (tmp_path / film.sha256).unlink()
    assert films.lacking([film]) == {film.sha256}


def test_without_memory_or_files_for_a_decoder_the_poster_stands(films, film, monkeypatch):
    films.lacking([film])
    monkeypatch.setattr("display.media.decoding.make_ring", lambda _: (_ for _ in ()).throw(OSError(24, "Too many open files")))
    moving = MovingFilm(FilmSlot(BOX, film.sha256), films, beneath)
    assert moving.patches(Now(None, 1.0)) == beneath(BOX)
    assert films.look(1.0)
    assert "Too many open files" in films.problems[film.sha256]
