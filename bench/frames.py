"""When the pixels of a running line changed, seen from outside: a row of the screen's memory is compared a thousand times a second."""

import selectors
import time
from dataclasses import dataclass

import numpy as np

from bench.glass import Glass

LOOK = 0.0008


@dataclass(frozen=True)
class Frames:
    """Milliseconds between one change and the next: median, 99th percentile, longest; *late* of *count* took more than 25 ms."""

    p50: float
    p99: float
    longest: float
    late: int
    count: int

    def __str__(self) -> str:
        """As a sentence."""
        times = f"median {self.p50:.2f}, 99th percentile {self.p99:.2f}, longest {self.longest:.2f} ms"
        return f"{self.count} intervals, {self.late} late: {times}"


def watched(glass: Glass, row: int, seconds: float) -> Frames:
    """The changes of the pixel row *row* while *seconds* pass."""
    line = glass.row(row)
    at, before, end = [], line.copy(), time.monotonic() + seconds
    with selectors.DefaultSelector() as nothing:
        while (now := time.monotonic()) < end:
            if not np.array_equal(line, before):
                at.append(now)
                before = line.copy()
            nothing.select(LOOK)
    between = 1000 * np.diff(at)
    if len(between) < 10:
        raise RuntimeError(f"the running line moved {len(at)} times in {seconds:.0f} s")
    return Frames(
        float(np.median(between)), float(np.percentile(between, 99)), float(between.max()), int((between > 25).sum()), len(between)
    )
