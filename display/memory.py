"""Memory that is free goes back to the system, instead of staying as holes in a heap that only grows."""

import ctypes

M_MMAP_THRESHOLD = -3
LARGE = 256 * 1024
"""Bytes from which on a block is mapped by itself, as glibc has it before the first large block is freed."""


def hand_back() -> None:
    """Keep glibc from raising that threshold by itself.

    A picture of a full screen takes 8 MB and comes and goes with every page: after the first few, glibc would take them from its heap
    (measured: 97 MB with a threshold that rises, 77 MB with one that stays).
    """
    ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, LARGE)
