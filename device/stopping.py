"""SIGTERM and SIGINT as an event, for the programs that are plain loops."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from queue import SimpleQueue


@contextmanager
def stop_signals(hangup: bool = False) -> Iterator[threading.Event]:
    """An event that SIGTERM and SIGINT set while the block runs, with *hangup* also the end of the terminal."""
    stop, told = threading.Event(), SimpleQueue[bool]()

    def pass_on() -> None:
        if told.get():
            stop.set()

    # A signal comes in the middle of anything, also of the event's own wait: setting it there would wait for ever for the lock
    # that the interrupted wait holds. The queue is made to be filled there.
    passing = threading.Thread(target=pass_on, name="stop", daemon=True)
    passing.start()
    numbers = (signal.SIGTERM, signal.SIGINT, *((signal.SIGHUP,) if hangup else ()))
    before = {number: signal.signal(number, lambda *_: told.put(True)) for number in numbers}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        told.put(False)
        passing.join()
