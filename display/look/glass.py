"""The board as glass: its pixels, the eyes before it, and the layout it goes by: one value for everything that lays pages out. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from bundle.layout import Layout
from display.look.eyes import Eyes
from display.look.layouts import chosen
from display.look.scale import DEFAULT, Scale
from display.page import Size


@dataclass(frozen=True)
class Glass:
    """A board of *scale* shared out by *layout*; a line runs along it at *ems_a_second*."""

    scale: Scale
    layout: Layout
    ems_a_second: float = 2.6


def glass(size: Size, offered: Iterable[Layout] = (), eyes: Eyes = DEFAULT, layout: str | None = None, ems_a_second: float = 2.6) -> Glass:
    """The board of *size* pixels for *eyes*, by the *layout* of that name, else by one of the bundle's (*offered*), else built in."""
    scale = Scale(size, eyes)
    return Glass(scale, chosen(layout, offered, scale), ems_a_second)
