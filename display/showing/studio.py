"""The studio: where pages are laid out and painted, ahead of their moment, so that what runs on the board never waits for them."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, TypeVar

from display.errors import PageUndrawable

Key = TypeVar("Key")
Made = TypeVar("Made")


class Studio:
    """Does one thing after the other, at once and where it is asked: for whoever only wants a picture and has nothing to keep running."""

    def now(self, work: Callable[[], Made]) -> Made:
        """Do *work* next and wait for what it makes; its errors are raised here."""
        return work()

    def ahead(self, work: Callable[[], Made]) -> "Future[Made]":
        """Begin *work* as soon as there is time; its errors are those of the future."""
        done: Future[Made] = Future()
        try:
            done.set_result(work())
        except Exception as problem:
            done.set_exception(problem)
        return done

    def close(self) -> None:
        """End when what was begun is done."""


class ThreadStudio(Studio):
    """The same in a thread of its own. Whatever uses Pango or the pictures is done here and nowhere else: neither may be shared."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, "studio", initializer=self._here)
        self._thread: int | None = None

    def now(self, work: Callable[[], Made]) -> Made:
        """Do *work* after what was begun already."""
        return work() if threading.get_ident() == self._thread else self._pool.submit(work).result()

    def ahead(self, work: Callable[[], Made]) -> "Future[Made]":
        """Begin it when everything before it is done."""
        return self._pool.submit(work)

    def close(self) -> None:
        """Wait for what is being done, and leave undone what was not begun."""
        self._pool.shutdown(cancel_futures=True)

    def _here(self) -> None:
        self._thread = threading.get_ident()


class Ahead(Generic[Key, Made]):
    """What will be needed next, made before its moment; and everything else made when it is needed.

    At most one thing is being made at any time, so that what is needed now never waits for more than one.
    """

    def __init__(self, studio: Studio, make: Callable[[Key], Made]) -> None:
        self._studio, self._make = studio, make
        self._ready: list[tuple[Key, Made]] = []
        self._making: tuple[Key, Future[Made]] | None = None

    def want(self, keys: Sequence[Key]) -> None:
        """Make these, the first ones first, and forget all others; call it again and again."""
        self._collect()
        self._ready = [(key, made) for key, made in self._ready if key in keys]
        if self._making is None and (missing := [key for key in keys if self.ready(key) is None]):
            key = missing[0]
            self._making = (key, self._studio.ahead(lambda: self._make(key)))

    def ready(self, key: Key) -> Made | None:
        """What was made for *key*, if it is there already."""
        self._collect()
        return next((made for each, made in self._ready if each == key), None)

    def take(self, key: Key) -> Made:
        """What was made for *key*, or is made now; what its making raises is raised here."""
        made = self.ready(key)
        if made is None and self._making is not None and self._making[0] == key:
            made = self._making[1].result()
        return self._studio.now(lambda: self._make(key)) if made is None else made

    def _collect(self) -> None:
        if self._making is None or not self._making[1].done():
            return
        (key, future), self._making = self._making, None
        # What cannot be drawn is found out when it is needed, and told then.
        if not isinstance(problem := future.exception(), PageUndrawable):
            if problem is not None:
                raise problem
            self._ready.append((key, future.result()))
