"""cairo and Pango with declarations that were parsed beforehand draw what they draw without; the parser is not even loaded."""

import os
import subprocess
import sys

import pytest

PICTURE = """
import sys, hashlib
{before}
from display.media.pictures import Pictures
from display.page import Face, Line, Page, Rect, plain
from display.paint.painter import Painter
line = Line(Rect(4, 4, 300, 60), plain("Xã Suối Trong, ngày 5/12 · ឃុំ"), Face(32, (255, 255, 255)))
canvas = Painter(Pictures(lambda _: None)).page(Page("x", (320, 70), (8, 30, 56), (line,), 6.0))
print(hashlib.sha256(canvas.memory).hexdigest(), "pycparser" in sys.modules)
"""
NOBODY_PARSED = "import sysconfig; import importlib.metadata as m; real = m.version; m.version = lambda name: real(name) + '.none'"
PARSED = "from display.libraries import parse_once"


def drawn(before: str) -> tuple[str, bool]:
    line = [sys.executable, "-W", "ignore", "-c", PICTURE.format(before=before)]
    *_, last = subprocess.run(line, capture_output=True, text=True, check=True, timeout=60).stdout.splitlines()
    picture, parser = last.split()
    return picture, parser == "True"


@pytest.fixture(scope="module", autouse=True)
def _parsed() -> None:
    subprocess.run([sys.executable, "-m", "display.libraries"], check=True, timeout=60)


def test_what_was_parsed_at_installation_is_not_parsed_again_and_draws_the_same() -> None:
    (quick, parser), (slow, parsed) = drawn(PARSED), drawn(NOBODY_PARSED)
    assert not parser
    assert parsed, "without a folder of just these versions the libraries must parse for themselves"
    assert quick == slow


@pytest.mark.parametrize("before", [PARSED, NOBODY_PARSED])
def test_a_thread_of_pango_that_still_runs_when_the_program_ends_keeps_its_code(before: str) -> None:
    line = [sys.executable, "-W", "ignore", "-c", PICTURE.format(before=before)]
    done = subprocess.run(line, env={**os.environ, "LD_DEBUG": "files"}, capture_output=True, text=True, check=True, timeout=60)
    assert "libpangoft2-1.0.so.0" in done.stderr, "the linker tells what it loads and unmaps"
    assert [line for line in done.stderr.splitlines() if "destroying link map" in line and "pango" in line] == []
