"""The count that is printed at the end: how many cuts, and what was found unreadable, lost or wrong after them."""

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.powercuts.checks import Lost, Wrong


@dataclass
class Tally:
    """One workload's cuts; *problems* says of the first few what was found."""

    title: str
    cuts: int = 0
    unreadable: int = 0
    lost: int = 0
    wrong: int = 0
    problems: list[str] = field(default_factory=list)

    def count(self, check: Callable[[], None], where: str) -> None:
        """Make one check; *where* tells a reader of a failure how to come back to it."""
        self.cuts += 1
        try:
            check()
        except Lost as problem:
            self.lost += 1
            self._keep(f"{where}: lost: {problem}")
        except Wrong as problem:
            self.wrong += 1
            self._keep(f"{where}: wrong: {problem}")
        except Exception as problem:  # whatever a reader of ours could not cope with
            self.unreadable += 1
            self._keep(f"{where}: unreadable: {problem!r}")

    @property
    def clean(self) -> bool:
        return not self.unreadable + self.lost + self.wrong

    def __str__(self) -> str:
        return f"{self.title}: {self.cuts} cuts, {self.unreadable} unreadable, {self.lost} lost, {self.wrong} wrong"

    def _keep(self, problem: str) -> None:
        if len(self.problems) < 5:
            self.problems.append(problem)
