"""Where in the ring what is on the record begins, for a voice that finds the ring of one that was killed.

A record of a start is on the card before its first sample leaves, and what follows without a gap is even written two seconds ahead:
only the place of that first sample against the reader's last position tells whether any of it left.
Only numpy and the standard library: the sound process imports this file.
"""

from hashlib import blake2b

import numpy as np
import numpy.typing as npt

ROWS, COLUMNS = 8, 2
"""More than are ever under way at once: what is said, what follows it, and the music below."""
_NOWHERE = np.iinfo(np.int64).max


class Beginnings:
    """The newest ROWS of them in *table*, columns name and position; killed at any step, it errs to "some of it has left"."""

    def __init__(self, table: npt.NDArray[np.int64]) -> None:
        self._names, self._positions = table.T
        self._next = 0

    def expect(self, key: str) -> None:
        """*key* is about to be recorded as started: nothing of it stands in the ring yet. Call it before that record."""
        name = _name(key)
        self._names[self._names == name] = 0
        # What stood in this row counts as left from now on: its name goes first.
        self._names[self._next] = 0
        self._positions[self._next] = _NOWHERE
        self._names[self._next] = name
        self._next = (self._next + 1) % ROWS

    def place(self, key: str, position: int) -> None:
        """The first sample of *key*, if that is still expected, will stand at *position*. Call it before it does.

        What goes on in its middle is not expected: its first sample stays where it was.
        """
        self._positions[(self._names == _name(key)) & (self._positions == _NOWHERE)] = position

    def nothing_left(self, key: str, position: int) -> bool:
        """Whether no sample of *key* has left a ring whose reader stands at *position*; false of what was never expected."""
        return bool((self._positions[self._names == _name(key)] >= position).any())


def _name(key: str) -> int:
    return int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), signed=True)
