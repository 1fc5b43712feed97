"""Waiting for somebody's hand or for another program, with an end to our patience."""

import threading
import time
from collections.abc import Iterator

LOOK_EVERY = 0.2


def looks(seconds: float) -> Iterator[None]:
    """One round for each look, a fifth of a second apart, until *seconds* are over."""
    end, pause = time.monotonic() + seconds, threading.Event()
    while time.monotonic() < end:
        yield
        pause.wait(LOOK_EVERY)
