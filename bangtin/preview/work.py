"""The same work on many things in several processes; one that kills its process costs only itself."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")


def each(work: Callable[[Task], Result], tasks: Sequence[Task], processes: int) -> Iterator[tuple[Task, Result | None]]:
    """Every task with what *work* made of it, in the order in which they end; ``None`` for one whose process died."""
    left = []
    with _pool(processes) as pool:
        begun: dict[Future[Result], Task] = {pool.submit(work, task): task for task in tasks}
        for ended in as_completed(begun):
            try:
                yield begun[ended], ended.result()
            # It takes all that waited with it: which of them it was shows when one is done at a time.
            except BrokenProcessPool:
                left.append(begun[ended])
    yield from _one_by_one(work, left)


def _one_by_one(work: Callable[[Task], Result], tasks: Sequence[Task]) -> Iterator[tuple[Task, Result | None]]:
    tasks = list(tasks)
    while tasks:
        with _pool(1) as pool:
            while tasks:
                task = tasks.pop(0)
                try:
                    yield task, pool.submit(work, task).result()
                except BrokenProcessPool:
                    yield task, None
                    break


def _pool(processes: int) -> ProcessPoolExecutor:
    # A fresh interpreter, not a copy of this one: a copy would hold the locks of threads that it does not have.
    return ProcessPoolExecutor(processes, get_context("spawn"))
