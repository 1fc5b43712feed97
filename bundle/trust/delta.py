"""A document as the difference to an older one: deflate with the old bytes as its dictionary, in segments. Pure.

Deflate looks back 32 KB at most, so the new document travels in segments of 16 KB, each against the 32 KB of the old one
around the same place; the publisher says which place, because a notice put in or taken out moves everything behind it.
Nothing here is trusted: whoever applies a delta compares length and hash with the signed ones afterwards.
"""

import struct
import zlib

SEGMENT = 16 * 1024
WINDOW = 32 * 1024
WORTH = 2048
"""A document shorter than this travels whole: another request would cost more than it saves."""

_RAW = -15
_HEAD = struct.Struct(">II")
_BEFORE = WINDOW // 4
"""How much of the old document before the place: so far back and ahead a segment may have moved and still be found."""


def delta_path(channel: str, old: str, new: str) -> str:
    """Where the delta from the document *old* to *new* (their SHA-256) lies in a release tree."""
    return f"deltas/{channel}/{old}.{new}.z"


def make_delta(old: bytes, new: bytes) -> bytes:
    """What turns *old* into *new*."""
    moved = len(old) - len(new)
    found: list[bytes] = []
    for start in range(0, len(new), SEGMENT):
        segment = new[start : start + SEGMENT]
        # Behind the change everything moved by the same distance, before it nothing did.
        places = {max(0, start + shift - _BEFORE) for shift in (0, moved)}
        packed, place = min(
            ((_deflated(segment, old[place : place + WINDOW]), place) for place in sorted(places)), key=lambda made: len(made[0])
        )
        found += [_HEAD.pack(place, len(packed)), packed]
    return b"".join(found)


def apply_delta(old: bytes, delta: bytes, length: int) -> bytes | None:
    """The new document of *length* bytes, ``None`` when *delta* does not make one from *old*.

    Never unpacks more than *length* bytes, whatever the delta holds.
    """
    found, at = bytearray(), 0
    while at + _HEAD.size <= len(delta) and len(found) < length:
        place, size = _HEAD.unpack_from(delta, at)
        at += _HEAD.size + size
        segment = _inflated(delta[at - size : at], old[place : place + WINDOW], min(SEGMENT, length - len(found)))
        if segment is None:
            return None
        found += segment
    return bytes(found) if len(found) == length and at == len(delta) else None


def _deflated(segment: bytes, dictionary: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, _RAW, 9, zdict=dictionary)
    return packer.compress(segment) + packer.flush()


def _inflated(packed: bytes, dictionary: bytes, length: int) -> bytes | None:
    unpacker = zlib.decompressobj(_RAW, zdict=dictionary)
    try:
        segment = unpacker.decompress(packed, length)
    except zlib.error:
        return None
    return segment if len(segment) == length else None
