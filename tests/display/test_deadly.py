"""What kills the real program while it is measured or drawn, a notice or a running line, is left out by itself; the board goes on."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bundle.items import Ticker, Wording
from bundle.trust import Target
from device.durable import replace
from device.journal import read
from device.paths import Paths
from display.errors import PageUndrawable
from display.page import Element
from display.paint.canvas import Canvas
from display.paint.painter import Painter
from display.showing.headless import HeadlessScreen
from evidence.records import Fault, FaultCode, Outcome, Shown
from tests.audio.conftest import until
from tests.display.test_board import Village, told
from tests.display.test_program import enrol
from tests.simulators.content import CHANNEL, PROVENANCE, small_bundle
from tests.simulators.publisher import START, Publisher

DIES = """
import ctypes, sys
from pathlib import Path
import display.paint.painter as painting
from device.paths import Paths
from display.main import run
from display.text.pango import PangoMeasure
def deadly(work):
    def dies(*given):
        if any("hong" in "".join(run.text for run in getattr(each, "runs", each if isinstance(each, tuple) else ())) for each in given):
            ctypes.string_at(0)
        return work(*given)
    return dies
if sys.argv[2] == "measuring":
    PangoMeasure.width, PangoMeasure.break_lines = deadly(PangoMeasure.width), deadly(PangoMeasure.break_lines)
else:
    painting.draw_line = deadly(painting.draw_line)
sys.exit(run(Paths(Path(sys.argv[1]))))
"""
UNIT = '[screen]\ndriver = "headless"\nwidth = {}\nheight = {}\npace = 20.0\n[clock]\ndriver = "shifted"\n'
LINE, GOOD = (
    Ticker(id=name, provenance=PROVENANCE, versions=(Wording(language="vi", title=f"Tin {name} chạy"),)) for name in ("hong", "lanh")
)


def enrolled(folder: Path, size: tuple[int, int], names: tuple[str, ...], tickers: tuple[Ticker, ...]) -> Paths:
    paths, publisher = Paths(folder / "unit"), Publisher(folder)
    replace(paths.unit_toml, UNIT.format(*size).encode())
    replace(paths.root_json, publisher.root_bytes)
    replace(paths.clock_offset, str((START + timedelta(hours=1) - datetime.now(UTC)).total_seconds()).encode())
    bundle = small_bundle(START).model_copy(update={"notices": tuple(told(name) for name in names), "tickers": tickers})
    publisher.release_bundle(CHANNEL, bundle)
    replace(paths.shelf / CHANNEL / f"{Target.BUNDLE}.pack", publisher.pack(CHANNEL, Target.BUNDLE))
    enrol(paths)
    return paths


def complete(paths: Paths) -> set[str]:
    return {line.item for line in read(paths.journal("display")) if isinstance(line, Shown) and line.outcome is Outcome.COMPLETE}


@pytest.mark.parametrize("work", ["measuring", "drawing"])
@pytest.mark.parametrize(
    ("size", "names", "tickers"),
    [((640, 360), ("hong", "tot"), ()), ((1280, 720), ("mot", "tot"), (LINE, GOOD)), ((320, 160), ("mot", "tot"), (LINE, GOOD))],
    ids=["notice", "running line", "running line that stands in the notices"],
)
def test_it_is_left_out_after_two_deaths_and_nothing_else_is(
    tmp_path: Path, work: str, size: tuple[int, int], names: tuple[str, ...], tickers: tuple[Ticker, ...]
) -> None:
    paths = enrolled(tmp_path, size, names, tickers)
    command = [sys.executable, "-c", DIES, str(paths.root), work]
    for _ in range(2):
        done = subprocess.run(command, check=False, timeout=60, capture_output=True)
        assert done.returncode < 0, done.stderr.decode()
    third = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    good = set(names) - {"hong"}
    try:
        until(lambda: complete(paths) >= good or third.poll() is not None, "all others were seen whole")
    finally:
        third.terminate()
        third.wait(20)
    assert complete(paths) == good
    faults = [line for line in read(paths.journal("display")) if isinstance(line, Fault)]
    (held,) = [fault.detail for fault in faults if fault.code is FaultCode.QUARANTINED and fault.active]
    assert " hong vi" in held
    assert not any(name in held for name in ("mot", "tot", "lanh"))


@pytest.fixture(params=[(1280, 720), (320, 160)], ids=["running", "standing in the notices"])
def village(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Village]:
    made = Village(tmp_path, [told("mot"), told("hai")])
    made.screen = HeadlessScreen(request.param)
    made.restart()
    with closing(made.ledger):
        yield made


def test_a_running_line_that_says_that_it_cannot_be_drawn_is_left_out_told_and_tried_with_the_next_bundle(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    elements = Painter.elements

    def failing(self: Painter, canvas: Canvas, wanted: tuple[Element, ...]) -> None:
        if any("hong" in "".join(run.text for run in getattr(each, "runs", ())) for each in wanted):
            raise PageUndrawable("hỏng")
        elements(self, canvas, wanted)

    monkeypatch.setattr(Painter, "elements", failing)
    village.publish([told("mot"), told("hai")], tickers=(LINE, GOOD))
    village.run(30)
    assert {("mot", Outcome.COMPLETE), ("hai", Outcome.COMPLETE)} <= set(village.outcomes())
    assert [item for item, outcome in village.outcomes() if outcome is Outcome.FAILED] == ["hong"]
    assert "Tin lanh chạy" in village.page().text() or village.page().ticker is None
    assert "hong" not in village.page().text()
    (fault,) = [line for line in village.lines(Fault) if line.code is FaultCode.PAGE_UNDRAWABLE]
    assert "hong" in fault.detail
    monkeypatch.setattr(Painter, "elements", elements)
    village.publish([told("mot"), told("hai")], tickers=(LINE, GOOD))
    texts = []
    for _ in range(30):
        village.run(1)
        texts.append(village.page().text())
    assert any("Tin hong chạy" in text for text in texts)
    assert [line.active for line in village.lines(Fault) if line.code is FaultCode.PAGE_UNDRAWABLE] == [True, False]


def test_what_is_only_for_whoever_looks_into_things_ends_nothing_when_it_cannot_be_written(tmp_path: Path) -> None:
    paths = enrolled(tmp_path, (640, 360), ("mot", "tot"), ())
    in_the_way = tmp_path / "file"
    in_the_way.write_bytes(b"")
    replace(paths.unit_toml, UNIT.format(640, 360).replace("pace", f'frames_folder = "{in_the_way}"\npace').encode())
    replace(paths.drawing, b"")
    paths.status("display").with_name(f".{paths.status('display').name}.new").mkdir(parents=True)
    program = subprocess.Popen([sys.executable, "-c", DIES, str(paths.root), "drawing"], stderr=subprocess.PIPE)
    try:
        until(lambda: complete(paths) == {"mot", "tot"} or program.poll() is not None, "all were seen whole")
    finally:
        program.terminate()
        _, told_why = program.communicate(timeout=20)
    assert complete(paths) == {"mot", "tot"}, told_why.decode()
    assert program.returncode == 0
    faults = [line for line in read(paths.journal("display")) if isinstance(line, Fault) and line.code is FaultCode.UNWRITABLE]
    assert str(paths.drawing) in faults[-1].detail
    assert paths.status("display").name in faults[-1].detail
