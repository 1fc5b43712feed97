"""Opens SDL in a process of its own: a driver that hangs or crashes takes nothing with it. Prints one line of JSON."""

import array
import json
import math
import os
import sys
import threading
from typing import Any

import pygame
from pygame._sdl2.sdl2 import error as sdl_error

LISTEN = 0.25
"""Seconds."""
_KEPT: list[object] = []


def screen(options: dict[str, Any]) -> dict[str, Any]:
    """Open the screen and say its size and driver."""
    pygame.display.init()
    flags = pygame.FULLSCREEN if options["fullscreen"] else pygame.HIDDEN
    window = pygame.display.set_mode(options["mode"] or (0, 0), flags)
    return {"driver": pygame.display.get_driver(), "size": list(window.get_size())}


def sound(_: dict[str, Any]) -> dict[str, Any]:
    """The output devices by name, and the driver."""
    from pygame import _sdl2
    from pygame._sdl2.audio import get_audio_device_names

    _sdl2.init_subsystem(_sdl2.INIT_AUDIO)
    return {"devices": list(get_audio_device_names(False))}


def microphone(options: dict[str, Any]) -> dict[str, Any]:
    """The peak in dBFS of the first quarter of a second that the input device gives."""
    from pygame import _sdl2
    from pygame._sdl2.audio import AUDIO_S16, AudioDevice, get_audio_device_names

    heard, enough = array.array("h"), threading.Event()

    def take(_device: object, chunk: memoryview) -> None:
        heard.frombytes(bytes(chunk))
        if len(heard) >= LISTEN * 48_000:
            enough.set()

    _sdl2.init_subsystem(_sdl2.INIT_AUDIO)
    try:
        device = AudioDevice(options["device"], True, 48_000, AUDIO_S16, 1, 960, 0, take)
    except sdl_error as problem:
        # A name counts only when it is written exactly as SDL lists it, and nobody can guess that.
        return {"problem": f"{str(problem).rstrip('.')}; có / there are: {'; '.join(get_audio_device_names(True)) or '–'}"}
    # Closing it here may hang with its callback: it stays open until this process ends.
    _KEPT.append(device)
    device.pause(0)
    if not enough.wait(20 * LISTEN):
        return {"problem": "không có mẫu nào / it gives no samples"}
    peak = max(1, max(heard), -min(heard))
    return {"peak": 20 * math.log10(peak / 32768)}


def main(what: str, options: str) -> None:
    """Answer *what* (screen, sound or microphone) with ``{"found": …}`` or ``{"problem": …}``."""
    try:
        found = {"screen": screen, "sound": sound, "microphone": microphone}[what](json.loads(options))
        answer: dict[str, Any] = found if "problem" in found else {"found": found}
    except (pygame.error, sdl_error) as problem:
        answer = {"problem": str(problem)}
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()
    # SDL's own goodbye may hang in a driver; the answer is out already.
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
