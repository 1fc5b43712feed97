"""A screen that a bench can read: Xvfb with its framebuffer mapped from a file, so that looking costs almost nothing."""

import mmap
import os
import selectors
import struct
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

Sample = NDArray[np.uint32]

EVERY = 8  # pixels across and down: 240 x 135 samples of a board
LOOK = 0.004
PART = 0.005
"""The share of samples that must differ before a picture counts as another one; a clock's digits are less."""


@dataclass(frozen=True)
class Seen:
    """One sampled picture and when it was first there, in seconds of the monotonic clock."""

    at: float
    sample: Sample


class Glass:
    """An X server of *width* x *height* pixels in true colour, black until somebody draws."""

    def __init__(self, width: int = 1920, height: int = 1080) -> None:
        self._size = f"{width}x{height}x24"

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory()
        reading, writing = os.pipe()
        line = ["Xvfb", "-displayfd", str(writing), "-screen", "0", self._size, "-fbdir", self._folder.name, "-nolisten", "tcp", "-br"]
        self.server = subprocess.Popen(line, pass_fds=(writing,), stderr=subprocess.DEVNULL)
        os.close(writing)
        with os.fdopen(reading) as number:
            self.display = f":{number.readline().strip()}"
        self._memory = _map(Path(self._folder.name) / "Xvfb_screen0")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.server.terminate()
        self.server.wait(10)
        self._folder.cleanup()

    def look(self) -> Sample:
        """Every eighth pixel of what is on the screen now."""
        return self._memory[::EVERY, ::EVERY].copy()

    def row(self, y: int) -> Sample:
        """The pixels of the row *y*, always as they are now."""
        line: Sample = self._memory[y]
        return line

    def until(self, wanted: Callable[[Sample], bool], limit: float) -> float:
        """When the screen first was as *wanted*, in seconds of the wall clock."""
        end = time.monotonic() + limit
        with selectors.DefaultSelector() as nothing:
            while not wanted(self.look()):
                if time.monotonic() > end:
                    raise TimeoutError(f"the wanted picture did not come within {limit:.0f} s")
                nothing.select(LOOK)
        return time.time()

    def rest(self, settled: Callable[[], bool], quiet: float, limit: float) -> None:
        """Wait until *settled*, and nothing has changed for *quiet* seconds."""
        last, since, end = self.look(), time.monotonic(), time.monotonic() + limit
        with selectors.DefaultSelector() as nothing:
            while not (settled() and time.monotonic() - since > quiet):
                if time.monotonic() > end:
                    raise TimeoutError(f"no rest within {limit:.0f} s")
                nothing.select(10 * LOOK)
                if differ(sample := self.look(), last):
                    last, since = sample, time.monotonic()

    def watch(self, settled: Callable[[], bool], quiet: float, limit: float) -> list[Seen]:
        """Every picture that differs from the one before, until *settled* and nothing has changed for *quiet* seconds; something must."""
        seen = [Seen(time.monotonic(), self.look())]
        end = seen[0].at + limit
        with selectors.DefaultSelector() as nothing:
            while not (len(seen) > 1 and time.monotonic() - seen[-1].at > quiet and settled()):
                if time.monotonic() > end:
                    raise TimeoutError(f"no settled picture within {limit:.0f} s")
                nothing.select(LOOK)
                sample, now = self.look(), time.monotonic()
                if differ(sample, seen[-1].sample):
                    seen.append(Seen(now, sample))
        return seen


def differ(one: Sample, other: Sample) -> bool:
    """Whether two samples are two pictures."""
    return float(np.mean(one != other)) > PART


def _map(path: Path) -> Sample:
    """The pixels of an X window dump that a running server keeps up to date: big-endian header, colour map, rows."""
    with path.open("rb") as file:
        memory = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
    header = struct.unpack(">25I", memory[:100])
    size, width, height, stride, colours = header[0], header[4], header[5], header[12], header[19]
    start = size + colours * 12
    rows = np.frombuffer(memory, np.uint32, count=height * stride // 4, offset=start).reshape(height, stride // 4)
    return rows[:, :width]
