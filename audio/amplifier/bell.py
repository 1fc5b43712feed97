"""What wakes the loop when an input has moved: its pin's own thread rings, the loop answers."""

import socket
from contextlib import suppress


class Bell:
    """Can be waited for with a selector; one that was not answered yet rings already."""

    def __init__(self) -> None:
        self._heard, self._ringer = socket.socketpair()
        self._heard.setblocking(False)
        self._ringer.setblocking(False)

    def fileno(self) -> int:
        """What becomes readable when it rings."""
        return self._heard.fileno()

    def ring(self) -> None:
        """From any thread."""
        with suppress(OSError):
            self._ringer.send(b"!")

    def answer(self) -> None:
        """All that rang is known by now."""
        with suppress(BlockingIOError):
            self._heard.recv(65536)

    def close(self) -> None:
        """Nobody listens any more."""
        self._heard.close()
        self._ringer.close()
