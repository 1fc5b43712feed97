"""What is left to do: a pure judgement over the tasks of a unit and what was done of them, with no clock, file or person."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from provisioning.probe import Pair


@dataclass(frozen=True)
class Task:
    """One thing to be done, named *id*. *basis* is a digest of all on which its result depends: with another one it is done again.

    *needs* are the tasks that come before it, and after which it must be done again when they are.
    """

    id: str
    words: Pair
    basis: str
    needs: tuple[str, ...] = ()


class Result(Protocol):
    """What became of a task: the *n*th that was done here, on which *basis*, and whether it is *settled*."""

    @property
    def n(self) -> int:
        """Counts upwards over all that was done here."""
        ...

    @property
    def basis(self) -> str:
        """On what it depended."""
        ...

    @property
    def settled(self) -> bool:
        """Nothing was left to do about it."""
        ...


def plan(tasks: Iterable[Task], done: Mapping[str, Result]) -> tuple[Task, ...]:
    """The tasks that are left, each after those that it needs and else in the given order; none that is settled and still holds.

    A need that is none of *tasks* does not concern this unit. Raises ``ValueError`` for tasks that need each other.
    """
    ordered = _ordered({task.id: task for task in tasks})
    left: dict[str, Task] = {}
    for task in ordered:
        result = done.get(task.id)
        holds = result is not None and result.settled and result.basis == task.basis
        later = result is not None and any(need in done and done[need].n > result.n for need in task.needs)
        if not holds or later or any(need in left for need in task.needs):
            left[task.id] = task
    return tuple(left.values())


def _ordered(tasks: Mapping[str, Task]) -> list[Task]:
    ordered: dict[str, Task] = {}

    def take(task: Task, above: tuple[str, ...]) -> None:
        if task.id in above:
            raise ValueError(f"tasks need each other: {' → '.join((*above, task.id))}")
        for need in task.needs:
            if need in tasks:
                take(tasks[need], (*above, task.id))
        ordered.setdefault(task.id, task)

    for task in tasks.values():
        take(task, ())
    return list(ordered.values())
