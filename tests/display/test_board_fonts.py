"""Fonts that vanish under a board: within a second what is on it is that of a board that never had them, what moves included."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.display.text.test_fonts import installed

CHILD = """
import sys
from pathlib import Path
from bundle.items import Ticker, Wording
from display.page import Line
from display.pages.clock import clock_elements
from display.text.fonts import fonts
from tests.display.test_board import MEASURE, Village, told
from tests.simulators.content import PROVENANCE

folder = Path(sys.argv[1])
LINES = tuple(
    Ticker(id=f"chay{n}", provenance=PROVENANCE, versions=(Wording(language="vi", title=title, body=""),))
    for n, title in enumerate(("Không lội qua suối khi nước lũ đang lên.", "Chiều nay thu gom rác thải nhựa tại đầu thôn."))
)

def village(name):
    (folder / name).mkdir()
    made = Village(folder / name, [told("mot", "Mời bà con dự họp thôn tại nhà văn hóa, đông đủ và đúng giờ. " * 3)])
    made.publish([told("mot", "Mời bà con dự họp thôn tại nhà văn hóa, đông đủ và đúng giờ. " * 3)], tickers=LINES)
    return made

worn = village("worn")
worn.run(2)
before = worn.screen.seen().get_buffer().raw
assert fonts().lacking.count("Noto Sans") == 0
for font in (folder / "fonts").glob(sys.argv[2]):
    font.unlink()
worn.run(2)
assert fonts().lacking.count("Noto Sans") == 1, "told though nothing was painted"
fresh = village("fresh")
fresh.clock.advance(3.5)
fresh.run(0.5)
assert worn.page().ticker is not None and worn.page().clock is not None
assert worn.screen.seen().get_buffer().raw != before
for line in clock_elements(worn.page().clock, worn.clock.now().wall):
    assert not isinstance(line, Line) or MEASURE.width(line.runs, line.face) <= line.box.width, "no figure is cut"
assert worn.page() == fresh.page(), "laid out by the letters that are left"
assert worn.screen.seen().get_buffer().raw == fresh.screen.seen().get_buffer().raw
"""


@pytest.mark.parametrize("vanishing", ["NotoSans-*", "*"], ids=["one-is-left", "none-is-left"])
def test_what_is_on_is_drawn_and_measured_with_the_fonts_that_are_left(tmp_path: Path, vanishing: str) -> None:
    environment = os.environ | installed(tmp_path, ["Noto Sans", "Noto Sans:bold", "DejaVu Sans", "DejaVu Sans:bold"])
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(tmp_path), vanishing], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
