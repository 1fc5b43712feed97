"""Filing for many at once: what waits is filed together, in one transaction, and each is answered after its commit."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.exc import OperationalError

from registry.fleet.filing import Filed, Mail, file_group
from registry.storage.storage import Storage

log = logging.getLogger(__name__)

MOST_TOGETHER = 200
"""Reports in one transaction. More make it no cheaper, and everybody else who writes waits for its end."""

GATHER = 0.01
"""Seconds for which whoever waits lets others join: a transaction costs much the same for two as for one hundred."""

MOST_WAITING = 5_000
"""Reports that wait for their turn: some seconds' work. Whoever comes then is told to come again."""


class Crowded(Exception):
    """Too many wait already, or the database takes nothing just now: nothing was kept, and the same is to be sent again later."""


@dataclass
class _Waiting:
    mail: Mail
    answer: "asyncio.Future[Filed]"

    @property
    def size(self) -> int:
        return max(1, len(self.mail.claims))


@dataclass
class Filer:
    """Files into *storage* by the clock *now*; it works while :meth:`run` goes on."""

    storage: Storage
    now: Callable[[], datetime]
    _queue: deque[_Waiting] = field(default_factory=deque)
    _size: int = 0
    _come: asyncio.Event = field(default_factory=asyncio.Event)

    async def file(self, mail: Mail) -> Filed:
        """What became of *mail*: what is good of it is durable when this returns. ``Crowded``: nothing is."""
        if self._size >= MOST_WAITING:
            raise Crowded
        waiting = _Waiting(mail, asyncio.get_running_loop().create_future())
        self._queue.append(waiting)
        self._size += waiting.size
        self._come.set()
        return await waiting.answer

    async def run(self) -> None:
        """File for ever. Whatever still waits at the end is answered with an error; it was never acknowledged."""
        try:
            while True:
                await self._come.wait()
                if self._size < MOST_TOGETHER:
                    await asyncio.sleep(GATHER)
                await self._file(self._next())
                if not self._queue:
                    self._come.clear()
        finally:
            for each in self._queue:
                each.answer.cancel()

    def _next(self) -> list[_Waiting]:
        group, size = [self._queue.popleft()], 0
        size = group[0].size
        while self._queue and size + self._queue[0].size <= MOST_TOGETHER:
            group.append(self._queue.popleft())
            size += group[-1].size
        self._size -= size
        return group

    async def _file(self, group: Sequence[_Waiting]) -> None:
        try:
            filed = await file_group(self.storage, [each.mail for each in group], self.now())
        except OperationalError as problem:
            # Not one of them is at fault: the disk is full, or the database is gone.
            log.error("nothing can be filed: %s", problem)
            for each in group:
                _fail(each, Crowded())
        except Exception as mistake:
            await self._apart(group, mistake)
        else:
            for each, told in zip(group, filed, strict=True):
                if not each.answer.done():
                    each.answer.set_result(told)
        finally:
            # Ended half-way, with the whole registry: nobody may wait for ever.
            for each in group:
                each.answer.cancel()

    async def _apart(self, group: Sequence[_Waiting], mistake: Exception) -> None:
        """One of them is more than the program can take, which is our mistake: it fails alone, and its neighbours are filed."""
        if len(group) == 1:
            _fail(group[0], mistake)
            return
        log.error("filing %d batches one by one, because of: %r", len(group), mistake)
        for each in group:
            await self._file((each,))


def _fail(waiting: _Waiting, why: Exception) -> None:
    if not waiting.answer.done():
        waiting.answer.set_exception(why)
