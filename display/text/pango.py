"""Text by Pango: where lines break, how wide they are, and how they are drawn; every script the fonts have is shaped."""

import re
import threading
from functools import lru_cache
from html import escape
from itertools import pairwise
from typing import Any

from bundle.fonts import NAMED
from display.libraries import pangocairocffi, pangocffi
from display.page import Face, Line, Run, Runs, cut, text_of
from display.paint.canvas import Canvas
from display.text.fonts import fonts, look_after, take

FAMILY = ", ".join(NAMED)
REMEMBERED = 1024  # paragraphs in one size: a long notice needs about 80 of them; together at most about 5 MB
_UNIT = 1024  # Pango counts in 1024ths of a pixel
# Scripts whose faces have no italic: what is to stand out is bold, not slanted by force.
_UPRIGHT = re.compile("[\u0590-\u1cff\u2d30-\u2ddf\u3040-\ud7ff]+")
_INSTEAD = r'<span style="normal" weight="bold">\g<0></span>'
# A Khmer letter with those that stand below it: by Unicode's rules for any script, Pango would break a long word between them.
_STACK = re.compile("[\u1780-\u17d1](?:\u17d2[\u1780-\u17b3])+")


class _Own(threading.local):
    """Pango's objects belong to the thread that made them."""

    layout: Any = None
    edition = 0


class PangoMeasure:
    """Measures text as it will be drawn; remembers what it measured, because a page is laid out in several sizes. For any thread."""

    def __init__(self) -> None:
        look_after()
        self._own = _Own()
        self._breaks = lru_cache(REMEMBERED)(self._broken)
        self._widths = lru_cache(REMEMBERED)(self._measured)

    def break_lines(self, runs: Runs, face: Face, width: int) -> tuple[Runs, ...]:
        """*runs* as lines at most *width* pixels wide; joined again they are the same text."""
        return self._breaks(runs, face, width, fonts().edition)

    def width(self, runs: Runs, face: Face) -> int:
        """How wide *runs* are on one line, in pixels."""
        return self._widths(runs, face, fonts().edition)

    def _broken(self, runs: Runs, face: Face, width: int, edition: int) -> tuple[Runs, ...]:
        layout = self._with(edition)
        _set(layout, runs, face, width)
        raw = fonts().drawable(text_of(runs)).encode()
        edges = [len(raw[:start].decode()) for start in _line_starts(layout)] + [len(raw.decode())]
        return tuple(cut(runs, first, last) for first, last in pairwise(edges))

    def _measured(self, runs: Runs, face: Face, edition: int) -> int:
        layout = self._with(edition)
        _set(layout, runs, face, None)
        return -(-int(layout.get_size()[0]) // _UNIT)

    def _with(self, edition: int) -> Any:
        own = self._own
        if own.edition != edition:
            take()
            own.layout = pangocairocffi.create_layout(Canvas((8, 8)).drawing())
            own.layout.wrap = pangocffi.WrapMode.WORD_CHAR
            own.edition = edition
        return own.layout


def draw_line(context: Any, line: Line) -> None:
    """Draw *line* with its baseline at a fixed place in its box, so that mixed scripts stand on one line."""
    face, runs = line.face, _stripped(line.runs)
    layout = pangocairocffi.create_layout(context)
    _set(layout, runs, face, None)
    width = layout.get_size()[0] / _UNIT
    if line.stretched:
        _stretch(layout, line.box.width)
        width = line.box.width
    context.set_source_rgb(*(part / 255 for part in face.colour))
    x = line.box.x + (line.box.width - width) * line.align.value
    y = line.box.y + line.box.height / 2 + face.size * 0.36 - layout.get_baseline() / _UNIT
    # Pages are laid out so that everything fits; what did not would be cut before it is written over its neighbour.
    context.save()
    context.rectangle(line.box.x - face.size // 4, line.box.y - face.size, line.box.width + face.size // 2, line.box.height + 2 * face.size)
    context.clip()
    context.move_to(round(x), round(y))
    pangocairocffi.show_layout(context, layout)
    context.restore()


def _stretch(layout: Any, width: int) -> None:
    layout.width = width * _UNIT
    pangocffi.pango.pango_layout_set_justify(layout.pointer, True)
    # The layout holds one line, which is always its last.
    pangocffi.pango.pango_layout_set_justify_last_line(layout.pointer, True)


def ink(line: Line) -> tuple[int, int]:
    """The first and last pixel row that *line* blackens, relative to its box: for tests that nothing is clipped."""
    layout = pangocairocffi.create_layout(Canvas((8, 8)).drawing())
    _set(layout, _stripped(line.runs), line.face, None)
    rect = layout.get_extents()[0]
    top = line.box.height / 2 + line.face.size * 0.36 - layout.get_baseline() / _UNIT + rect.y / _UNIT
    return int(top), int(top + rect.height / _UNIT)


def _set(layout: Any, runs: Runs, face: Face, width: int | None) -> None:
    font = pangocffi.FontDescription()
    font.family = FAMILY
    font.weight = pangocffi.Weight.BOLD if face.bold else pangocffi.Weight.NORMAL
    font.set_absolute_size(face.size * _UNIT)
    layout.font_description = font
    layout.width = -1 if width is None else width * _UNIT
    layout.apply_markup("".join(_markup(run) for run in runs))


def _markup(run: Run) -> str:
    text = escape(fonts().drawable(run.text), quote=False)
    text = _UPRIGHT.sub(_INSTEAD, text) if run.italic else text
    text = _STACK.sub(r'<span allow_breaks="false">\g<0></span>', text)
    text = f"<b>{text}</b>" if run.bold else text
    return f"<i>{text}</i>" if run.italic else text


def _stripped(runs: Runs) -> Runs:
    return cut(runs, 0, len(text_of(runs).rstrip()))


def _line_starts(layout: Any) -> list[int]:
    """In order of the text; what stands leftmost in a line of Arabic or Hebrew is its end."""
    lines = (pangocffi.pango.pango_layout_get_line_readonly(layout.pointer, n) for n in range(layout.get_line_count()))
    return [int(pangocffi.pango.pango_layout_line_get_start_index(line)) for line in lines]
