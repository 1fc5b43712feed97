"""Whether the fonts of a board can draw a text: Pango lays it out as the unit does and counts what no font has."""

from functools import cache
from typing import Any

import cairocffi
import pangocairocffi
import pangocffi


def undrawable(text: str) -> list[str]:
    """The characters of *text* that no installed font has, sorted; this machine must carry the unit's font packages."""
    if not _unknown(text):
        return []
    return sorted({char for char in text if _unknown(char)})


def _unknown(text: str) -> int:
    layout = _layout()
    layout.text = text
    # Pangocffi wraps no method for it, but gives the library and the pointer for exactly such calls.
    return int(pangocffi.pango.pango_layout_get_unknown_glyphs_count(layout.pointer))


@cache
def _layout() -> Any:
    return pangocairocffi.create_layout(cairocffi.Context(cairocffi.ImageSurface(cairocffi.FORMAT_A8, 1, 1)))
