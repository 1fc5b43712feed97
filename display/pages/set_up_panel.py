"""The code of a set-up page as large as fits, with what must be typed beside it, and the room that is left for words. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from device.first_boot import Access, FirstBoot, Step
from display.page import Align, Code, Element, Line, Rect, plain
from display.pages import set_up_words as words
from display.pages.style import Style
from display.pages.zones.code import LEAST_MODULE, modules
from evidence.self_test import Words

LEAST_TEXT = 0.42
"""The part of a wide board that words have at least, and so many of the smallest ems:"""
LEAST_EMS = 6.2
TALL_PART = 0.52
"""The part of a tall board that the code has at most."""
UNDER = 11
"""Lines: on a wide board as high as this what must be typed stands below the code, on a lower one among the words."""
FIGURES, SMALL_FIGURES = 2.4, 1.5
CORRECTIONS = ("m", "l")
"""Of a code: 15 % of it may be spoilt, or where there is no room for that 7 % (ISO/IEC 18004)."""


@dataclass(frozen=True)
class Panel:
    """*headline* says what to do with the code of *link*, *typed* where there is none; *label* and *figures* are what to type then."""

    headline: Words
    typed: Words
    link: str
    label: Words
    figures: str


@dataclass(frozen=True)
class Placed:
    """The *elements* of a panel and the *room* beside or below it; *told*: its figures stand there."""

    elements: tuple[Element, ...]
    room: Rect
    coded: bool
    told: bool


def panels(told: FirstBoot) -> Iterator[Panel]:
    """The unit's own page first: whoever opened it stands there and waits; then the registry's."""
    if told.access is not None:
        yield _of_access(told.access)
    if told.link is not None and told.code is not None:
        yield Panel(words.HEADLINES[told.step], _typed(told.step), told.link, words.CODE, grouped(told.code))


def _of_access(access: Access) -> Panel:
    if access.ssid is None:
        return Panel(words.OPEN, words.OPEN, access.address, words.PIN, grouped(access.pin))
    return Panel(words.JOIN, words.JOIN, wifi_text(access.ssid, access.passphrase), words.PIN, grouped(access.pin))


def access_said(access: Access) -> str:
    """The same as a line in each language, for a board that shows content: whoever opened the page stands before it."""
    pin = grouped(access.pin)
    if access.ssid is None:
        return f"Trang của thiết bị: {access.address}, PIN {pin} · the unit's own page, PIN {pin}"
    network = f"Wi-Fi {access.ssid}" + (f", mật khẩu {access.passphrase}" if access.passphrase else "")
    return f"{network}, PIN {pin} · the unit's own page: {access.address}"


def _typed(step: Step) -> Words:
    return words.TYPE if step is Step.SCAN else words.HEADLINES[step]


def wifi_text(ssid: str, passphrase: str | None) -> str:
    """The text of a Wi-Fi QR code, as phones read it (the format of ZXing)."""
    ssid, secret = (_escaped(text) for text in (ssid, passphrase or ""))
    return f"WIFI:T:WPA;S:{ssid};P:{secret};;" if secret else f"WIFI:T:nopass;S:{ssid};;"


def _escaped(text: str) -> str:
    return "".join(f"\\{sign}" if sign in '\\;,:"' else sign for sign in text)


def grouped(code: str) -> str:
    """Six figures are read and typed as twice three."""
    return f"{code[:3]} {code[3:]}" if len(code) == 6 else code


def placed(panel: Panel, style: Style, room: Rect) -> Placed:
    """*panel* at the right of a wide *room* or at the top of a tall one; nothing where not even a small code fits."""
    wide = room.width >= room.height
    under = not wide or room.height >= UNDER * style.scale.line
    times = FIGURES if room.height >= UNDER * style.scale.line else SMALL_FIGURES
    below = _figures(panel, style, times) if under else ()
    high = sum(line.face.line for line in below)
    words_across = max(round(room.width * LEAST_TEXT), style.scale.em(LEAST_EMS))
    across = room.width - words_across if wide else room.width
    down = room.height - high if wide else round(room.height * TALL_PART)
    for error in CORRECTIONS:
        count = modules(panel.link, error)
        if (module := min(across, down) // count) >= LEAST_MODULE:
            return _stood(panel, error, module * count, below, high, room, wide)
    return Placed((), room, coded=False, told=False)


def _stood(panel: Panel, error: str, side: int, below: tuple[Line, ...], high: int, room: Rect, wide: bool) -> Placed:
    wider = max(side, *(line.box.width for line in below)) if below else side
    x = room.right - side if wide else room.x + (room.width - side) // 2
    y = room.y + (room.height - side - high) // 2 if wide else room.y
    found: list[Element] = [Code(Rect(x, y, side, side), panel.link, error)]
    y += side
    for line in below:
        box = Rect(x if wide else room.x, y, side if wide else room.width, line.face.line)
        if line.box.width > box.width:
            box = Rect(room.right - line.box.width, y, line.box.width, line.face.line)
        found.append(Line(box, line.runs, line.face, Align.CENTRE))
        y += line.face.line
    beside = room._replace(width=room.width - wider - (room.width - wider) // 24)
    left = beside if wide else Rect(room.x, y, room.width, room.bottom - y)
    return Placed(tuple(found), left, coded=True, told=bool(below))


def _figures(panel: Panel, style: Style, times: float) -> tuple[Line, ...]:
    """What to type in large figures, below what it is; the boxes are as wide as their text."""
    label, large = style.face(1, style.theme.page.soft), style.face(times, style.theme.title, bold=True)
    both = dict.fromkeys(panel.label)
    texts = ((" · ".join(both), label), (panel.figures, large))
    return tuple(Line(Rect(0, 0, style.width(text, face), face.line), plain(text), face) for text, face in texts)
