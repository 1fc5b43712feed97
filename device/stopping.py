"""SIGTERM and SIGINT as an event, for the programs that are plain loops."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def stop_signals(hangup: bool = False) -> Iterator[threading.Event]:
    """An event that SIGTERM and SIGINT set while the block runs, with *hangup* also the end of the terminal."""
    stop = threading.Event()
    numbers = (signal.SIGTERM, signal.SIGINT, *((signal.SIGHUP,) if hangup else ()))
    before = {number: signal.signal(number, lambda *_: stop.set()) for number in numbers}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
