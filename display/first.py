"""The first picture: the built-in page before anything else is loaded, from as little as can be read of the wiring."""

import hashlib
import tomllib
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

from display.look.eyes import Eyes
from display.look.scale import Scale
from display.page import Page, Rect, Size
from display.pages.builtin import builtin_page
from display.paint.canvas import Canvas
from display.showing.headless import HeadlessScreen
from display.showing.screen import Patch, Screen, save
from display.showing.sdl import PLAIN, SdlScreen

FULL_HD = (1920, 1080)
FONTS = Path("/var/cache/fontconfig")
"""Written anew whenever fonts are added or removed."""
KEPT = ".pixels"
"""The picture that is kept: the canvas's memory, packed by zlib."""


def open_screen(unit_toml: Path, way: str = "0", preferred: Size | None = None) -> Screen:
    """The screen that ``unit.toml`` names, in one of the `ways`; ``ScreenLost`` when there is none; *preferred* is its mode.

    The file is only glanced at: reading it properly loads half the program, and a board with a wrong setting must still
    show its built-in page. What is wrong is told by whoever reads it properly afterwards.
    """
    wanted = _glance(unit_toml)
    mode, canvas, fullscreen = _mode(wanted), _canvas(wanted), wanted.get("fullscreen") is not False
    if wanted.get("driver") == "headless":
        return HeadlessScreen(mode or FULL_HD, canvas)
    if way == PLAIN:
        from display.showing.dumb import DumbScreen

        return DumbScreen(mode or preferred, canvas)
    return SdlScreen(mode or (preferred if fullscreen else FULL_HD), fullscreen, canvas, way)


def show_builtin(screen: Screen, unit_toml: Path, kept: Path) -> None:
    """Present the built-in page, without an hour: nobody has vouched for the clock yet; a picture of it is kept if asked for.

    Loading the text library takes as long as everything else together, so the page is drawn once and then found in *kept*.
    """
    page = builtin_page(Scale(screen.size, _eyes(_glance(unit_toml))), None, starting=True)
    path = kept / f"{_look_of(page)}{KEPT}"
    found = _found(path, page)
    canvas = found or _drawn(page)
    screen.present([Patch(canvas, canvas.whole, (0, 0))])
    if found is None:
        _keep(canvas, path)
    if isinstance(folder := _glance(unit_toml).get("frames_folder"), str):
        save(screen.seen(), Path(folder) / f"board-00-{page.what}.png")


def _look_of(page: Page) -> str:
    """A name that changes with whatever may make *page* look otherwise: itself, who draws it, the fonts on this machine."""
    drawers = [_changed(Path(__file__).parent / name) for name in ("paint/painter.py", "text/pango.py")]
    return hashlib.sha256(repr((page, drawers, _changed(FONTS))).encode()).hexdigest()


def _changed(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def _found(path: Path, page: Page) -> Canvas | None:
    """The page as it was drawn before; ``None`` when it never was, or the card has damaged it."""
    size, unpacker = page.size[0] * page.size[1] * 4, zlib.decompressobj()
    try:
        # Much quicker than a PNG of the same size; its sum tells damage. Never more is unpacked than a canvas holds.
        unpacked = unpacker.decompress(path.read_bytes(), size + 1)
    except (OSError, zlib.error):
        return None
    return Canvas(page.size, memoryview(unpacked)) if unpacker.eof and len(unpacked) == size else None


def _drawn(page: Page) -> Canvas:
    from display.media.pictures import Pictures
    from display.paint.painter import Painter

    return Painter(Pictures(lambda _: None)).page(page)


def _keep(canvas: Canvas, path: Path) -> None:
    """Keep this picture and no other; a card that takes nothing only makes the next start slower."""
    half = path.with_suffix(".half")
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        half.write_bytes(zlib.compress(canvas.memory, 9))
        half.replace(path)
        for other in path.parent.glob(f"*{KEPT}"):
            if other != path:
                other.unlink()


def _glance(unit_toml: Path) -> dict[str, Any]:
    try:
        screen = tomllib.loads(unit_toml.read_text(encoding="utf-8")).get("screen")
    except (OSError, ValueError):
        return {}
    return screen if isinstance(screen, dict) else {}


def _mode(wanted: dict[str, Any]) -> Size | None:
    width, height = wanted.get("width"), wanted.get("height")
    if isinstance(width, int) and isinstance(height, int) and 64 <= width <= 8192 and 64 <= height <= 8192:
        return width, height
    return None


def _canvas(wanted: dict[str, Any]) -> Rect | None:
    match wanted.get("canvas"):
        case [int(x), int(y), int(width), int(height)] if x >= 0 and y >= 0 and width > 0 and height > 0:
            return Rect(x, y, width, height)
        case _:
            return None


def _eyes(wanted: dict[str, Any]) -> Eyes:
    usual = Eyes()
    pitch, distance = wanted.get("pitch_mm"), wanted.get("distance_m")
    sound = isinstance(pitch, int | float) and 0.05 <= pitch <= 60
    far = isinstance(distance, int | float) and 0.5 <= distance <= 200
    return Eyes(float(pitch) if sound else usual.pitch_mm, float(distance) if far else usual.distance_m)  # type: ignore[arg-type]
