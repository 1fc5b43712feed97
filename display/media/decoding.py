"""The board's end of one film decoder: pictures as they come due, and a clear word when it died, lied or hangs."""

import json
import os
import subprocess
import sys
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from display.media.ring import ASKED, SLOTS, TOLD, make_ring, map_ring

if TYPE_CHECKING:
    from bundle.asset import Film

COMPLAINT = 2000
EARLY = 0.001
"""Seconds that a picture may come before its time: a screen's beats, in fractions of a second, miss it by a rounding to either side."""


class Patience(NamedTuple):
    """Seconds without a picture after which a decoder counts as hung: before its first one, and later."""

    opening: float = 10.0
    hanging: float = 2.0


FILE = Patience()


class Due(NamedTuple):
    """A picture that is due: its *pixels*, and the *second* of the film that it shows."""

    pixels: memoryview
    second: float


def command(path: Path, film: "Film", box: tuple[int, int], ring: int, offset: float = 0.0) -> tuple[str, ...]:
    """What starts the decoder of *film* in the file *path*, for pictures of *box* into the memory *ring*."""
    size, wanted = f"--size={film.width}x{film.height}", f"--box={box[0]}x{box[1]}"
    facts = (f"--ring={ring}", f"--sha256={film.sha256}", size, f"--seconds={film.duration:.3f}", wanted, f"--offset={offset:.3f}")
    return (sys.executable, "-m", "display.media.decode", str(path), *facts)


