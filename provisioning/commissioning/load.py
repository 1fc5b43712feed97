"""Every core of the processor busy for a while: a weak power supply shows only under load."""

import hashlib
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_BLOCK = bytes(1 << 20)


@contextmanager
def busy() -> Iterator[None]:
    """While this is open one thread for each core computes digests, which needs no interpreter lock."""
    stop = threading.Event()
    threads = [threading.Thread(target=_compute, args=(stop,), daemon=True) for _ in range(os.cpu_count() or 1)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def _compute(stop: threading.Event) -> None:
    while not stop.is_set():
        hashlib.sha256(_BLOCK).digest()
