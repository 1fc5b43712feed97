"""A notice with a film on a whole board: real decoders, a driven clock, and a screen in memory of which every picture is looked at."""

import io
import math
import os
import signal
from contextlib import closing

import numpy as np
import psutil
import pygame
import pytest
from PIL import Image

from bundle.asset import Film, MediaType
from bundle.items import Notice, Wording
from display.board import Board
from display.media.decoding import Patience
from display.media.films import Films
from display.media.pictures import Pictures
from display.media.ring import SLOTS
from display.paint.painter import Painter
from display.showing.headless import HeadlessScreen
from display.showing.presenter import Presenter
from evidence.records import Fault, FaultCode, Outcome
from tests.audio.conftest import until
from tests.display.test_board import MEASURE, SITE, Shelf, Village, told
from tests.simulators.content import PROVENANCE, picture_of
from tests.simulators.films import shade, write_film

POSTER = (200, 30, 30)


class Cinema(Village):
    """A village whose board has films; between the steps of its clock the decoders get the time that they need."""

    def restart(self):
        self.screen = HeadlessScreen((1920, 1080))
        self.screen.rate = 50
        shelf = Shelf(self.paths, "display", self.publisher.root_bytes)
        pictures, self.films = Pictures(shelf.blob), Films(shelf.unproven, Patience(1e3, 2.0))
        self.presenter = Presenter(self.screen, Painter(pictures), MEASURE, self.frames, films=self.films)
        self.board = Board(shelf, SITE, self.ledger, self.presenter, MEASURE, pictures, self.pace)

    def step(self, seconds=0.04):
        self.board.step(self.clock.now(), self.sounding)
        self.clock.advance(seconds)
        until(lambda: all(self.keeps_up(*each) for each in self.decoders()), "a decoder")

    def decoders(self):
        """Each decoder that runs, and the second of its film to which it has to come before the board's next step."""
        now, showing = self.clock.now().mono, self.films.showing
        if showing is not None and showing.begun:
            yield showing.decoding, showing.offset + now - showing._zero
        if self.films._ahead is not None:
            yield self.films._ahead[1], math.inf

    def keeps_up(self, decoding, second):
        """Whether it has, or waits for a slot; before its first picture it has a patience of its own.

        One that were late by the driven clock would leave out pictures, and count as hung, only because the machine is busy.
        """
        decoding.listen(self.clock.now().mono)
        held = len(decoding._waiting) + (decoding._shown is not None)
        return decoding.ended or not decoding.ready or decoding.second >= second or held == SLOTS

    def until_page(self, name):
        for _ in range(4000):
            self.step()
            if self.board.showing == name:
                return
        raise AssertionError(f"{name} never came, {self.board.showing} is on")

    def begin(self):
        """Until the film's first picture is on; its clock stands meanwhile."""
        showing = until(lambda: self.films.showing or self.board.step(self.clock.now(), None), "a film")
        until(lambda: showing.begun or self.board.step(self.clock.now(), None), "its first picture")
        return showing

    def centre(self):
        """The colour in the middle of the film's place."""
        return tuple(self.screen.seen().get_at(self.board._scene.page.film.box.inset(2, 2)[:2]))[:3]

    def ground(self):
        """The number (modulo 25) of the picture that is on, by the ground in the lower half of the film's place."""
        box = self.board._scene.page.film.box
        lower = self.screen.seen().subsurface((box.x + 4, box.y + box.height // 2, box.width - 8, box.height // 2 - 4))
        light = pygame.surfarray.array3d(lower).mean()
        return min(range(25), key=lambda n: abs(shade(n) - light))


def film_of(path, frames, poster):
    data = path.read_bytes()
    picture = picture_of(poster).model_copy(update={"width": 160, "height": 90})
    facts = {"size": len(data), "width": 160, "height": 90, "rate": 25.0, "duration": frames / 25, "poster": picture}
    return data, Film(sha256=picture_of(data).sha256, media=MediaType.VIDEO, **facts)


@pytest.fixture
def cinema(tmp_path):
    poster = io.BytesIO()
    Image.new("RGB", (160, 90), POSTER).save(poster, "PNG")
    data, film = film_of(write_film(tmp_path / "a.mp4", 75), 75, poster.getvalue())
    made = Cinema(tmp_path, [told("mot")])
    notice = Notice(id="phim", provenance=PROVENANCE, versions=(Wording(language="vi", title="Phim", body="Xem phim sau."),), film=film)
    made.publish([notice, told("hai")], [data, poster.getvalue()])
    with closing(made.ledger), closing(made.films):
        yield made


def test_a_film_comes_after_the_words_runs_once_and_gives_way(cinema):
    cinema.until_page("notice-phim-p1of2")
    cinema.until_page("notice-phim-p2of2")
    showing = cinema.begin()
    seen = []
    while cinema.board.showing == "notice-phim-p2of2":
        seen.append(cinema.ground())
        cinema.step()
    assert cinema.board.showing == "notice-hai-p1of1"
    assert seen[0] == 0
    assert (showing.shown, showing.decoding.skipped) == (75, 0), "the screen's beat fits the film's"
    assert set(seen) == set(range(25))
    assert cinema.films.showing is None
    assert showing.decoding.gone(5.0)
    line = next(line for line in cinema.lines() if line.item == "phim")
    assert (line.outcome, line.pages, line.of) == (Outcome.COMPLETE, 2, 2)
    assert line.frames >= showing.shown, "each picture was presented, and the receipt counts them"


def test_its_poster_stands_until_its_first_picture_comes(cinema):
    cinema.until_page("notice-phim-p1of2")
    cinema.films._patience = Patience(1e6, 1e6)
    cinema.films._drop_ahead()
    cinema.presenter.prepare = lambda pages: None
    frozen = []
    began, cinema.films.begin = cinema.films.begin, lambda *args: frozen.append(began(*args)) or stopped(frozen[-1])
    while cinema.board.showing != "notice-phim-p2of2":
        cinema.board.step(cinema.clock.now(), None)
        cinema.clock.advance(0.1)
    assert cinema.centre() == POSTER
    os.kill(frozen[-1].decoding.pid, signal.SIGCONT)
    cinema.begin()
    assert cinema.centre() != POSTER


def stopped(showing):
    os.kill(showing.decoding.pid, signal.SIGSTOP)
    return showing


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
def test_a_decoder_that_dies_or_hangs_while_its_film_is_on_leaves_the_poster_and_the_board_goes_on(cinema, how):
    cinema.until_page("notice-phim-p2of2")
    showing = cinema.begin()
    for _ in range(10):
        cinema.step()
    os.kill(showing.decoding.pid, how)
    for _ in range(400):
        cinema.board.step(cinema.clock.now(), None)
        cinema.clock.advance(0.04)
        if cinema.films.problems:
            break
        until(lambda: showing.decoding.ended or how is signal.SIGSTOP or showing.decoding.listen(cinema.clock.now().mono), "its death")
    cinema.board.step(cinema.clock.now(), None)
    assert cinema.board.showing == "notice-phim-p2of2"
    assert cinema.board._scene.page.film is None
    picture = pygame.surfarray.array3d(cinema.screen.seen()).reshape(-1, 3)
    assert (np.abs(picture.astype(int) - POSTER).max(axis=1) < 8).mean() > 0.2, "its poster"
    (fault,) = [fault for fault in cinema.lines(Fault) if fault.code is FaultCode.MEDIA_UNREADABLE]
    assert fault.detail.startswith("phim: phim / film: bộ giải mã")
    assert showing.decoding.gone(5.0)
    assert cinema.run(40, step=0.5)[:2] == ["notice-phim-p2of2", "notice-hai-p1of1"]


def test_an_alert_takes_the_board_from_a_film_at_once(cinema):
    from tests.simulators.content import flood_alert

    cinema.until_page("notice-phim-p2of2")
    showing = cinema.begin()
    cinema.alert(flood_alert(cinema.clock.now().wall))
    cinema.step()
    assert cinema.board.emergency
    assert cinema.films.showing is None
    assert showing.decoding.gone(5.0)


def test_the_same_film_on_a_board_alone_runs_again_and_again_and_leaves_nothing_behind(cinema, tmp_path):
    cinema.step()
    notice = next(each for bundle in cinema.board._programme.bundles() for each in bundle.notices if each.film)
    alone = notice.model_copy(update={"versions": (Wording(language="vi", title="Phim"),)})
    cinema.publish([alone])
    cinema.until_page("notice-phim-p1of1")
    pids = set()
    for _ in range(3):
        showing = cinema.begin()
        pids.add(showing.decoding.pid)
        while cinema.films.showing is showing:
            cinema.step()
    assert len(pids) == 3
    left = {child.pid for child in psutil.Process().children()}
    assert len(left & pids) <= 1, "the one that runs"
