"""Paints what is waiting for a signature with the units' own layout and painter: every page in every language, below one another."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import pygame
from PIL import Image

from bangtin.drawing import Artist
from bangtin.preview.boards import boards
from bundle.schedule import VIETNAM
from director.decision import ScreenDecision
from display.look.glass import glass

GAP = 8
"""Pixels between two pages."""


def paint_shown(decisions: Sequence[ScreenDecision], at: datetime, name: str, width: int) -> Image.Image:
    """The pages of *decisions* *at* an instant on the board *name* in its first light, at most *width* pixels wide.

    ``Refused`` for a board that nobody knows.
    """
    (board,) = boards((), (name,))
    surface = glass(board.size, (), board.eyes, board.name)
    local, artist = at.astimezone(ZoneInfo(VIETNAM)), Artist(lambda _: None)
    drawn = [picture for each in decisions for _, picture in artist.pages(each, surface, local, board.lights[0], VIETNAM)]
    pages = [Image.frombytes("RGB", picture.get_size(), pygame.image.tobytes(picture, "RGB")) for picture in drawn]
    for page in pages:
        page.thumbnail((width, page.height), Image.Resampling.LANCZOS)
    whole = Image.new("RGB", (pages[0].width, sum(page.height + GAP for page in pages) - GAP), (128, 128, 128))
    for number, page in enumerate(pages):
        whole.paste(page, (0, number * (page.height + GAP)))
    return whole
