"""Opens SDL in a process of its own: a driver that hangs or crashes takes nothing with it. Prints one line of JSON."""

import json
import os
import sys
from typing import Any

import pygame


def screen(options: dict[str, Any]) -> dict[str, Any]:
    """Open the screen and say its size and driver."""
    pygame.display.init()
    flags = pygame.FULLSCREEN if options["fullscreen"] else pygame.HIDDEN
    window = pygame.display.set_mode((0, 0) if options["fullscreen"] else tuple(options["size"]), flags)
    return {"driver": pygame.display.get_driver(), "size": list(window.get_size())}


def sound(_: dict[str, Any]) -> dict[str, Any]:
    """The output devices by name, and the driver."""
    from pygame import _sdl2
    from pygame._sdl2.audio import get_audio_device_names

    _sdl2.init_subsystem(_sdl2.INIT_AUDIO)
    return {"devices": list(get_audio_device_names(False))}


def main(what: str, options: str) -> None:
    """Answer *what* (screen or sound) with ``{"found": …}`` or ``{"problem": …}``."""
    try:
        answer: dict[str, Any] = {"found": {"screen": screen, "sound": sound}[what](json.loads(options))}
    except pygame.error as problem:
        answer = {"problem": str(problem)}
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()
    # SDL's own goodbye may hang in a driver; the answer is out already.
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
