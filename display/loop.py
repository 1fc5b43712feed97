"""What every loop of the board shares: how long it rests, and how it takes the window system's events."""

import threading
from collections.abc import Callable

from display.showing.screen import Pumped, Screen

CALM = 0.1
"""Seconds between looks when nothing moves: an alert is on the board within a quarter of a second."""


def pump(screen: Screen, stop: threading.Event, again: Callable[[], None]) -> None:
    """Take the window system's events: a closed window ends the program, a damaged one is presented *again*."""
    match screen.pump():
        case Pumped.CLOSED:
            stop.set()
        case Pumped.DAMAGED:
            again()
        case Pumped.NOTHING:
            pass