class Decoding:
    """The child of one film from *offset* on; it runs ahead as far as the ring lets it, and is killed by `close`.

    *problem* says why no more pictures come although the film was not over, *ended* that none come any more, *decoder* what
    decodes it, *second* how far it has come, *skipped* how many pictures came too late, here or there, to be shown.
    """

    def __init__(self, path: Path, film: "Film", box: tuple[int, int], offset: float = 0.0, patience: Patience = FILE) -> None:
        ring = make_ring(box)
        try:
            self._slots = map_ring(ring, box)
            self._child = subprocess.Popen(
                command(path, film, box, ring, offset),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                pass_fds=(ring,),
                process_group=0,
            )
        finally:
            os.close(ring)
        assert self._child.stdin and self._child.stdout and self._child.stderr  # noqa: S101, PT018 - pipes, for mypy
        self._in, self._out, self._err = self._child.stdin, self._child.stdout, self._child.stderr
        for pipe in (self._in, self._out, self._err):
            os.set_blocking(pipe.fileno(), False)
        self._waiting: deque[tuple[int, float]] = deque()
        self._shown: int | None = None
        self._half, self._complaint, self._told = b"", b"", 0
        self._asked: float | None = None
        self._patience, self._later = patience
        self._seconds = film.duration
        self.pid = self._child.pid
        self.ended, self.skipped, self.second = False, 0, offset
        self.problem: str | None = None
        self.decoder: str | None = None

    @property
    def ready(self) -> bool:
        """Whether a first picture waits, or was shown."""
        return self._told > 0

    @property
    def upcoming(self) -> float | None:
        """The second of the next picture that waits."""
        return self._waiting[0][1] if self._waiting else None

    @property
    def over(self) -> bool:
        """Whether everything that came was shown and no more comes."""
        return self.ended and not self._waiting

    def due(self, second: float, now: float) -> Due | None:
        """The newest picture of *second* or before, ``None`` while the one that is on stays; *now* tells a slow decoder from a hung one.

        One that is due within EARLY counts. Its pixels stay as they are until the next picture was asked for and given.
        """
        self.listen(now)
        found: tuple[int, float] | None = None
        while self._waiting and self._waiting[0][1] <= second + EARLY:
            if found is not None:
                self.skipped += 1
                self._give_back(1, second)
            found = self._waiting.popleft()
        if found is None:
            return None
        if self._shown is not None:
            self._give_back(1, second)
        self._shown, at = found
        return Due(self._slots[self._shown % SLOTS], at)

    def listen(self, now: float) -> None:
        """Take what the child has said; once it is dead, mad or hung it is ended here."""
        if self.ended:
            return
        self._complain()
        try:
            data = os.read(self._out.fileno(), TOLD.size * 64)
        except BlockingIOError:
            self._judge(now)
            return
        if not data:
            self._exited(now)
            return
        self._asked, self._patience = now, self._later
        data, whole = self._half + data, (len(self._half) + len(data)) // TOLD.size * TOLD.size
        self._half = data[whole:]
        for number, nanosecond, skipped in TOLD.iter_unpack(data[:whole]):
            if not self.ended:
                self._take(number, nanosecond / 1e9, skipped)

    def close(self) -> None:
        """Kill the child if it still runs; the picture on the board stays readable. It takes no time: ask `gone` until it is."""
        self._kill()
        self._waiting.clear()
        # Only who shows a picture still holds the memory.
        self._slots = []

    def _kill(self) -> None:
        if self._child.poll() is None:
            self._child.kill()
        for pipe in (self._in, self._out, self._err):
            pipe.close()
        self.ended = True

    def gone(self, patience: float = 0.0) -> bool:
        """Whether the kernel has let go of the child, for which this waits at most *patience* seconds."""
        try:
            return self._child.wait(patience) is not None
        except subprocess.TimeoutExpired:
            return False

    def _take(self, number: int, second: float, skipped: int) -> None:
        # The child may have been taken over by what it decodes: what it says is not believed, only its pixels are shown.
        held = len(self._waiting) + (self._shown is not None)
        if number != self._told or held >= SLOTS or not self.second <= second <= self._seconds or not 0 <= skipped <= 100_000:
            self._end("bộ giải mã nói sai / the decoder told what cannot be")
            return
        self._told, self.second, self.skipped = number + 1, second, self.skipped + skipped
        self._waiting.append((number, second))

    def _judge(self, now: float) -> None:
        """A decoder that has no free slot is not hung but held back."""
        if len(self._waiting) + (self._shown is not None) >= SLOTS:
            self._asked = now
        else:
            self._hangs(now)

    def _give_back(self, count: int, second: float) -> None:
        try:
            os.write(self._in.fileno(), ASKED.pack(round(second * 1e9)) * count)
        except (BrokenPipeError, BlockingIOError, ValueError):
            return  # it is dead or does not listen, and is judged by its pictures

    def _exited(self, now: float) -> None:
        """Its pipe is closed, so it is as good as gone; one that stays is hung in its own ending."""
        code = self._child.poll()
        if code is None:
            self._hangs(now)
            return
        self._complain()
        if code != 0 and not self.problem:
            self.problem = f"bộ giải mã dừng / the decoder ended: {code}"
        self._kill()

    def _hangs(self, now: float) -> None:
        self._asked = now if self._asked is None else self._asked
        if now - self._asked > self._patience:
            self._end(f"bộ giải mã treo / the decoder gave nothing for {self._patience:.0f} s")

    def _end(self, problem: str) -> None:
        self.problem = self.problem or problem
        self._kill()

    def _complain(self) -> None:
        """Take what the child complains, keep the beginning, let the rest go: it may complain for ever."""
        try:
            self._complaint += os.read(self._err.fileno(), 65536)[: max(0, COMPLAINT - len(self._complaint))]
        except BlockingIOError:
            return
        *lines, rest = self._complaint.split(b"\n")
        for line in lines:
            self._told_in_words(line)
        self._complaint = rest

    def _told_in_words(self, line: bytes) -> None:
        try:
            said = json.loads(line)
        except (ValueError, RecursionError):  # it has read a stranger's file, and is not believed
            return
        if isinstance(said, dict):
            self.decoder = str(said.get("decoder", self.decoder))[:40]
            self.problem = str(said["problem"])[:300] if "problem" in said else self.problem
