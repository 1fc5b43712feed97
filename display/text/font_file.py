"""Font files that a card has damaged: there by name, and without their letters."""

import os
import struct
from pathlib import Path

_SFNT = (b"\0\1\0\0", b"OTTO", b"true")
_HEAD, _ENTRY = 12, 16
_MOST = 4096
"""Bytes that hold any table directory: 255 tables."""


def whole(path: str) -> bool:
    """Whether the font file at *path* reaches as far as its table directory says (OpenType 1.9.1, "Organization of an OpenType font").

    Of other formats than this only those that hardly begin, or begin with nothing but zeros, are told from whole ones.
    """
    try:
        with Path(path).open("rb", buffering=0) as file:
            start, size = file.read(_MOST), os.fstat(file.fileno()).st_size
    except OSError:
        return False
    if start[:4] not in _SFNT:
        return len(start) > _HEAD and any(start)
    tables = int.from_bytes(start[4:6])
    directory = start[_HEAD : _HEAD + tables * _ENTRY]
    if not tables or len(directory) < tables * _ENTRY:
        return False
    return all(offset + length <= size for offset, length in struct.iter_unpack(">8xII", directory))
