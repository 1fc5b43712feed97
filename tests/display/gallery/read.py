"""What a reader who is not us makes of a painted page: tesseract reads every line as it stands there, ground and all."""

import difflib
import subprocess
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image, ImageOps

from display.page import Line, Page, Rect, text_of
from tests.display.gallery.painted import Pixels, measure

BESIDE = 0.5
"""Ems of ground that are cut out with a line on either side."""


def letters_read(page: Page, picture: Pixels) -> list[tuple[str, str]]:
    """For each line of *page* its letters and digits, and what tesseract read where it stands in *picture*."""
    lines = [line for line in page.elements if isinstance(line, Line) and letters(text_of(line.runs))]
    cuts = [_dark_on_light(picture[box.y : box.bottom, box.x : box.right]) for box in (_around(line, page) for line in lines)]
    return [(letters(text_of(line.runs)), seen) for line, seen in zip(lines, _tesseract(cuts), strict=True)]


def right(meant: str, seen: str) -> int:
    """How many of the letters *meant* were *seen* in their order."""
    return sum(block.size for block in difflib.SequenceMatcher(None, meant, seen, autojunk=False).get_matching_blocks())


def letters(text: str) -> str:
    """Only what has a sound or a value: tesseract has signs of its own for "·" and "▸"."""
    return "".join(letter for letter in text if letter.isalnum())


def _tesseract(cuts: Sequence[Image.Image]) -> list[str]:
    with TemporaryDirectory() as folder:
        names = [str(Path(folder) / f"{n:03}.png") for n in range(len(cuts))]
        for cut, name in zip(cuts, names, strict=True):
            cut.save(name, compress_level=1)
        ran = subprocess.run(
            ["tesseract", "-", "-", "-l", "vie", "--psm", "7"], input="\n".join(names), capture_output=True, text=True, check=True
        )
    return [letters(seen) for seen in ran.stdout.split("\f")[: len(cuts)]]


def _dark_on_light(cut: Pixels) -> Image.Image:
    """In greys, as tesseract wants its letters: it guesses wrongly which of two colours is the ground of a few large letters."""
    grey = Image.fromarray(cut).convert("L")
    return ImageOps.invert(grey) if np.median(np.asarray(grey)) < 128 else grey


def _around(line: Line, page: Page) -> Rect:
    wide = min(measure().width(line.runs, line.face), line.box.width)
    beside = round(line.face.size * BESIDE)
    left = max(0, line.box.x + round((line.box.width - wide) * line.align.value) - beside)
    top, bottom = max(0, line.box.y), min(page.size[1], line.box.bottom)
    middle, half = (top + bottom) // 2, round(line.face.line / 2)
    top, bottom = max(top, middle - half), min(bottom, middle + half)
    return Rect(left, top, min(page.size[0], left + wide + 2 * beside) - left, bottom - top)
