"""The fonts of this machine, looked after while the board runs: when they change or vanish, letters are drawn with what is left."""

import threading
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pygame

from bundle.fonts import DECLARED
from display.libraries import pangocairocffi
from display.text.font_file import whole
from display.text.fontconfig import Configuration

LAST = Path(pygame.__file__).with_name("freesansbold.ttf")
"""Comes with pygame and has the letters of English: the font of a machine that has none."""
_INSTEAD = {"⚠": "!"}
"""For the sign of an emergency, which that font has not."""


@dataclass(frozen=True)
class Fonts:
    """What fontconfig found: the *edition* grows whenever it is looked up anew; *bare* when there was no font at all.

    *lacking* are the families of those that every unit should have, and this one has not, or not whole.
    """

    edition: int = 0
    bare: bool = False
    lacking: tuple[str, ...] = ()
    changed: tuple[tuple[str, int], ...] = ()

    def drawable(self, text: str) -> str:
        """*text*, without tone marks where no font has them: as everybody reads it in telephone messages. Letter for letter."""
        return "".join(map(_plain, text)) if self.bare else text

    @property
    def complaint(self) -> str:
        """What is lacking, as one sentence; else empty."""
        if not self.lacking:
            return ""
        names = ", ".join(self.lacking)
        return (
            f"thiếu hoặc hỏng phông, cài lại gói phần mềm của bảng: {names}"
            f" / fonts are missing or broken, install the board's package again: {names}"
        )


class _Taken(threading.local):
    """Pango keeps its fonts for each thread."""

    edition = 0


_taken = _Taken()
_lock = threading.Lock()
_found = Fonts()


def fonts() -> Fonts:
    """The fonts as they were when they were looked after last."""
    return _found


def look_after() -> None:
    """Take the fonts that are there now, where they are others than before; cheap enough for every second, not for every page."""
    global _found
    with _lock:
        # Fontconfig's own check counts whole seconds, and trusts the clock.
        now = _changed(path for path, _ in _found.changed)
        if not _found.edition or now != _found.changed:
            _found = _looked_up(_found.edition + 1, dict(now))
    take()


def take() -> None:
    """Draw and measure in this thread with the fonts that were looked after last; cheap enough for every line."""
    if not (edition := _found.edition):
        look_after()
    elif _taken.edition != edition:
        # Pango's own copy of what fontconfig told it would go on naming files that are gone.
        pangocairocffi.pangocairo.pango_cairo_font_map_set_default(pangocairocffi.ffi.NULL)
        _taken.edition = edition


def _looked_up(edition: int, seen: dict[str, int]) -> Fonts:
    """The fonts that are there; of what was *seen* just before, a change meanwhile is found the next time."""
    config = Configuration()
    found = config.families()
    declared = {font.path: family for family in DECLARED for font in found.get(family, ()) if font.drawn}
    broken: dict[str, str] = {}
    if not all(map(whole, declared)):
        # Where one is broken others may be: letters must not be taken from the next broken one.
        broken = {font.path: family for family, fonts in found.items() for font in fonts if not whole(font.path)}
        config.drop()
        config = Configuration(broken)
        found = config.families()
    if not found:
        config.add(LAST)
    changed = _changed((*config.folders(), *declared))
    config.current()
    lacking = tuple(family for family in DECLARED if family not in found or family in broken.values())
    return Fonts(edition, not found, lacking, tuple((path, seen.get(path, when)) for path, when in changed))


def _changed(paths: Iterable[str]) -> tuple[tuple[str, int], ...]:
    return tuple((path, _when(Path(path))) for path in paths)


def _when(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def _plain(char: str) -> str:
    return unicodedata.normalize("NFD", char)[0] if char.isalpha() else _INSTEAD.get(char, char)
