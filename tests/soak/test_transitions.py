"""A board that turns its pages a hundred thousand times, five weeks of them, holds no more memory at the end.

``make soak``; ``TURNS`` (default 100000).
"""

import os
from contextlib import closing

import psutil
import pytest
from rich.console import Console

from bundle.alert import AlertSet
from bundle.items import Ticker, Wording
from device.shelf import Shelf
from display.board import Board
from display.media.pictures import Pictures
from display.paint.painter import Painter
from display.showing.presenter import Presenter
from display.showing.studio import ThreadStudio
from tests.display.test_board import MEASURE, SITE, Village, told
from tests.simulators.content import CHANNEL, PROVENANCE, flood_alert
from tests.soak.meter import LEAST, growth

pytestmark = pytest.mark.soak

TURNS = int(os.environ.get("TURNS", "100000"))
WARM = 0.3
"""The part of the turns in which everything is used once and caches fill."""
MOST_MB = 4.0
"""Growth over all turns; a canvas of this board that is kept once in a thousand turns would be 90. Some 50 KB a bundle are the
publisher's, which lives in this process and keeps what it signed."""
RENEWED = max(1, TURNS // 20)
"""Turns between two bundles, and between an alert and its end: what comes with each must go with it."""
TEXTS = 4
"""Different bundles, in turn: measured lines are remembered up to a number, and that memory fills while everything is used once."""


class Turning(Village):
    """A village whose pages turn with every step, laid out and painted in a thread as by the program."""

    def restart(self):
        shelf = Shelf(self.paths, "display", self.publisher.root_bytes)
        pictures, self.studio = Pictures(shelf.blob), ThreadStudio()
        self.presenter = Presenter(self.screen, Painter(pictures), MEASURE, None, self.studio)
        self.board = Board(shelf, SITE, self.ledger, self.presenter, MEASURE, pictures, lambda _: 100.0)
        self.turns, show = 0, self.presenter.show

        def counted(*page):
            self.turns += 1
            show(*page)

        self.presenter.show = counted

    def renew(self, n):
        """Other notices and another running line; every other time an alert for a while."""
        text = n % TEXTS
        notices = [told(f"tin-{text}-{k}", body=f"Lời dài số {text}. " * 60, khmer=k % 2 == 0) for k in range(8)]
        line = Ticker(id="chay", provenance=PROVENANCE, versions=(Wording(language="vi", title=f"Dòng chạy số {text}. " * 8),))
        self.publish(notices, tickers=(line,))
        now = self.clock.now().wall
        self.alert(flood_alert(now) if n % 2 else AlertSet(format=1, channel=CHANNEL))


def test_a_hundred_thousand_turns_leave_nothing_behind(tmp_path):
    village, here, samples = Turning(tmp_path, [told("mot")]), psutil.Process(), []
    with closing(village.ledger), closing(village.studio):
        while village.turns < TURNS:
            if village.turns // RENEWED >= village.version - 1:
                village.renew(village.version)
            village.board.step(village.clock.advance(1.0), None)
            if village.turns >= len(samples) * TURNS / 50:
                memory = here.memory_info()
                samples.append((village.turns, (memory.rss - memory.shared) / 1e6, here.num_fds(), here.num_threads()))
        turns, held, descriptors, threads = zip(*(each for each in samples if each[0] >= WARM * TURNS), strict=True)
    slope = growth(turns, held) * TURNS
    Console().print(f"{village.turns} turns, {village.presenter.frames} frames: {held[-1]:.1f} MB of its own, {slope:+.2f} MB over all")
    assert len(turns) >= LEAST
    assert slope < MOST_MB
    assert (descriptors[-1], threads[-1]) == (descriptors[0], threads[0])
