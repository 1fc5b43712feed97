"""Where the canvas lies in a video mode, and what is wrong with it. Pure."""

from dataclasses import dataclass

from display.page import Rect, Size

NARROWEST = 32
"""Pixels: what is left of a canvas must hold one line of the smallest letters, else the whole mode serves the people better."""


@dataclass(frozen=True)
class Place:
    """*box* is the canvas in pixels of the mode; *complaint* one sentence, empty when it lies where the settings put it."""

    box: Rect
    complaint: str = ""


def place(wanted: Rect | None, mode: Size) -> Place:
    """The canvas as *wanted* (none: the whole *mode*); of one that reaches outside, as much as the mode can show."""
    whole = Rect(0, 0, *mode)
    if wanted is None:
        return Place(whole)
    right, bottom = min(wanted.right, whole.right), min(wanted.bottom, whole.bottom)
    inside = Rect(wanted.x, wanted.y, right - wanted.x, bottom - wanted.y)
    if inside == wanted:
        return Place(wanted)
    box = inside if min(inside.width, inside.height) >= NARROWEST else whole
    return Place(box, _outside(wanted, mode, box))


def _outside(wanted: Rect, mode: Size, box: Rect) -> str:
    canvas, (width, height) = list(wanted), mode
    return (
        f"[screen] canvas = {canvas} nằm ngoài chế độ hình {width}×{height}, đang dùng {list(box)}; sửa trong bangtin.toml trên thẻ"
        f" / it lies outside the video mode {width}×{height}, {list(box)} is used; correct it in bangtin.toml on the card"
    )
