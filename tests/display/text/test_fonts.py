"""Whatever fonts a machine has, or loses while the board runs, its board can be read and nothing dies."""

import os
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

from bundle.fonts import DECLARED
from display.text.fonts import Fonts
from tests.display.reader import likeness, machine_reads

CONF = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{0}/fonts</dir><cachedir>{0}/cache</cachedir></fontconfig>"""

CHILD = """
import sys
from pathlib import Path
from display.media.pictures import Pictures
from display.page import Fill, Line, Page, Rect, plain
from display.page import Face
from display.paint.painter import Painter
from display.text.pango import PangoMeasure
from display.text.fonts import fonts, look_after
from display.text.rows import text_rows
from display.showing.screen import save

folder, painter, measure = Path(sys.argv[1]), Painter(Pictures(lambda _: None)), PangoMeasure()

def show(text, size, name):
    face = Face(size, (0, 0, 0))
    rows = text_rows(plain(text), face, 1160, measure)
    lines = tuple(Line(Rect(20, 20 + n * face.line, 1160, face.line), e.runs, face) for n, row in enumerate(rows) for e in row.elements)
    save(painter.page(Page(name, (1200, 400), (255, 255, 255), lines, 6.0)).surface, folder / f"{name}.png")

show("Mời bà con dự họp thôn", 64, "before")
print(fonts().complaint)
for font in (folder / "fonts").glob(sys.argv[2]):
    font.unlink()
look_after()
show("Tối thứ Bảy tại nhà văn hóa", 80, "after")
show("Tối thứ Bảy ភូមិ ⚠ 👍", 48, "mixed")
print(fonts().complaint)
"""

THREADS = """
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from display.media.pictures import Pictures
from display.page import Face, Fill, Line, Rect, plain
from display.paint.canvas import Canvas
from display.paint.painter import Painter
from display.text.fonts import look_after

def drawn():
    canvas = Canvas((600, 60))
    line = Line(Rect(0, 0, 600, 60), plain("Mời bà con dự họp thôn"), Face(40, (0, 0, 0)))
    Painter(Pictures(lambda _: None)).elements(canvas, (Fill(canvas.whole, (255, 255, 255)), line))
    return bytes(canvas.memory)

look_after()
studio = ThreadPoolExecutor(1)
before = studio.submit(drawn).result()
for font in (Path(sys.argv[1]) / "fonts").glob("NotoSans-*"):
    font.unlink()
look_after()
assert studio.submit(drawn).result() == drawn() != before
"""


def installed(folder: Path, fonts: list[str]) -> dict[str, str]:
    """A machine that has only *fonts*: what its programs find in their environment."""
    (folder / "fonts").mkdir()
    for font in fonts:
        path = subprocess.run(["fc-match", "-f", "%{file}", font], capture_output=True, text=True, check=True).stdout
        (folder / "fonts" / Path(path).name).write_bytes(Path(path).read_bytes())
    (folder / "fonts.conf").write_text(CONF.format(folder))
    return {"FONTCONFIG_FILE": str(folder / "fonts.conf")}


def board(folder: Path, environment: dict[str, str], vanishing: str) -> list[str]:
    """What a board on that machine says of its fonts, before and after it loses some."""
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(folder), vanishing], env=os.environ | environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return [line for line in done.stdout.split("\n") if not line.startswith("pygame")]


@pytest.mark.parametrize(
    ("fonts", "vanishing"),
    [(["Noto Sans"], "none"), (["DejaVu Sans"], "none"), (["Noto Sans", "DejaVu Sans"], "NotoSans-*")],
    ids=["as-meant", "only-another", "one-vanishes"],
)
def test_a_board_is_readable_with_whatever_fonts_are_left(tmp_path, fonts, vanishing):
    board(tmp_path, installed(tmp_path, fonts), vanishing)
    assert likeness("Mời bà con dự họp thôn", machine_reads(tmp_path / "before.png")) >= 0.9
    assert likeness("Tối thứ Bảy tại nhà văn hóa", machine_reads(tmp_path / "after.png")) >= 0.9


@pytest.mark.parametrize("fonts", [[], ["Noto Sans"]], ids=["none-at-all", "all-vanish"])
def test_a_board_without_any_font_says_it_without_tone_marks(tmp_path, fonts):
    board(tmp_path, installed(tmp_path, fonts), "*")
    assert likeness("Toi thu Bay tai nha van hoa", _unmarked(machine_reads(tmp_path / "after.png"))) >= 0.9


def test_the_fonts_that_every_unit_should_have_are_told_when_they_are_missing_and_when_they_vanish(tmp_path):
    before, after, _ = board(tmp_path, installed(tmp_path, list(DECLARED)), "NotoSansKhmer*")
    assert before == ""
    assert "phông" in after
    assert after.count("Noto Sans Khmer") == after.count("Noto") > 0


@pytest.mark.parametrize(
    "left", [lambda font: bytes(len(font)), lambda font: font[:30000], lambda font: b""], ids=["zeros", "cut", "empty"]
)
def test_a_font_whose_file_is_broken_is_told_and_another_one_is_taken(tmp_path, left):
    environment = installed(tmp_path, ["Noto Sans", "Noto Sans:bold", "DejaVu Sans"])
    # What fontconfig noted when all was well outlives the file.
    subprocess.run(["fc-cache"], env=os.environ | environment, check=True)
    for font in (tmp_path / "fonts").glob("NotoSans-*"):
        font.write_bytes(left(font.read_bytes()))
    complaint = board(tmp_path, environment, "none")[0]
    assert "Noto Sans," in complaint
    assert likeness("Mời bà con dự họp thôn", machine_reads(tmp_path / "before.png")) >= 0.9


def test_an_emergency_on_a_board_without_any_font_begins_with_a_sign_that_its_last_font_has():
    assert Fonts(bare=True).drawable("⚠ KHẨN CẤP · Đê vỡ") == "! KHAN CAP · Đe vo"


def _unmarked(text: str) -> str:
    """The reader looks for Vietnamese and puts marks onto what has none."""
    return "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))


def test_what_only_draws_in_a_thread_of_its_own_takes_the_fonts_that_another_one_looked_after(tmp_path):
    environment = os.environ | installed(tmp_path, ["Noto Sans", "DejaVu Sans"])
    subprocess.run([sys.executable, "-c", THREADS, str(tmp_path)], env=environment, check=True)
