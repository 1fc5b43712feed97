"""A monitor that can be exchanged: a viewer at QEMU's screen tells the graphics card how large it is (RFB, RFC 6143)."""

import socket
import struct
from pathlib import Path

from display.page import Size

VERSION, NO_PASSWORD, SHARED = b"RFB 003.008\n", b"\x01", b"\x01"
SET_ENCODINGS, SET_DESKTOP_SIZE = 2, 251
RESIZES = -308
"""The pseudo-encoding of a viewer who understands another size."""


class Viewer:
    """*socket_file* is the machine's `VIEW`; what it says of pictures is not read, the screendump is for that."""

    def __init__(self, socket_file: Path) -> None:
        self._link = socket.socket(socket.AF_UNIX)
        self._link.connect(str(socket_file))
        self._words = self._link.makefile("rb")
        self._read(len(VERSION))
        self._link.sendall(VERSION)
        (kinds,) = self._read(1)
        self._read(kinds)
        self._link.sendall(NO_PASSWORD)
        if self._read(4) != bytes(4):
            raise ConnectionError("QEMU's screen wants no viewer")
        self._link.sendall(SHARED)
        *_, name = struct.unpack(">HH16sI", self._read(24))
        self._read(name)
        self._link.sendall(struct.pack(">BxHi", SET_ENCODINGS, 1, RESIZES))

    def become(self, size: Size) -> None:
        """From now on the monitor is one that prefers *size*; the graphics card tells the guest, as it does when one is plugged in."""
        width, height = size
        self._link.sendall(struct.pack(">BxHHBx", SET_DESKTOP_SIZE, width, height, 1) + struct.pack(">IHHHHI", 0, 0, 0, width, height, 0))

    def close(self) -> None:
        """Go away; the monitor stays as it is."""
        self._words.close()
        self._link.close()

    def _read(self, count: int) -> bytes:
        data = self._words.read(count)
        if len(data) < count:
            raise ConnectionError("QEMU's screen hung up")
        return data
