"""One line of a journal as bytes: u32 length, u32 CRC-32, then the line, so that a torn one is known.

The top bit of the length says "written without a sync"; a frame of length 0 is a mark: "all before me is on the card".
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

_HEADER = struct.Struct("<II")
_UNSYNCED = 1 << 31
MARK = _HEADER.pack(0, 0x5EA1ED)


@dataclass(frozen=True)
class Frame:
    """One whole frame that *ends* at this offset; *line* is ``None`` for a mark."""

    line: bytes | None
    unsynced: bool
    ends: int


def framed(line: bytes, unsynced: bool) -> bytes:
    """The bytes of one line."""
    return _HEADER.pack(len(line) | (_UNSYNCED if unsynced else 0), zlib.crc32(line)) + line


def whole_frames(raw: bytes) -> Iterator[Frame]:
    """The whole frames from the start of *raw* to the first that is torn."""
    at = 0
    while at + _HEADER.size <= len(raw):
        length, checksum = _HEADER.unpack_from(raw, at)
        if raw[at : at + _HEADER.size] == MARK:
            at += _HEADER.size
            yield Frame(None, False, at)
            continue
        body = raw[at + _HEADER.size : at + _HEADER.size + (length & ~_UNSYNCED)]
        if not length or len(body) < length & ~_UNSYNCED or zlib.crc32(body) != checksum:
            return
        at += _HEADER.size + len(body)
        yield Frame(body, bool(length & _UNSYNCED), at)
