"""The first picture: the built-in page before anything else is loaded, from as little as can be read of the wiring."""

import tomllib
from pathlib import Path
from typing import Any

from display.builtin import builtin_page
from display.paint import Painter
from display.pictures import Pictures
from display.screen import HeadlessScreen, Patch, Screen, SdlScreen, save

FULL_HD = (1920, 1080)


def open_screen(unit_toml: Path) -> Screen:
    """The screen that ``unit.toml`` names; ``ScreenLost`` when there is none.

    The file is only glanced at: reading it properly loads half the program, and a board with a wrong setting must still
    show its built-in page. What is wrong is told by whoever reads it properly afterwards.
    """
    wanted = _glance(unit_toml)
    size = _size(wanted)
    if wanted.get("driver") == "headless":
        return HeadlessScreen(size)
    return SdlScreen(size, wanted.get("fullscreen") is not False)


def show_builtin(screen: Screen, unit_toml: Path) -> None:
    """Present the built-in page, without an hour: nobody has vouched for the clock yet; a picture of it is kept if asked for."""
    painter = Painter(Pictures(lambda _: None))
    page = builtin_page(screen.size, None, starting=True)
    canvas = painter.page(page)
    screen.present([Patch(canvas, canvas.whole, (0, 0))])
    if isinstance(folder := _glance(unit_toml).get("frames_folder"), str):
        save(screen.seen(), Path(folder) / f"board-00-{page.what}.png")


def _glance(unit_toml: Path) -> dict[str, Any]:
    try:
        screen = tomllib.loads(unit_toml.read_text(encoding="utf-8")).get("screen")
    except (OSError, ValueError):
        return {}
    return screen if isinstance(screen, dict) else {}


def _size(wanted: dict[str, Any]) -> tuple[int, int]:
    width, height = wanted.get("width"), wanted.get("height")
    if isinstance(width, int) and isinstance(height, int) and 64 <= width <= 8192 and 64 <= height <= 8192:
        return width, height
    return FULL_HD
