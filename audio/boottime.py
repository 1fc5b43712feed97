"""The clock of all marks, leases and journal stamps of the loudspeaker."""

import time


def boottime() -> float:
    """Seconds since boot; it never jumps, and counts on through suspend."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)
