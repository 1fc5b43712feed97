"""ICU's line breaks, by its dictionaries for scripts without spaces, through the few calls of its C library that this takes."""

import ctypes
from ctypes.util import find_library
from functools import cache
from typing import Any

_LINE = 2  # UBRK_LINE of unicode/ubrk.h
_DONE = -1  # UBRK_DONE
_VERSIONS = range(50, 200)


class Dictionary:
    """Where a line may end, as UAX #14 and ICU's dictionaries for Khmer, Lao and Thai say; ``OSError`` when ICU is not installed."""

    def __init__(self) -> None:
        name = find_library("icuuc")
        if name is None:
            raise OSError("libicuuc was not found")
        library = ctypes.CDLL(name)
        open_, self._set_text, self._next = (_call(library, each) for each in ("ubrk_open", "ubrk_setText", "ubrk_next"))
        open_.restype = ctypes.c_void_p
        self._status = ctypes.c_int(0)
        self._iterator = ctypes.c_void_p(open_(_LINE, b"km", None, 0, ctypes.byref(self._status)))
        self._checked()

    def ends(self, text: str) -> list[int]:
        """The places after which a line may end, the end of *text* among them; *text* is within the Basic Multilingual Plane."""
        # The iterator reads this memory until the last call of next.
        memory = ctypes.create_string_buffer(text.encode("utf-16-le") + b"\0\0")
        self._set_text(self._iterator, memory, len(text), ctypes.byref(self._status))
        self._checked()
        found = []
        while (end := self._next(self._iterator)) != _DONE:
            found.append(end)
        return found

    def _checked(self) -> None:
        """Below zero it only warns that it had no rules for just this language."""
        if self._status.value > 0:
            raise OSError(f"ICU failed with its error {self._status.value}")


@cache
def dictionary() -> Dictionary:
    """One for the whole run."""
    return Dictionary()


def _call(library: ctypes.CDLL, name: str) -> Any:
    """Debian's builds carry their version in every name, and each release of Debian has another."""
    names = (name, *(f"{name}_{version}" for version in _VERSIONS))
    found = next((function for each in names if (function := getattr(library, each, None))), None)
    if found is None:
        raise OSError(f"libicuuc has no {name}")
    return found
