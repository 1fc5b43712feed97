"""The studio: where pages are laid out and painted ahead of their moment; what is needed now is made by whoever needs it."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Generic, TypeVar

from display.errors import PageUndrawable

Key = TypeVar("Key")
Made = TypeVar("Made")


class Coming(Generic[Made]):
    """What was ordered ahead: *work* done in its turn, or at once by whoever needs it before its turn has come."""

    def __init__(self, work: Callable[[], Made], future: "Future[Made]") -> None:
        self._work, self._future = work, future

    @property
    def done(self) -> bool:
        """Whether its result is there, or the error that its making raised."""
        return self._future.done()

    def result(self) -> Made:
        """What was made, waited for only if it is just being made; what its making raised is raised here."""
        return self._work() if self._future.cancel() else self._future.result()

    def given_up(self) -> bool:
        """Nobody needs it any more: true if it was not begun, and then never will be."""
        return self._future.cancel()


class Studio:
    """Makes at once what is ordered ahead: for whoever only wants a picture and has nothing to keep running."""

    def ahead(self, work: Callable[[], Made]) -> Coming[Made]:
        """Begin *work* as soon as there is time; its errors are those of its result."""
        done: Future[Made] = Future()
        try:
            done.set_result(work())
        except Exception as problem:
            done.set_exception(problem)
        return Coming(work, done)

    def close(self) -> None:
        """End when what was begun is done."""


class ThreadStudio(Studio):
    """The same in a thread of its own, one thing after the other.

    Whoever needs something now makes it in his own thread beside it, so whatever uses Pango, cairo or the pictures must keep
    their objects apart for each thread.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, "studio")

    def ahead(self, work: Callable[[], Made]) -> Coming[Made]:
        """Begin it when everything before it is done."""
        return Coming(work, self._pool.submit(work))

    def close(self) -> None:
        """Wait for what is being done, and leave undone what was not begun."""
        self._pool.shutdown(cancel_futures=True)


class Ahead(Generic[Key, Made]):
    """What will be needed next, made before its moment; and everything else made when it is needed, by whoever needs it.

    At most one thing is ordered at any time, and only who needs just that thing waits for it.
    """

    def __init__(self, studio: Studio, make: Callable[[Key], Made]) -> None:
        self._studio, self._make = studio, make
        self._ready: list[tuple[Key, Made]] = []
        self._making: tuple[Key, Coming[Made]] | None = None

    def want(self, keys: Sequence[Key]) -> None:
        """Make these, the first ones first, and forget all others; call it again and again."""
        self._collect()
        self._ready = [(key, made) for key, made in self._ready if key in keys]
        if self._making is not None and self._making[0] not in keys and self._making[1].given_up():
            self._making = None
        if self._making is None and (missing := [key for key in keys if self.ready(key) is None]):
            key = missing[0]
            self._making = (key, self._studio.ahead(lambda: self._make(key)))

    def ready(self, key: Key) -> Made | None:
        """What was made for *key*, if it is there already."""
        self._collect()
        return next((made for each, made in self._ready if each == key), None)

    def take(self, key: Key) -> Made:
        """What was made for *key*, or is made now; what its making raises is raised here."""
        if (made := self.ready(key)) is not None:
            return made
        if self._making is None or self._making[0] != key:
            return self._make(key)
        (_, coming), self._making = self._making, None
        return coming.result()

    def _collect(self) -> None:
        if self._making is None or not self._making[1].done:
            return
        (key, coming), self._making = self._making, None
        # What cannot be drawn is found out when it is needed, and told then.
        with suppress(PageUndrawable):
            self._ready.append((key, coming.result()))
