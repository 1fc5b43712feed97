"""The sound device as a process of its own: it opens once, never pauses, and holds the amplifiers' lease while samples leave.

It imports pygame, the ring's numpy and the standard library only: whatever else the unit computes cannot stretch its callback, and
pausing or closing the device may deadlock with that callback, so it ends by os._exit.
The voice writes samples into the ring and one JSON object per line into our standard input; the end of that input means
that the voice is gone. We answer in lines of JSON on standard output.
"""

import argparse
import json
import os
import selectors
import sys
from pathlib import Path
from typing import Any

from audio.driver.card import Card
from audio.driver.lease_holder import LeaseHolder
from audio.driver.ring import CHUNK, RATE, Ring
from device.boottime import boottime
from device.mortal import be_mortal

_SETTLING = 10
_IDLE, _BUSY = 0.5, 0.05
_MARK_EVERY = 0.2
_NO_PULSE = 1.1
"""Seconds without a pulse of the voice after which it counts as hung: its lines are let go and what it wrote is not said."""


class Output:
    """What SDL calls for every chunk: zeros, or what stands in the ring."""

    def __init__(self, ring: Ring) -> None:
        self._ring = ring
        self._calls = 0
        self._last = 0.0
        self.voice_is_gone = False
        self.device: object = None
        self.card: Card | None = None

    def __call__(self, _device: object, buffer: memoryview) -> None:
        """Fill *buffer* with the next chunk; nothing leaves for a card that is gone, so nothing may be counted as if it had."""
        now = boottime()
        if self.card is not None and self.card.gone:
            buffer[:] = bytes(len(buffer))
            return
        if self._calls > _SETTLING and now - self._last > 1.5 * CHUNK / RATE:
            self._ring.gap()
        self._calls, self._last = self._calls + 1, now
        self._ring.take(buffer, now, muted=self.voice_is_gone)


class Marks:
    """For the disk driver only: when (seconds since boot) and where each chunk left, because its pace drifts and falters."""

    def __init__(self, path: str | None) -> None:
        self._file = Path(path).open("w", buffering=1, encoding="utf-8") if path else None  # noqa: SIM115 - open as long as we live
        self._noted = -1
        self.every = _MARK_EVERY if path else _IDLE

    def note(self, ring: Ring) -> None:
        """Write the marks of what has left since the last call."""
        if self._file is None:
            return
        for nanoseconds, position, *_ in ring.marks().tolist():
            if position > self._noted:
                self._file.write(json.dumps({"mono": round(nanoseconds / 1e9, 6), "samples": position}) + "\n")
                self._noted = position


def tell(**what: Any) -> None:
    """One line to the voice; a voice that is gone is noticed by its closed pipe."""
    try:
        os.write(1, json.dumps(what).encode() + b"\n")
    except BrokenPipeError:
        os._exit(0)


def open_device(output: Output, name: str | None) -> Card:
    """The device, unpaused for good; without one the process says why and ends, and the voice tries again later."""
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
    from pygame import _sdl2
    from pygame._sdl2.audio import AUDIO_S16, AudioDevice
    from pygame._sdl2.sdl2 import error

    try:
        _sdl2.init_subsystem(_sdl2.INIT_AUDIO)
        device = AudioDevice(name or None, 0, RATE, AUDIO_S16, 1, CHUNK, 0, output)  # type: ignore[arg-type] # None is the default device
    except error as problem:
        tell(event="no device", why=str(problem)[:200])
        os._exit(1)
    device.pause(0)
    output.device, output.card = device, Card(device.deviceid)
    return output.card


def obey(line: bytes, holder: LeaseHolder, ring: Ring) -> None:
    """Do what one line of the voice says."""
    match json.loads(line):
        case {"do": "hold", "activation": int(activation), "emergency": bool(emergency), "lines": list(lines)}:
            holder.hold(activation, emergency, tuple(lines))
        case {"do": "release"}:
            holder.release()
        case {"do": "drop"}:
            drop(holder, ring)
        case unknown:
            raise ValueError(f"the voice says {unknown!r}")


def drop(holder: LeaseHolder, ring: Ring) -> None:
    """Silence and inactive lines at once."""
    holder.release()
    ring.clear()


def run(ring: Ring, holder: LeaseHolder, marks: Marks, card: Card) -> None:
    """Obey the voice and keep the lease until the voice's pipe ends, or the *card* is gone."""
    selector = selectors.DefaultSelector()
    selector.register(0, selectors.EVENT_READ)
    rest = b""
    while not card.gone:
        if holder.holds and boottime() - ring.pulse > _NO_PULSE:
            drop(holder, ring)
        holder.work(ring.position, ring.until, boottime())
        marks.note(ring)
        holder.register(selector)
        for key, _ in selector.select(_BUSY if holder.holds else marks.every):
            if key.data is holder:
                holder.hear(selector)
                continue
            data = os.read(0, 65536)
            if not data:
                return
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                obey(line, holder, ring)


def main() -> None:
    """``python -m audio.driver.sound_process``, started by the voice."""
    be_mortal()
    parser = argparse.ArgumentParser()
    parser.add_argument("--ring", type=int, required=True, help="file descriptor of the shared memory")
    parser.add_argument("--amplifier", type=Path, required=True, help="socket of the amplifier program")
    parser.add_argument("--device", default="", help="name of the sound device; empty is the default one")
    parser.add_argument("--clock", help="where to write the marks of the disk driver")
    arguments = parser.parse_args()
    ring = Ring(arguments.ring)
    output, holder = Output(ring), LeaseHolder(arguments.amplifier, tell)
    card = open_device(output, arguments.device)
    tell(event="open", pid=os.getpid())
    run(ring, holder, Marks(arguments.clock), card)
    output.voice_is_gone = True
    holder.release()
    if card.gone:
        tell(event="card gone")
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
