"""What the program tells systemd: that it is ready, and that it still works."""

import os
import socket
from contextlib import suppress


class Watchdog:
    """One datagram for each word, to the socket that systemd names (``Type=notify``, ``WatchdogSec=``); without systemd, nobody listens.

    Call `fed` only after a round of real work: then a loop that hangs is killed, whatever it hangs in.
    """

    def __init__(self, address: str | None) -> None:
        # A name that begins with @ is not in the file system, which the kernel spells with a zero byte.
        self._address = "\0" + address[1:] if address and address.startswith("@") else address
        self._ready = False
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) if address else None
        if self._socket:
            # systemd that does not listen must not make a line wait.
            self._socket.setblocking(False)

    @classmethod
    def from_environment(cls) -> "Watchdog":
        """That of the service which this process is, as ``NOTIFY_SOCKET`` says; children do not inherit it."""
        return cls(os.environ.pop("NOTIFY_SOCKET", None))

    def fed(self) -> None:
        """A round of work was done; the first one also says that the service is up."""
        self._say(b"WATCHDOG=1" if self._ready else b"READY=1\nWATCHDOG=1")
        self._ready = True

    def close(self) -> None:
        """Say no more."""
        if self._socket:
            self._socket.close()

    def _say(self, words: bytes) -> None:
        if self._socket and self._address:
            with suppress(OSError):
                self._socket.sendto(words, self._address)
