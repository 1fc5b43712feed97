"""The voice's end of one child that hears a live source: its samples, the bytes it received, and why it ended."""

import fcntl
import json
import os
import sys

import numpy as np

from audio.driver.ring import RATE, Samples
from audio.live.stream import OVER_BUDGET
from audio.source.decoder import Decoder, Patience

PIPE = 256 * 1024
"""Bytes the pipe may hold: a playlist's segment comes at once, and the voice looks ten times a second."""
LIVE = Patience(opening=12.0, hanging=15.0)
"""A source may pause for some seconds: the watch judges that. A child that gives nothing for longer is hung."""


class Child(Decoder):
    """The child that hears *url* and may receive *budget* bytes."""

    def __init__(self, url: str, budget: int, now: float) -> None:
        super().__init__((sys.executable, "-m", "audio.live.stream", url, f"--budget={budget}"), now, LIVE)
        fcntl.fcntl(self._out, fcntl.F_SETPIPE_SZ, PIPE)
        self._line = b""
        self.received = 0
        self.problem = ""

    @property
    def over_budget(self) -> bool:
        """Whether it ended because its bytes were used up."""
        return self._child.poll() == OVER_BUDGET

    def take_all(self, now: float) -> Samples:
        """Every sample that is there; ``ClipUnplayable`` when no more will come."""
        found = []
        while len(samples := self.read(RATE, now)):
            found.append(samples)
        return np.concatenate(found) if found else np.empty(0, np.int16)

    def _listen(self) -> None:
        try:
            *lines, self._line = (self._line + os.read(self._err.fileno(), 65536)).split(b"\n")
        except BlockingIOError:
            return
        self._line = self._line[-4096:]
        for line in lines:
            self._told(line)

    def _told(self, line: bytes) -> None:
        try:
            what = json.loads(line)
        except ValueError:
            what = None
        match what:
            case {"bytes": int(size)}:
                self.received += max(0, size)
            case {"problem": str(why)}:
                self.problem = why
                self._complaint = why.encode()
            case _:  # a library's or the interpreter's own words
                self._complaint = line[:500]
