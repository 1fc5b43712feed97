"""What was said into the microphone is kept on the card: a child writes each recording, and the sound never waits for it."""

import fcntl
import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from device.durable import CARD_FAILS, sync_folder
from device.paths import Paths

PIPE = 1 << 20
"""Bytes: ten seconds of samples, for a card that stands still for a while."""
LAST_WAIT = 5.0
log = logging.getLogger(__name__)
Tell = Callable[[str, str, int, float], None]


class Recorder:
    """One recording under way; *end* it, and it finishes by itself."""

    def __init__(self, occurrence: str, path: Path, room: int, finish: bool = False) -> None:
        self.occurrence, self.path, self.lost = occurrence, path, 0
        command = [sys.executable, "-m", "audio.on_site.keep", str(path), f"--room={room}", *(["--finish"] if finish else [])]
        # A group of its own: Ctrl-C in a terminal is for the voice, which ends this one by the end of its input.
        self.child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, process_group=0)
        assert self.child.stdin is not None  # noqa: S101 - a pipe, for mypy
        self._in = self.child.stdin
        fcntl.fcntl(self._in, fcntl.F_SETPIPE_SZ, PIPE)
        os.set_blocking(self._in.fileno(), False)

    def write(self, samples: bytes) -> None:
        """Keep *samples*; what a stuck recorder does not take is lost and counted, the sound goes on."""
        if self._in.closed or not samples:
            return
        try:
            self.lost += len(samples) - os.write(self._in.fileno(), samples)
        except BlockingIOError:
            self.lost += len(samples)
        except BrokenPipeError:
            self.lost += len(samples)
            self.end()

    def end(self) -> None:
        """That was all."""
        self._in.close()


class Recordings:
    """Everything that was said here; *tell* writes (occurrence, sha256, size, seconds) into the journal before a file gets its name."""

    def __init__(self, paths: Paths, room: float, tell: Tell) -> None:
        self._folder, self._room, self._tell = paths.recordings, round(room * 1e6), tell
        self._under_way: list[Recorder] = []
        # What a killed program or a power cut left behind was said all the same.
        for path in self._folder.glob("*.part"):
            left = Recorder(occurrence_of(path), path, self._room, finish=True)
            left.end()
            self._under_way.append(left)

    def begin(self, occurrence: str) -> Recorder:
        """Record *occurrence* from now on."""
        recorder = Recorder(occurrence, self._folder / name_of(occurrence), self._room)
        self._under_way.append(recorder)
        return recorder

    def work(self) -> None:
        """Write down what has been finished since the last call."""
        for recorder in [each for each in self._under_way if each.child.poll() is not None]:
            self._under_way.remove(recorder)
            self._conclude(recorder)

    def close(self) -> None:
        """The program ends: wait a moment for what is being finished; the next start finds what is not."""
        for recorder in self._under_way:
            recorder.end()
            try:
                recorder.child.wait(LAST_WAIT)
            except subprocess.TimeoutExpired:
                recorder.child.kill()
                recorder.child.wait()
        self.work()

    def _conclude(self, recorder: Recorder) -> None:
        recorder.end()
        assert recorder.child.stdout is not None  # noqa: S101 - a pipe, for mypy
        answer = recorder.child.stdout.read()
        recorder.child.stdout.close()
        if recorder.child.returncode or not answer:
            log.warning("không ghi lại được lời nói / what was said could not be kept: %s", recorder.occurrence)
            return
        if recorder.lost:
            log.warning("bản ghi thiếu %d byte / the recording lacks that much", recorder.lost)
        kept = json.loads(answer)
        self._tell(recorder.occurrence, kept["sha256"], kept["size"], kept["seconds"])
        try:
            recorder.path.rename(recorder.path.with_suffix(".opus"))
            sync_folder(self._folder)
        except OSError as problem:
            if problem.errno not in CARD_FAILS:
                raise
            log.warning("%s: thẻ nhớ không ghi được / the card takes nothing: %s", recorder.path.name, problem)


def name_of(occurrence: str) -> str:
    """The file of *occurrence* while it is being written; a colon is no sign for every card reader."""
    return occurrence.replace(":", "_") + ".part"


def occurrence_of(path: Path) -> str:
    """Which occurrence the file at *path* is of."""
    return path.stem.replace("_", ":")
