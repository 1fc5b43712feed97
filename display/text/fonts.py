"""The fonts of this machine, looked after while the board runs: when they change or vanish, letters are drawn with what is left."""

import ctypes
import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pygame

from bundle.fonts import DECLARED
from display.libraries import pangocairocffi

LAST = Path(pygame.__file__).with_name("freesansbold.ttf")
"""Comes with pygame and has the letters of English: the font of a machine that has none."""
_SYSTEM = 0  # FcSetSystem of fontconfig.h
_MATCH = 0  # FcResultMatch


@dataclass(frozen=True)
class Fonts:
    """What fontconfig found: the *edition* grows whenever it is looked up anew; *bare* when there was no font at all.

    *lacking* are the families of those that every unit should have, and this one has not.
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
        return f"thiếu phông, cài lại gói phần mềm của bảng: {names} / fonts are missing, install the board's package again: {names}"


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
    """Take the fonts that are there now, where they are others than before; cheap enough for every page, not for every word."""
    global _found
    with _lock:
        # Fontconfig's own check counts whole seconds, and trusts the clock.
        if not _found.edition or _changed(path for path, _ in _found.changed) != _found.changed:
            _found = _looked_up(_found.edition)
    if _taken.edition != _found.edition:
        # Pango's own copy of what fontconfig told it would go on naming files that are gone.
        pangocairocffi.pangocairo.pango_cairo_font_map_set_default(pangocairocffi.ffi.NULL)
        _taken.edition = _found.edition


def _looked_up(before: int) -> Fonts:
    library = _fontconfig()
    library.FcInitReinitialize() if before else library.FcInit()
    families = frozenset(_families(library))
    if not families:
        library.FcConfigAppFontAddFile(None, str(LAST).encode())
    lacking = tuple(family for family in DECLARED if family not in families)
    return Fonts(before + 1, not families, lacking, _changed(_folders(library)))


def _families(library: Any) -> Iterator[str]:
    """The first name of every font; that is the English one of those that every unit has."""
    found, name = library.FcConfigGetFonts(None, _SYSTEM), ctypes.c_char_p()
    for n in range(found.contents.nfont if found else 0):
        if library.FcPatternGetString(ctypes.c_void_p(found.contents.fonts[n]), b"family", 0, ctypes.byref(name)) == _MATCH and name.value:
            yield name.value.decode(errors="replace")


def _folders(library: Any) -> Iterator[str]:
    found = ctypes.c_void_p(library.FcConfigGetFontDirs(None))
    while path := library.FcStrListNext(found):
        yield path.decode(errors="surrogateescape")
    library.FcStrListDone(found)


def _changed(folders: Iterator[str]) -> tuple[tuple[str, int], ...]:
    return tuple((folder, _when(Path(folder))) for folder in folders)


def _when(folder: Path) -> int:
    try:
        return folder.stat().st_mtime_ns
    except OSError:
        return 0


def _plain(char: str) -> str:
    return unicodedata.normalize("NFD", char)[0] if char.isalpha() else char


@cache
def _fontconfig() -> Any:
    library = ctypes.CDLL("libfontconfig.so.1")
    library.FcConfigGetFonts.restype = ctypes.POINTER(_Set)
    library.FcConfigGetFontDirs.restype = ctypes.c_void_p
    library.FcStrListNext.restype = ctypes.c_char_p
    return library


class _Set(ctypes.Structure):
    """FcFontSet of fontconfig.h."""

    _fields_ = (("nfont", ctypes.c_int), ("sfont", ctypes.c_int), ("fonts", ctypes.POINTER(ctypes.c_void_p)))
