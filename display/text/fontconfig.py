"""Fontconfig by ctypes: which fonts this machine has, without those whose files are broken. Pango asks the same library."""

import ctypes
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

_SYSTEM = 0  # FcSetSystem of fontconfig.h
_MATCH = 0  # FcResultMatch
_WEIGHTS, _WIDTHS = (80, 200), (100,)  # FC_WEIGHT_REGULAR, FC_WEIGHT_BOLD, FC_WIDTH_NORMAL


@dataclass(frozen=True)
class Font:
    """One face, as long as its configuration is there; what it is, is asked for only where it is needed: there may be thousands."""

    _pattern: int

    @property
    def path(self) -> str:
        """Its file."""
        return _text(self._pattern, b"file")

    @property
    def drawn(self) -> bool:
        """Whether it is regular or bold and of normal width, as a board writes."""
        return _among(self._pattern, b"weight", _WEIGHTS) and _among(self._pattern, b"width", _WIDTHS)


class Configuration:
    """The fonts as they are now, without the files *left_out*; nobody draws with them before they are made `current`."""

    def __init__(self, left_out: Collection[str] = ()) -> None:
        library = self._library = _fontconfig()
        self._config = ctypes.c_void_p(library.FcInitLoadConfig())
        if left_out:
            globs = "".join(f"<glob>{escape(path)}</glob>" for path in left_out)
            rules = f"<fontconfig><selectfont><rejectfont>{globs}</rejectfont></selectfont></fontconfig>"
            library.FcConfigParseAndLoadFromMemory(self._config, rules.encode(errors="surrogateescape"), 1)
        library.FcConfigBuildFonts(self._config)

    def families(self) -> dict[str, list[Font]]:
        """Every font, by the first name of its family; that is the English one of those that every unit has."""
        found: dict[str, list[Font]] = {}
        fonts = self._library.FcConfigGetFonts(self._config, _SYSTEM)
        for pattern in fonts.contents.fonts[: fonts.contents.nfont] if fonts else ():
            if family := _text(pattern, b"family"):
                found.setdefault(family, []).append(Font(pattern))
        return found

    def folders(self) -> Iterator[str]:
        """Where fonts were looked for."""
        found = ctypes.c_void_p(self._library.FcConfigGetFontDirs(self._config))
        while path := self._library.FcStrListNext(found):
            yield path.decode(errors="surrogateescape")
        self._library.FcStrListDone(found)

    def add(self, file: Path) -> None:
        """One font more."""
        self._library.FcConfigAppFontAddFile(self._config, str(file).encode())

    def current(self) -> None:
        """From now on letters are looked up here, in every thread."""
        self._library.FcConfigSetCurrent(self._config)
        self.drop()

    def drop(self) -> None:
        """Let go of it; what is current stays."""
        self._library.FcConfigDestroy(self._config)


def _text(pattern: int, of: bytes) -> str:
    value = ctypes.c_char_p()
    found = _fontconfig().FcPatternGetString(pattern, of, 0, ctypes.byref(value)) == _MATCH
    return (value.value or b"").decode(errors="surrogateescape") if found else ""


def _among(pattern: int, of: bytes, wanted: Collection[int]) -> bool:
    value = ctypes.c_int()
    # A variable font has a range instead, and is drawn in any of it.
    return _fontconfig().FcPatternGetInteger(pattern, of, 0, ctypes.byref(value)) != _MATCH or value.value in wanted


@cache
def _fontconfig() -> Any:
    library = ctypes.CDLL("libfontconfig.so.1")
    library.FcInitLoadConfig.restype = ctypes.c_void_p
    library.FcConfigGetFonts.restype = ctypes.POINTER(_Set)
    library.FcConfigGetFontDirs.restype = ctypes.c_void_p
    library.FcStrListNext.restype = ctypes.c_char_p
    library.FcPatternGetString.argtypes = (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, ctypes.POINTER(ctypes.c_char_p))
    library.FcPatternGetInteger.argtypes = (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, ctypes.POINTER(ctypes.c_int))
    return library


class _Set(ctypes.Structure):
    """FcFontSet of fontconfig.h."""

    _fields_ = (("nfont", ctypes.c_int), ("sfont", ctypes.c_int), ("fonts", ctypes.POINTER(ctypes.c_void_p)))
