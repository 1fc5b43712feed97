"""The memory in which a film's decoder leaves pictures for the board: a few slots that both sides map, and nothing else.

Which slot is whose is told through two pipes, whose calls also keep the pixels' writes before the word of them: the decoder says
“picture *n* stands in slot *n* modulo SLOTS”, the board says “take one back, it is second *t* of the film”.
Only the standard library: the decoder imports this file.
"""

import fcntl
import mmap
import os
import struct

SLOTS = 4
"""One on the board, and the rest ahead of it: at 25 frames a second a decoder may be late by a tenth of a second."""
TOLD = struct.Struct("<qqq")
"""What the decoder says of a picture: its number from 0 on, its nanosecond in the film, and how many it has skipped before it."""
ASKED = struct.Struct("<q")
"""What the board says with each slot that it gives back: the nanosecond of the film that it shows now."""


def make_ring(size: tuple[int, int]) -> int:
    """A descriptor of fresh memory without a name for SLOTS pictures of *size*."""
    descriptor = os.memfd_create("bangtin-film", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        # Sparse: its pages are taken by the decoder as it writes, and a frame of the board need not wait for a whole ring of zeros.
        os.ftruncate(descriptor, SLOTS * bytes_of(size))
        # Whoever made the decoder run mad could else shrink it, and the board would die at its next look.
        fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def map_ring(descriptor: int, size: tuple[int, int]) -> list[memoryview]:
    """The slots, each the pixels of one picture row by row: blue, green, red, unused. The mapping goes when the last of them does."""
    memory = memoryview(mmap.mmap(descriptor, SLOTS * bytes_of(size)))
    return [memory[n * bytes_of(size) : (n + 1) * bytes_of(size)] for n in range(SLOTS)]


def bytes_of(size: tuple[int, int]) -> int:
    """How many bytes a picture takes."""
    return size[0] * size[1] * 4
