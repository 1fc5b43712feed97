"""Work that kills the process in which it is done, for one task of many."""

import os


def square(number: int) -> int:
    """Its square; 3 is deadly."""
    if number == 3:
        os.abort()
    return number * number
