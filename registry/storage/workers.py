"""The threads in which SQLite works for a storage: none outlives it, whatever was cancelled meanwhile."""

import asyncio
import sqlite3
from functools import partial
from pathlib import Path
from threading import Thread
from weakref import WeakSet

from aiosqlite import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

_ROWS_AT_ONCE = 64


class _Worker(Connection):
    """A connection whose thread is told once that it ends: a second time nobody would hear, and the asker would wait for ever.

    Twice is what a task does that is cancelled again while its connection is being closed.
    """

    _ending: asyncio.Future[None] | None = None

    @property
    def thread(self) -> Thread:
        """Where it works."""
        return self._thread

    def stop(self) -> asyncio.Future[None] | None:
        """End the thread when it has done what it was given."""
        if self._ending is None:
            self._ending = super().stop()
        return self._ending


class Workers:
    """All connections that were made to the SQLite file *path*, also those whose makers were cancelled."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._workers: WeakSet[_Worker] = WeakSet()
        # Beside them: a thread still works when its connection was given up and forgotten.
        self._threads: WeakSet[Thread] = WeakSet()

    def connect(self) -> Connection:
        """One more, to be awaited."""
        made = _Worker(partial(sqlite3.connect, self._path, check_same_thread=False), _ROWS_AT_ONCE)
        # A program that crashes does not wait for it.
        made.thread.daemon = True
        self._workers.add(made)
        self._threads.add(made.thread)
        return made

    async def end(self, engine: AsyncEngine) -> None:
        """Close every connection of *engine* and wait for its thread, which would else answer to a loop that is gone."""
        await engine.dispose()
        for each in list(self._workers):
            each.stop()
        await asyncio.to_thread(_wait_for, list(self._threads))


def _wait_for(threads: list[Thread]) -> None:
    for each in threads:
        each.join()
