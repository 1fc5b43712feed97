"""A freed picture is no longer held: a process that painted many is as small as one that painted one."""

import subprocess
import sys

PAINTS = """
from pathlib import Path
from device.memory import give_back_large_blocks
if {asked}:
    give_back_large_blocks()
def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096
bytearray(8_000_000)  # from this one glibc learns
before, kept = resident(), []
for n in range(12):
    pictures = [bytearray(8_000_000) for _ in range(4)]
    kept.append(bytearray(100_000))  # something small and lasting behind them
    del pictures
print(resident() - before)
"""


def grown(asked: bool) -> int:
    return int(
        subprocess.run([sys.executable, "-c", PAINTS.format(asked=asked)], capture_output=True, text=True, check=True, timeout=60).stdout
    )


def test_what_is_freed_is_given_back() -> None:
    assert grown(True) < 8_000_000 < grown(False)
