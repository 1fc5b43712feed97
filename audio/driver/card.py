"""Whether the sound card is still there: SDL goes on calling back for a device that was pulled out, and says so only in its status.

SDL 2 (SDL_audio.c) marks a device that fails for good as disabled, paces its callbacks by a timer from then on and throws the samples
away. pygame hands out neither that status nor, without a window, the event; so the same library is asked directly.
Only the standard library: the sound process imports this file.
"""

import ctypes
import re
from pathlib import Path

_LIBRARY = re.compile(r"/\S*/libSDL2-2[.-]\S*")
_STOPPED = 0


def library() -> ctypes.CDLL:
    """The SDL that this process has loaded already; raises where there is none."""
    found = _LIBRARY.search(Path("/proc/self/maps").read_text(encoding="utf-8"))
    if found is None:
        raise RuntimeError("no SDL 2 is loaded in this process")
    return ctypes.CDLL(found[0])


class Card:
    """The open device number *device* of SDL."""

    def __init__(self, device: int) -> None:
        self._device = ctypes.c_uint32(device)
        self._status = library().SDL_GetAudioDeviceStatus
        self._status.argtypes, self._status.restype = (ctypes.c_uint32,), ctypes.c_int

    @property
    def gone(self) -> bool:
        """Whether it failed for good; safe to ask from within its callback."""
        return bool(self._status(self._device) == _STOPPED)
