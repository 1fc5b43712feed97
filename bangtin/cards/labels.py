"""The sheet of labels as a PDF (A4): one label for the box of each unit, with QR codes, service PIN, own Wi-Fi and the next steps."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import segno

from bangtin.cards import words
from bangtin.cards.making import Made
from display.libraries import cairocffi
from display.page import Align, Colour, Face, Line, Rect, plain
from display.pages.set_up_panel import wifi_text
from display.text.pango import PangoMeasure, draw_line
from evidence.signing import fingerprint
from provisioning.network.manager import HOTSPOT_ADDRESS, hotspot_name

# Everything is drawn in tenths of a millimetre.
PAGE = (2100, 2970)
_POINT = 72 / 254
COLUMNS, ROWS, MARGIN, GAP = 2, 3, 60, 30
WIDTH = (PAGE[0] - 2 * MARGIN - (COLUMNS - 1) * GAP) // COLUMNS
HEIGHT = (PAGE[1] - 2 * MARGIN - (ROWS - 1) * GAP) // ROWS
INNER, CODE, OWN = 30, 230, 190
INK: Colour = (0, 0, 0)
SOFT: Colour = (70, 70, 70)
NAME, PIN = Face(68, INK, bold=True, leading=1.1), Face(66, INK, bold=True, leading=1.12)
TEXT, BOLD, SMALL = Face(25, INK, leading=1.14), Face(25, INK, bold=True, leading=1.14), Face(20, SOFT, leading=1.12)
BEEPS_ACROSS = 3
LINE = 1.5
"""Half a millimetre and less is lost on office printers; this is cut along."""


def sheet(made: Sequence[Made], path: Path, port: int) -> int:
    """Write the labels of *made*, whose own page is at *port*, to *path*; how many pages there are."""
    surface = cairocffi.PDFSurface(str(path), PAGE[0] * _POINT, PAGE[1] * _POINT)
    measure, each_page = PangoMeasure(), COLUMNS * ROWS
    pages = [made[begin : begin + each_page] for begin in range(0, len(made), each_page)]
    for page in pages:
        context = cairocffi.Context(surface)
        context.scale(_POINT, _POINT)
        for place, one in enumerate(page):
            row, column = divmod(place, COLUMNS)
            _label(context, measure, one, port, MARGIN + column * (WIDTH + GAP), MARGIN + row * (HEIGHT + GAP))
        context.show_page()
    surface.finish()
    path.chmod(0o600)
    return len(pages)


def _label(context: Any, measure: PangoMeasure, made: Made, port: int, left: int, top: int) -> None:
    context.set_source_rgb(0, 0, 0)
    context.set_line_width(LINE)
    context.rectangle(left, top, WIDTH, HEIGHT)
    context.stroke()
    x, y, width = left + INNER, top + INNER, WIDTH - 2 * INNER
    _text(context, x, y, width, made.card.unit, _fitting(measure, made.card.unit, NAME, width))
    _code(context, f"{made.card.registry}/units/{made.card.unit}", x, y + NAME.line + 4, CODE)
    _facts(context, made, x + CODE + 30, y + NAME.line + 4, width - CODE - 30)
    y += NAME.line + CODE + 12
    ssid, secret = hotspot_name(made.card.unit), made.wifi.passphrase
    _code(context, wifi_text(ssid, secret), x + width - OWN + 10, y + 60, OWN)
    _text(context, x + width - OWN + 26, y + 32, OWN - 26, "Wi-Fi", BOLD)
    y = _steps(context, measure, x, y, width - OWN)
    y = _text(context, x, y + 6, width, words.NO_BOARD[0], BOLD)
    y = _text(context, x, y, width, words.NO_BOARD[1], SMALL)
    y = _fitted(context, measure, x, y, width, f"Wi-Fi  {ssid}  →  http://{HOTSPOT_ADDRESS}:{port}/")
    y = _fitted(context, measure, x, y, width, f"Mật khẩu · passphrase  {secret}")
    _beeps(context, x, y + 6, width)


def _facts(context: Any, made: Made, x: int, y: int, width: int) -> None:
    card = made.card
    print_of_root = fingerprint(card.root.encode())
    y = _text(context, x, y, width, "PIN dịch vụ · service PIN", TEXT)
    y = _text(context, x, y, width, f"{made.pin[:4]} {made.pin[4:]}", PIN) + 6
    y = _text(context, x, y, width, "Gốc tin cậy · trust root", TEXT)
    y = _text(context, x, y, width, " ".join(print_of_root[place : place + 4] for place in range(0, 16, 4)), BOLD) + 6
    y = _text(context, x, y, width, f"Chạy lần đầu trước · start before {card.until:%d/%m/%Y}", SMALL)
    _text(context, x, y, width, f"Báo về trong {card.days} ngày · report within {card.days} days", SMALL)


def _steps(context: Any, measure: PangoMeasure, x: int, y: int, width: int) -> int:
    for number, (vietnamese, english) in enumerate(words.STEPS, 1):
        _text(context, x, y, 40, f"{number}", BOLD)
        for line in measure.break_lines(plain(vietnamese), TEXT, width - 40):
            y = _text(context, x + 40, y, width - 40, "".join(run.text for run in line), TEXT)
        y = _text(context, x + 40, y, width - 40, english, SMALL) + 2
    return y


def _beeps(context: Any, x: int, y: int, width: int) -> None:
    y = _text(context, x, y, width, f"{words.BEEPING[0]} · {words.BEEPING[1]}", TEXT)
    part, column = width // BEEPS_ACROSS, -(-len(words.BEEPS) // BEEPS_ACROSS)
    for place, (step, (vietnamese, english)) in enumerate(words.BEEPS.items()):
        across, down = divmod(place, column)
        left, line = x + across * part, y + down * (TEXT.line + SMALL.line + 2)
        _text(context, left, line, 34, f"{step.number}", BOLD)
        _text(context, left + 34, line, part - 34, vietnamese, TEXT)
        _text(context, left + 34, line + TEXT.line, part - 34, english, SMALL)


def _fitted(context: Any, measure: PangoMeasure, x: int, y: int, width: int, text: str) -> int:
    """One bold line, smaller where it would be too wide; where the next begins."""
    return _text(context, x, y, width, text, _fitting(measure, text, BOLD, width))


def _fitting(measure: PangoMeasure, text: str, face: Face, width: int) -> Face:
    """*face*, smaller where *text* would be wider than *width*."""
    wide = measure.width(plain(text), face)
    return face if wide <= width else replace(face, size=face.size * width // wide)


def _text(context: Any, x: int, y: int, width: int, text: str, face: Face) -> int:
    """One line; where the next begins."""
    draw_line(context, Line(Rect(x, y, width, face.line), plain(text), face, Align.LEFT))
    return y + face.line


def _code(context: Any, text: str, x: int, y: int, side: int) -> None:
    made = segno.make(text, error="m", micro=False)
    border = 2
    module = side / made.symbol_size(border=border)[0]
    context.set_source_rgb(0, 0, 0)
    for down, row in enumerate(made.matrix):
        for across, dark in enumerate(row):
            if dark:
                # A hair larger than a module, so that no printer draws a white line between two.
                context.rectangle(x + (across + border) * module - 0.1, y + (down + border) * module - 0.1, module + 0.2, module + 0.2)
    context.fill()
