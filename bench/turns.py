"""What a turn of pages costs beside copying the pixels that differ, and what a wall of 256 x 64 LEDs costs beside a full board.

``python -m bench.turns WIDTH HEIGHT`` turns pages on the screen of ``DISPLAY`` and prints what it took, in milliseconds.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from threading import Event

from bench.board import pulled
from bench.commune import NOW, bundle, enrolled, notice
from bench.glass import Glass
from bench.row import Row
from bench.running import Cost, costs, end, pause
from bundle.items import Ticker, Wording
from device.memory import give_back_large_blocks
from director.decision import NoticePage, ScreenDecision
from display.look.eyes import Eyes
from display.look.glass import glass
from display.media.pictures import Pictures
from display.page import Page
from display.pages.lay_out import lay_out
from display.paint.damage import damage
from display.paint.painter import Painter
from display.showing.presenter import Presenter
from display.showing.screen import Patch
from display.showing.sdl import SdlScreen
from display.showing.studio import ThreadStudio
from display.text.pango import PangoMeasure
from tests.simulators.content import CHANNEL
from tests.simulators.publisher import Publisher

TURNS = 60
SECONDS, WARM_UP = 20.0, 6.0
BOARDS = {(1920, 1080): Eyes(0.63, 5.0), (256, 64): Eyes(5.0, 10.0)}
WIRING = """
[screen]
driver = "sdl"
fullscreen = false
width = {size[0]}
height = {size[1]}
pitch_mm = {eyes.pitch_mm}
distance_m = {eyes.distance_m}
[clock]
driver = "shifted"
"""


def rows() -> list[Row]:
    """All rows of this bench."""
    found = [row for size in BOARDS for row in _turns(size)]
    full, wall = (_running(size) for size in BOARDS)
    method = f"real display program, one notice of several pages and a running line, {SECONDS:.0f} s under Xvfb of that size"
    found += [
        Row(name="wall of 256 x 64, CPU", value=wall.cpu, unit="% of a core", peer="1920 x 1080", peer_value=full.cpu, method=method),
        Row(name="wall of 256 x 64, PSS", value=wall.pss, unit="MB", peer="1920 x 1080", peer_value=full.pss, method=method),
    ]
    return found


def _turns(size: tuple[int, int]) -> list[Row]:
    with Glass(*size) as shown:
        line = [sys.executable, "-m", "bench.turns", *map(str, size)]
        said = subprocess.run(line, env={**os.environ, "DISPLAY": shown.display}, capture_output=True, text=True, check=True, timeout=120)
    took: dict[str, float] = json.loads(said.stdout.splitlines()[-1])
    name = "page turn, {} x {}".format(*size)
    method = f"median of {TURNS} turns between pages of two notices under Xvfb, from the call until the patches were handed over"
    peer = "copying the pixels that differ"
    return [
        Row(name=f"{name}, prepared", value=took["prepared"], unit="ms", peer=peer, peer_value=took["floor"], method=method),
        Row(name=f"{name}, not prepared", value=took["new"], unit="ms", peer=peer, peer_value=took["floor"], method=method),
    ]


def _running(size: tuple[int, int]) -> Cost:
    with tempfile.TemporaryDirectory() as name, Glass(*size) as shown:
        folder = Path(name)
        publisher = Publisher(folder / "publisher", [CHANNEL], now=NOW)
        running = Ticker(
            id="chay", provenance=notice(1).provenance, versions=(Wording(language="vi", title="Sáng thứ Hai thu gom rác tại đầu thôn."),)
        )
        publisher.release_bundle(CHANNEL, bundle(notice(1), notice(2)).model_copy(update={"tickers": (running,)}))
        paths = enrolled(folder / "unit", publisher, WIRING.format(size=size, eyes=BOARDS[size]))
        pulled(paths, publisher)
        line = [sys.executable, "-m", "bangtin", "display", "run", "--root", str(paths.root)]
        process = subprocess.Popen(line, env={**os.environ, "DISPLAY": shown.display}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            pause(WARM_UP)
            return costs({"": process}, SECONDS)[""]
        finally:
            end(process)


def _play(size: tuple[int, int]) -> dict[str, float]:
    screen, studio, painter = SdlScreen(size, fullscreen=False), ThreadStudio(), Painter(Pictures(lambda _: None))
    measure = PangoMeasure()
    presenter = Presenter(screen, painter, measure, None, studio)
    pages = [_page(n, size, measure) for n in (1, 2)]
    took: dict[str, list[float]] = {"prepared": [], "new": [], "floor": []}
    for n in range(TURNS + 1):
        page = pages[n % 2]
        for how in ("new", "prepared"):
            presenter.prepare([page] if how == "prepared" else [])
            rested = Event()
            studio.ahead(rested.set)
            rested.wait()
            took[how].append(_timed(partial(presenter.show, page, None, 0.0)))
            presenter.show(pages[(n + 1) % 2], None, 0.0)
        canvas, rects = painter.page(page), damage(pages[(n + 1) % 2], page)
        patches = [Patch(canvas, rect, rect[:2]) for rect in rects]
        took["floor"].append(_timed(partial(screen.present, patches)))
    studio.close()
    return {how: 1000 * statistics.median(seconds[1:]) for how, seconds in took.items()}


def _page(n: int, size: tuple[int, int], measure: PangoMeasure) -> Page:
    shown = notice(n)
    decision = ScreenDecision(NoticePage(CHANNEL, 1, shown, shown.versions[0], n, 2), None, area_name="Xã Bản Mẫu", contact="0200 000 101")
    return lay_out(decision, glass(size, eyes=BOARDS[size]), measure, local=datetime.now(UTC))[0]


def _timed(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    give_back_large_blocks()
    print(json.dumps(_play((int(sys.argv[1]), int(sys.argv[2])))))
