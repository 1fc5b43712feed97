"""The clock of all marks, leases and journal stamps of a unit, and of the frames of its board. Standard library only."""

import time


def boottime() -> float:
    """Seconds since boot; it never jumps, and counts on through suspend."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)
