"""The voice's end of the sound process: starts it, restarts it with a growing pause, and knows what the amplifiers really do."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from audio.amplifier.request import LineState, Reply
from audio.driver.ring import Ring, make
from audio.driver.timeline import Timeline, exactly, fit
from device.boottime import boottime
from device.errors import SpeakerLost
from device.paths import Paths
from device.settings import Settings, SoundDriver

_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 10.0
_STALLED = 1.0

Say = Callable[..., None]


def environment(settings: Settings) -> dict[str, str]:
    """The variables that choose SDL's driver."""
    chosen = {"PYGAME_HIDE_SUPPORT_PROMPT": "1"}
    match settings.sound.driver:
        case SoundDriver.ALSA:
            chosen["SDL_AUDIODRIVER"] = "alsa"
        case SoundDriver.DISK:
            chosen |= {"SDL_AUDIODRIVER": "disk", "SDL_DISKAUDIOFILE": str(settings.sound.tape)}
    return {**os.environ, **chosen}


class Speaker:
    """One sound process after another; `ring` and `amplifier` belong to the present one.

    *amplifier* is the amplifier program's last answer, None while it does not answer.
    """

    def __init__(self, settings: Settings, paths: Paths) -> None:
        self._settings, self._paths = settings, paths
        self._child: subprocess.Popen[bytes] | None = None
        self._rest, self._why = b"", ""
        self._pause, self._start_at = _FIRST_PAUSE, 0.0
        self._moved, self._moved_at = -1, 0.0
        self.ring: Ring | None = None
        self.amplifier: Reply | None = None
        self.open = False

    def work(self, now: float) -> None:
        """Start it when it is time, hear what it says; ``SpeakerLost`` once when it died or its device stands still."""
        if self._child is None:
            if now >= self._start_at:
                self._start(now)
            return
        ended = self._child.poll() is not None
        self._hear()
        if ended:
            raise self._lost(now, self._why or f"tiến trình âm thanh dừng / the sound process ended with {self._child.returncode}")
        if self.ring is not None and self.ring.position != self._moved:
            self._moved, self._moved_at = self.ring.position, now
            self._pause = _FIRST_PAUSE if self._moved > 480_000 else self._pause
        elif now - self._moved_at > (_STALLED if self.open else 10 * _STALLED):
            raise self._lost(now, "thiết bị âm thanh đứng yên / the sound device takes no samples")

    def timeline(self) -> Timeline | None:
        """Positions against seconds since boot; None while the device is not running long enough to tell."""
        return fit(self.ring.marks()) if self.ring is not None and self.open else None

    def left_at(self, frame: int) -> float | None:
        """When *frame* left the driver, seconds since boot."""
        return exactly(self.ring.marks(), frame) if self.ring is not None else None

    def hold(self, activation: int, emergency: bool, lines: tuple[str, ...] = ()) -> None:
        """Have *lines* (none means all) leased for *activation* until the reader passes `ring.until`."""
        if self.ring is not None:
            self.ring.pulse = boottime()
        self._say(do="hold", activation=activation, emergency=emergency, lines=lines)

    def release(self) -> None:
        """Have the lease given up."""
        self._say(do="release")

    def drop(self) -> None:
        """Have the lease given up at once, and everything in the ring forgotten."""
        if self.ring is not None:
            self.ring.until = 0
            self.ring.clear()
        self._say(do="drop")

    def close(self) -> None:
        """End the process: it says goodbye to the amplifier when its pipe ends."""
        if self._child is not None and self._child.stdin is not None and self._child.stdout is not None:
            self._child.stdin.close()
            try:
                self._child.wait(2.0)
            except subprocess.TimeoutExpired:
                self._child.kill()
                self._child.wait()
            self._child.stdout.close()
        self._child, self.ring, self.amplifier, self.open = None, None, None, False

    @property
    def pid(self) -> int | None:
        """The sound process, if it runs."""
        return self._child.pid if self._child is not None else None

    @property
    def descriptor(self) -> int | None:
        """What becomes readable when the sound process says something."""
        return self._child.stdout.fileno() if self._child is not None and self._child.stdout is not None else None

    def _start(self, now: float) -> None:
        sound, memory = self._settings.sound, make(self._paths.ring)
        command = [sys.executable, "-m", "audio.driver.sound_process", f"--ring={memory}", f"--amplifier={self._paths.amplifier_socket}"]
        command += [f"--device={sound.device}"] if sound.device else []
        if sound.driver is SoundDriver.DISK:
            command.append(f"--clock={sound.tape}.clock.jsonl")
        self.ring = Ring(memory)
        # Of a group of its own: Ctrl-C in a terminal is for the voice, which fades first and then ends this one.
        self._child = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, pass_fds=(memory,), env=environment(self._settings), process_group=0
        )
        os.close(memory)
        assert self._child.stdout is not None  # noqa: S101 - a pipe, for mypy
        os.set_blocking(self._child.stdout.fileno(), False)
        self._rest, self._why, self._moved, self._moved_at = b"", "", -1, now

    def _lost(self, now: float, why: str) -> SpeakerLost:
        if self._child is not None:
            self._child.kill()
        self.close()
        self._start_at, self._pause = now + self._pause, min(2 * self._pause, _LONGEST_PAUSE)
        return SpeakerLost(why)

    def _hear(self) -> None:
        if self.descriptor is None:
            return
        try:
            *lines, self._rest = (self._rest + os.read(self.descriptor, 65536)).split(b"\n")
        except BlockingIOError:
            return
        for line in lines:
            match json.loads(line):
                case {"event": "open"}:
                    self.open = True
                case {"event": "amplifier", "lines": dict(lines_now), "simulated": bool(simulated)}:
                    self.amplifier = Reply({name: LineState(**state) for name, state in lines_now.items()}, simulated)
                case {"event": "no amplifier"}:
                    self.amplifier = None
                case {"event": "card gone"}:
                    self._why = "card âm thanh đã bị rút hoặc hỏng / the sound card was pulled out or failed"
                case {"event": "no device", "why": str(why)}:
                    self._why = f"không mở được thiết bị âm thanh / the sound device cannot be opened: {why}"

    def _say(self, **what: Any) -> None:
        if self._child is None or self._child.stdin is None:
            return
        try:
            os.write(self._child.stdin.fileno(), json.dumps(what).encode() + b"\n")
        except BrokenPipeError:
            return  # it died: the next `work` says so
