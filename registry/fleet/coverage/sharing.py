"""The matrix for everybody who looks at once: one of a large province is computed once in a while, and then shared."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from registry.fleet.coverage.matrix import Key, Matrix, matrix
from registry.storage.storage import Storage

CHEAP = 0.25
"""Seconds: what takes no longer is computed for each who looks."""
_SHARE = 4.0


@dataclass
class Covered:
    """Matrices from *storage*; a dear one serves for four times as long as it took, so that looking takes a fifth of a core at most."""

    storage: Storage
    now: Callable[[], datetime]
    monotonic: Callable[[], float]
    _known: dict[tuple[tuple[str, ...], Key | None], tuple[float, Matrix]] = field(default_factory=dict)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def matrix(self, within: Sequence[str], only: Key | None = None) -> Matrix:
        """What is known in the areas *within*, of *only* this essential if one is named."""
        asked = tuple(within), only
        async with self._turn:
            began = self.monotonic()
            self._known = {key: each for key, each in self._known.items() if began < each[0]}
            if asked in self._known:
                return self._known[asked][1]
            async with self.storage.reading() as connection:
                found = await matrix(connection, within, self.now(), None if only is None else {only})
            ended = self.monotonic()
            if ended - began > CHEAP:
                self._known[asked] = ended + _SHARE * (ended - began), found
            return found
