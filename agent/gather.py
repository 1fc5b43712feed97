"""From the journals of all programs to the lines of one report: in order, each once, holes named."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from agent.compose import ALERT
from device.journal import JournalReader, encode
from device.paths import JOURNALS, Paths
from evidence.records import (
    AlertSeen,
    Answered,
    Fault,
    Gap,
    JournalLine,
    OpenedOnSite,
    OrderSeen,
    Outcome,
    PageOpened,
    Shown,
    Sounded,
    StoppedOnSite,
    Upgraded,
)
from evidence.report import Journalled

MOST_LINES = 300
MOST_BYTES = 120_000
"""A report must pass the registry's cap signed, and a batch of lines must not occupy a thin link for minutes."""


@dataclass
class Gatherer:
    """Takes lines up where *taken* (the last line of each program in a report) ends."""

    paths: Paths
    taken: dict[str, int]
    _readers: dict[str, JournalReader] = field(default_factory=dict)

    def next_lines(self) -> tuple[Journalled, ...]:
        """The lines for one report, at most ``MOST_LINES`` and about ``MOST_BYTES``; a further call goes on after them."""
        found: list[Journalled] = []
        size = 0
        for program, lines in self._all():
            found += [Journalled(program=program, line=line) for line in lines]
            self.taken[program] = lines[-1].n
            size += sum(len(encode(line)) for line in lines)
            if len(found) >= MOST_LINES or size > MOST_BYTES:
                break
        return tuple(found)

    def go_back(self, program: str, after: int) -> None:
        """Take up again what the journal of *program* still holds after that line."""
        self.taken[program] = after
        self._readers.pop(program, None)

    def _all(self) -> Iterator[tuple[str, tuple[JournalLine, ...]]]:
        for program in JOURNALS:
            after = self.taken.get(program, -1)
            reader = self._readers.setdefault(program, JournalReader(self.paths.journal(program), after, exact=True))
            for line in reader.new():
                yield program, with_hole_named(line, self.taken.get(program, -1))


def with_hole_named(line: JournalLine, after: int) -> tuple[JournalLine, ...]:
    """*line*, and before it, when its number jumps, a ``Gap`` that names the missing ones.

    A rotten sector or a line of another release leaves a hole for ever; unnamed, it would hold up every later acknowledgement.
    """
    first = min(line.n, line.first) if isinstance(line, Gap) else line.n
    if first <= after + 1:
        return (line,)
    return Gap(n=after + 1, at=line.at, first=after + 1, last=first - 1), line


def urgent(line: JournalLine) -> bool:
    """Whether the registry should hear of it at once: alerts, faults, orders and what became of them, upgrades, what people did on site."""
    match line:
        case AlertSeen() | OrderSeen() | Answered() | Fault() | StoppedOnSite() | OpenedOnSite() | Upgraded() | PageOpened():
            return True
        case Sounded():
            return line.occurrence.startswith(ALERT)
        case Shown():
            # Only of an alert it is told when it begins to be shown.
            return line.outcome is Outcome.STARTED
        case _:
            return False
