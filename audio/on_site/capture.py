"""The unit's microphone as a process of its own: opened only while somebody speaks, and closed by itself when their time is over.

It imports pygame, numpy and the standard library only, and writes 16-bit 48 kHz mono samples to standard output. The pipe
holds a sixth of a second; what does not fit is dropped, because a live voice that waits is worth nothing. Whatever the voice
does, this process ends at the signed maximum, and when the person who opened it, or somebody else, closes it: it looks at the
file of the opening itself. It ends by os._exit: SDL may hang in closing a device.
"""

import argparse
import json
import os
import sys
from collections import deque
from pathlib import Path
from threading import Event

import numpy as np

from audio.on_site.live_voice import BLOCK, RATE, LiveVoice
from device.boottime import boottime
from device.mortal import be_mortal

LOOK_EVERY = 0.05
"""Seconds between looks at the file of the opening."""
_KEPT = 8


class Opening:
    """The opening *name* in the file at *path*, which lasts *seconds*; it is over when the file is gone or speaks of another one."""

    def __init__(self, path: Path, name: str, seconds: float) -> None:
        self._path, self._name, self._seconds = path, name, seconds
        self._looked, self._open = 0.0, True

    def over(self, now: float) -> bool:
        """Whether it is over at *now*, seconds since boot."""
        if now >= self._looked + LOOK_EVERY:
            self._looked, self._open = now, self._holds(now)
        return not self._open

    def _holds(self, now: float) -> bool:
        try:
            said = json.loads(self._path.read_bytes())
            at = said["at"]
            named = f"override:{at['boot']}:{said['n']}:microphone"
            return named == self._name and said["closed"] is None and at["mono"] <= now < at["mono"] + self._seconds
        except (OSError, ValueError, KeyError, TypeError):
            return False


class Captured:
    """What SDL gives, block by block; the newest *kept* ones are there when nobody takes them."""

    def __init__(self, kept: int = _KEPT) -> None:
        self.blocks: deque[bytes] = deque(maxlen=kept)
        self.came = Event()

    def __call__(self, _device: object, block: memoryview) -> None:
        """Take one block; called in SDL's own thread."""
        self.blocks.append(bytes(block))
        self.came.set()


def open_device(captured: Captured, name: str) -> object:
    """The input device, running; without one the process says why and ends."""
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
    from pygame import _sdl2
    from pygame._sdl2.audio import AUDIO_S16, AudioDevice
    from pygame._sdl2.sdl2 import error

    try:
        _sdl2.init_subsystem(_sdl2.INIT_AUDIO)
        device = AudioDevice(name or None, True, RATE, AUDIO_S16, 1, BLOCK, 0, captured)
    except error as problem:
        sys.stderr.write(f"không mở được micrô / the microphone cannot be opened: {problem}"[:300])
        sys.stderr.flush()
        os._exit(1)
    device.pause(0)
    return device


def pump(captured: Captured, voice: LiveVoice, opening: Opening, out: int) -> None:
    """Pass on what comes until the opening is over or nobody reads any more."""
    os.set_blocking(out, False)
    while not opening.over(boottime()):
        captured.came.wait(LOOK_EVERY)
        captured.came.clear()
        # What comes meanwhile is for the next round: no flood of samples keeps this one from its end.
        for _ in range(len(captured.blocks)):
            samples = voice.pass_on(np.frombuffer(captured.blocks.popleft(), np.int16))
            try:
                # One block is less than a pipe takes at once, so it goes whole or not at all.
                os.write(out, samples.tobytes())
            except BlockingIOError:
                continue
            except BrokenPipeError:
                return


def main() -> None:
    """``python -m audio.on_site.capture``, started by the voice."""
    be_mortal()
    parser = argparse.ArgumentParser()
    parser.add_argument("--override", type=Path, required=True, help="file of the opening")
    parser.add_argument("--name", required=True, help="name of the opening")
    parser.add_argument("--seconds", type=float, required=True, help="its signed maximum")
    parser.add_argument("--device", default="", help="name of the input device; empty is the default one")
    parser.add_argument("--gain", type=float, default=0.0)
    parser.add_argument("--limit", type=float, default=-6.0)
    arguments = parser.parse_args()
    captured = Captured()
    device = open_device(captured, arguments.device)
    pump(captured, LiveVoice(arguments.gain, arguments.limit), Opening(arguments.override, arguments.name, arguments.seconds), 1)
    # Whoever closes a device holds what its callback waits for, so it stays open to the end.
    os._exit(0 if device else 1)


if __name__ == "__main__":
    main()
