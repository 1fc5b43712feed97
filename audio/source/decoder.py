"""The voice's end of one decoder process: samples as they come, and a clear word when it died or hangs."""

import fcntl
import os
import subprocess
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from audio.driver.ring import Samples
from device.errors import ClipUnplayable

PIPE = 16384
"""Bytes the pipe may hold, about a sixth of a second: a dead or hung decoder is noticed soon."""
_COMPLAINT = 2000


class Patience(NamedTuple):
    """Seconds without a sample after which a child counts as hung: before its first sample, and later."""

    opening: float = 8.0
    hanging: float = 0.8


FILE = Patience()


class Decoder:
    """The child that *command* starts; it writes 16-bit 48 kHz mono samples to its standard output, and exits 0 at their end."""

    def __init__(self, command: Sequence[str], now: float, patience: Patience = FILE, environment: Mapping[str, str] | None = None) -> None:
        # Of a group of its own: Ctrl-C in a terminal is for the voice, which ends this one.
        self._child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, process_group=0
        )
        assert self._child.stdout is not None  # noqa: S101 - a pipe, for mypy
        assert self._child.stderr is not None  # noqa: S101 - the same
        self._out, self._err = self._child.stdout, self._child.stderr
        fcntl.fcntl(self._out, fcntl.F_SETPIPE_SZ, PIPE)
        os.set_blocking(self._out.fileno(), False)
        os.set_blocking(self._err.fileno(), False)
        self._half = b""
        self._complaint = b""
        self._asked = now
        self._patience, self._later = patience
        self.pid = self._child.pid
        self.finished = False

    def read(self, frames: int, now: float) -> Samples:
        """At most *frames* more samples, perhaps none yet; ``ClipUnplayable`` when no more will come and it was not the end.

        Call it only when samples are wanted: *now* is what tells a slow decoder from a hung one.
        """
        if self.finished or frames <= 0:
            return np.empty(0, np.int16)
        self._listen()
        try:
            data = os.read(self._out.fileno(), 2 * frames)
        except BlockingIOError:
            if now - self._asked > self._patience:
                raise ClipUnplayable(f"bộ giải mã treo / the decoder gave nothing for {self._patience:.1f} s") from None
            return np.empty(0, np.int16)
        self._asked, self._patience = now, self._later
        if not data:
            self._end()
        data, whole = self._half + data, (len(self._half) + len(data)) // 2 * 2
        self._half = data[whole:]
        return np.frombuffer(data[:whole], np.int16)

    def wait_from(self, now: float) -> None:
        """Nothing was wanted until *now*: a held-back decoder is not a hung one."""
        self._asked = now

    def close(self) -> None:
        """Kill the child if it still runs, and forget it."""
        if self._child.poll() is None:
            self._child.kill()
        self._child.wait()
        self._out.close()
        self._err.close()

    def _end(self) -> None:
        # The pipe is closed, so the child is as good as gone; one that stays is hung in its own ending and is killed.
        try:
            code = self._child.wait(0.2)
        except subprocess.TimeoutExpired:
            self._child.kill()
            code = self._child.wait()
        self._listen()
        if code != 0:
            reason = self._complaint.decode(errors="replace").strip() or f"exit {code}"
            raise ClipUnplayable(f"bộ giải mã dừng / the decoder ended: {reason[:200]}")
        self.finished = True

    def _listen(self) -> None:
        """Take what the child complains, keep the beginning, let the rest go: it may complain for ever."""
        try:
            self._complaint += os.read(self._err.fileno(), 65536)[: max(0, _COMPLAINT - len(self._complaint))]
        except BlockingIOError:
            return
