"""The proof that what was presented is what the display hardware is given: of its buffer, not of cable, panel or lamp."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import pygame

from display.glass.judge import Point, Sight, Unreadable, grid, judge
from display.page import Colour, Rect

TRIES, PAUSE = 10, 0.05
"""A page flip and a GPU that still draws take a few frames, no more than half a second."""


class Driver(StrEnum):
    """The drivers, as SDL names them, of which somebody can be asked what they show."""

    KERNEL = "KMSDRM"
    X11 = "x11"


@dataclass(frozen=True)
class Proof:
    """What reading back came to, and why it is not more."""

    sight: Sight
    why: str = ""


def prove(surface: pygame.Surface, box: Rect, driver: str) -> Proof:
    """Whether the part *box* of *surface*, as SDL's *driver* was given it, leaves for the screen; takes half a second at most."""
    points = grid(box)
    presented = [_colour(surface, point) for point in points]
    proof = Proof(Sight.UNKNOWN)
    for _ in range(TRIES):
        try:
            proof = Proof(judge(presented, _read(driver, points)))
        except Unreadable as problem:
            return Proof(Sight.UNKNOWN, str(problem))
        if proof.sight is not Sight.MISSING:
            return proof
        threading.Event().wait(PAUSE)
    return Proof(Sight.MISSING, f"the driver {driver} took the picture, and something else is scanned out")


def _read(driver: str, points: Sequence[Point]) -> list[list[Colour]]:
    match driver:
        case Driver.KERNEL:
            from display.glass.scanout import scanned_out

            return scanned_out(points)
        case Driver.X11:
            from display.glass.x11 import shown

            return shown(points)
        case _:
            raise Unreadable(f"nobody reads back what the driver {driver} shows")


def _colour(surface: pygame.Surface, point: Point) -> Colour:
    red, green, blue, _ = surface.get_at(point)
    return red, green, blue
