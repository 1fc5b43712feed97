"""Which orders were answered: on the card, so that neither a restart nor a power cut makes one count again."""

import logging
from collections.abc import Collection
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from bundle.base import Line, Model
from device.durable import CARD_FAILS, replace
from device.own import read_own
from device.paths import Paths

MOST_UNLISTED = 50
"""So many are remembered that are listed no more: a list may be unreadable for a while, and then be there again."""
log = logging.getLogger(__name__)


class Obeyed(Model):
    """``obeyed.json``: the names of orders that were answered, the oldest first."""

    format: Literal[1] = 1
    orders: Annotated[tuple[Line, ...], Field(max_length=10_000)] = ()


class Memory:
    """The memory of the unit at *paths*. A card that takes no writes is when a person is needed most: then it lasts until the restart."""

    def __init__(self, paths: Paths) -> None:
        self._path = paths.obeyed
        try:
            self.answered = read_own(Obeyed, self._path).orders
        except (OSError, ValidationError):
            self.answered = ()

    def add(self, name: str, listed: Collection[str]) -> None:
        """*name* is answered, of those that are *listed* now."""
        others = [each for each in self.answered if each not in listed]
        self.answered = (*others[-MOST_UNLISTED:], *(each for each in self.answered if each in listed), name)
        try:
            replace(self._path, Obeyed(orders=self.answered).model_dump_json().encode())
        except OSError as problem:
            if problem.errno not in CARD_FAILS:
                raise
            log.warning("thẻ nhớ không ghi được / the card takes no writes: %s", problem)
