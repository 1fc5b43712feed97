"""Draws one version of one item on one board into files: the work of one process at a time."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pygame
from PIL import Image

from bangtin.drawing import Artist
from bangtin.preview.boards import Board
from bangtin.preview.scenes import Scene, moment_of
from bundle.asset import blob_path
from bundle.layout import Layout
from bundle.schedule import VIETNAM
from display.errors import PageUndrawable
from display.look.glass import glass
from display.look.theme import Light
from display.showing.screen import save

SMALL = 480
"""Pixels: a picture of a page in the index is not wider."""
COLOURS = 128
RUNNING_FOR = 5.0
"""Seconds for which the running line has run in the pictures: long enough to have come in."""


@dataclass(frozen=True)
class Task:
    """*scene* on *board* in *light*, from the blobs of *draft*, into *out*; *layouts* are the draft's own."""

    draft: Path
    out: Path
    board: Board
    light: Light
    scene: Scene
    made: datetime
    layouts: tuple[Layout, ...] = ()


@dataclass(frozen=True)
class Drawn:
    """One page: its picture and a small one, below the folder of the preview, and the seconds that it stays."""

    file: str
    small: str
    seconds: float


@dataclass(frozen=True)
class Result:
    """The pages that could be drawn, and what is wrong, if anything."""

    pages: tuple[Drawn, ...]
    problem: str = ""


def paint(task: Task) -> Result:
    """Every page of *task*; what cannot be drawn is told, and what could be drawn before stays."""
    artist, scene = _artist(task.draft), task.scene
    local = moment_of(scene, task.made).astimezone(ZoneInfo(VIETNAM))
    board = glass(task.board.size, task.layouts, task.board.eyes, task.board.name)
    drawn: list[Drawn] = []
    try:
        for number, (page, picture) in enumerate(artist.pages(scene.decision, board, local, task.light, VIETNAM, RUNNING_FOR), 1):
            name = f"{task.board.name}/{scene.name}-{task.light.name.lower()}-p{number}.png"
            save(picture, task.out / "pages" / name)
            drawn.append(Drawn(f"pages/{name}", _small(picture, task.out, name), page.dwell))
    except PageUndrawable as problem:
        return Result(tuple(drawn), f"trang {len(drawn) + 1} không vẽ được / page {len(drawn) + 1} cannot be drawn: {problem}")
    return Result(tuple(drawn), "; ".join(artist.unreadable(scene.decision)))


def _small(picture: pygame.Surface, out: Path, name: str) -> str:
    """A picture for the index: as it is when it is small enough, for the pixels of a wall of LEDs are to be seen."""
    if picture.get_width() <= SMALL * 2 and picture.get_height() <= SMALL:
        return f"pages/{name}"
    image = Image.frombytes("RGB", picture.get_size(), pygame.image.tobytes(picture, "RGB"))
    image.thumbnail((SMALL, SMALL), Image.Resampling.LANCZOS)
    path = out / "small" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    image.quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(path, optimize=True)
    return f"small/{name}"


@cache
def _artist(draft: Path) -> Artist:
    """One for all tasks of a process: it remembers what it measured. Only whole pictures in the draft are at hand."""

    def find(sha256: str) -> Path | None:
        path = draft / blob_path(sha256)
        return path if path.is_file() else None

    return Artist(find)
