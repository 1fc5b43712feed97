"""The errors of the board's seams."""

from device.errors import ScreenLost

__all__ = ["PageUndrawable", "ScreenLost"]


class PageUndrawable(Exception):
    """This item cannot become a picture; the board shows the next one instead."""
