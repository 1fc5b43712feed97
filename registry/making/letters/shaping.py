"""Text shaped as a unit shapes it: which characters come out without a glyph, and which clusters cannot be joined."""

import unicodedata
from collections.abc import Iterator
from enum import Enum, auto
from typing import Any

import pangocffi

from registry.making.letters.fonts import C, declared_layout, harfbuzz, pointer

CIRCLE = "\u25cc"
_UNKNOWN = 0x10000000  # PANGO_GLYPH_UNKNOWN_FLAG: the rest of the number is the character that no font has


class Flaw(Enum):
    """What a reader would see instead of the letters."""

    NO_GLYPH = auto()
    CIRCLE = auto()
    APART = auto()


def flaws(text: str) -> Iterator[tuple[int, Flaw]]:
    """Each flaw of *text* with the index of its character, in order.

    ``CIRCLE``: the shaper draws a dotted circle that nobody wrote, for marks without a letter or in an order that its script
    does not have. ``APART``: a mark is drawn by another font than its letter, and stands anywhere.
    """
    start = 0
    for line in text.split("\n"):
        found = {(start + index, flaw) for index, flaw in _of_line(line)}
        yield from sorted(found, key=lambda each: (each[0], each[1].value))
        start += len(line) + 1


def _of_line(line: str) -> Iterator[tuple[int, Flaw]]:
    raw = line.encode()
    for run in _runs(line):
        first, whole = run.item.offset, run.glyphs
        circle = _glyph(run.item.analysis.font, CIRCLE)
        if first and unicodedata.category(_char(raw, first)) in ("Mn", "Me"):
            yield _index(raw, first), Flaw.APART
        for n in range(whole.num_glyphs):
            glyph, at = whole.glyphs[n].glyph, first + whole.log_clusters[n]
            if glyph & _UNKNOWN or not glyph:
                yield _index(raw, at), Flaw.NO_GLYPH
            elif glyph == circle and _char(raw, at) != CIRCLE:
                yield _index(raw, at), Flaw.CIRCLE


def _runs(line: str) -> Iterator[Any]:
    """The shaped runs of *line*; valid until the next one is asked for."""
    layout = declared_layout()
    layout.text = line
    runs = layout.get_iter()
    while True:
        run = pangocffi.pango.pango_layout_iter_get_run_readonly(runs.pointer)
        if run != pangocffi.ffi.NULL:
            yield C.cast("PangoGlyphItem *", pointer(run))
        if not pangocffi.pango.pango_layout_iter_next_run(runs.pointer):
            return


def _glyph(font: Any, char: str) -> int:
    """The glyph of *char* in *font*; 0 when it has none."""
    shaped = pangocffi.pango.pango_font_get_hb_font(pangocffi.ffi.cast("PangoFont *", int(C.cast("uintptr_t", font))))
    found = C.new("uint32_t *")
    return int(found[0]) if harfbuzz().hb_font_get_nominal_glyph(pointer(shaped), ord(char), found) else 0


def _char(raw: bytes, at: int) -> str:
    return raw[at:].decode()[:1] if len(raw) - at < 8 else raw[at : at + 4].decode(errors="ignore")[:1]


def _index(raw: bytes, at: int) -> int:
    return len(raw[:at].decode())
