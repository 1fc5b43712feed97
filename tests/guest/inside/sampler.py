"""Runs in the guest and knows nothing of the programs under test: reads the simulator's pins and tells each change over a virtio port.

A change lies between two looks, so each line says both: ``{"line": 17, "level": 1, "after": 12.301, "by": 12.303}``, seconds since boot.
"""

import json
import os
import threading
import time
from pathlib import Path

PORT = "/dev/virtio-ports/pins"
PERIOD = 0.004
LINES = (17, 22, 27)


def main() -> None:
    """Look at the pins for as long as the guest runs."""
    port = os.open(PORT, os.O_WRONLY)
    (chip,) = Path("/sys/devices/platform").glob("gpio-sim*/gpiochip*")
    pins = {line: os.open(chip / f"sim_gpio{line}/value", os.O_RDONLY) for line in LINES}
    levels: dict[int, int] = {}
    never, before = threading.Event(), 0.0
    while True:
        looking = now()
        for line, pin in pins.items():
            level = int(os.pread(pin, 4, 0))
            if level != levels.get(line):
                levels[line] = level
                told = {"line": line, "level": level, "after": round(before, 6), "by": round(now(), 6)}
                os.write(port, json.dumps(told).encode() + b"\n")
        before = looking
        never.wait(PERIOD)


def now() -> float:
    """The clock of the programs' journals: seconds since boot."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


if __name__ == "__main__":
    main()
