"""The day's data budget as it is spent: asked before bytes are fetched, told of those that came, kept over restarts."""

import asyncio
import logging

from pydantic import ValidationError

from agent.budget import MB, Spent, at, counted, left
from bundle.base import BulletinClass
from device.clock import Clock
from device.durable import CARD_FAILS, replace
from device.errors import OverBudget
from device.own import read_own
from device.paths import Paths
from device.settings import DataBudget

log = logging.getLogger(__name__)

WRITE_EVERY = MB
"""Bytes between two writes of the count: one costs the card 70 KB beside the megabyte that was just shelved, and a power cut
forgets a megabyte at most. Without a budget nothing is written at all."""


class Purse:
    """Spends *budget* by *clock*."""

    def __init__(self, paths: Paths, budget: DataBudget, clock: Clock) -> None:
        self._path, self._budget, self._clock = paths.data_budget, budget, clock
        self._spent = self._written = self._read()

    @property
    def spent(self) -> Spent:
        """What is spent of the present day."""
        self._spent = at(self._spent, self._clock.now())
        return self._spent

    def ask(self, bulletin_class: BulletinClass) -> None:
        """``OverBudget`` when this class has nothing left today."""
        if left(self._budget, self.spent, bulletin_class) == 0:
            limit = self._budget.priority_mb if bulletin_class is BulletinClass.PRIORITY else self._budget.routine_mb
            raise OverBudget(
                f"hết {limit:g} MB trong ngày cho tin {bulletin_class.value}, phần còn lại chờ sang ngày mai"
                f" / the {limit:g} MB of today for {bulletin_class.value} content are used up, the rest waits for tomorrow"
            )

    async def spend(self, bulletin_class: BulletinClass, size: int) -> None:
        """*size* bytes came."""
        self._spent = counted(self.spent, bulletin_class, size)
        fresh = self._spent.day != self._written.day or self._spent.total - self._written.total >= WRITE_EVERY
        if fresh and self._limited:
            self._written = self._spent
            await asyncio.to_thread(self._write, self._spent)

    def keep(self) -> None:
        """Write the count at the end of a session."""
        if self._limited and self._spent != self._written:
            self._write(self._spent)

    @property
    def _limited(self) -> bool:
        return self._budget != DataBudget()

    def _read(self) -> Spent:
        try:
            return read_own(Spent, self._path)
        except (FileNotFoundError, ValidationError):
            return Spent()

    def _write(self, spent: Spent) -> None:
        try:
            replace(self._path, spent.model_dump_json().encode())
        except OSError as problem:
            if problem.errno not in CARD_FAILS:
                raise
            log.warning("không ghi được %s / cannot be written: %s", self._path.name, problem)
