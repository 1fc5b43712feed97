"""What is being written when the power goes: each workload says on stdout, line by line, what it was promised.

A program on a real card is dead at the cut. Here it lives on, in a file system that was shut down but may still answer a sync
with success; so it looks whether its card lives before it says anything, and what it says is true.
"""

import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from tinydb import TinyDB

from agent.outbox import Outbox
from device.durable import DurableStorage, replace
from device.journal import JournalWriter
from evidence.records import AlertSeen, ClockState, Stamp


def stamp(boot: str) -> Stamp:
    return Stamp(wall=datetime(2026, 11, 21, tzinfo=UTC), state=ClockState.TRUSTED, boot=boot, mono=1.0)


def line(number: int, boot: str) -> AlertSeen:
    return AlertSeen(n=0, at=stamp(boot), identity=f"{number}", channel="vn.20")


def body(number: int) -> bytes:
    """A document that shows whether it is whole."""
    return f"{number:08d}".encode() * 2000


def replaces(folder: Path) -> Iterator[int]:
    for number in count(1):
        replace(folder / "document", body(number))
        yield number


def readable_state(folder: Path) -> Iterator[int]:
    for number in count(1):
        with TinyDB(folder / "unit.json", storage=DurableStorage) as database:
            database.update({"number": number}) if len(database) else database.insert({"number": number})
        yield number


def synced_lines(folder: Path) -> Iterator[int]:
    writer = JournalWriter(folder / "journal", boot="before")
    while True:
        yield writer.write(line(0, "before"), sync=True).n


def mixed_lines(folder: Path) -> Iterator[int]:
    """Every tenth line is synced; only those are promised, but every number may have been read by somebody."""
    writer = JournalWriter(folder / "journal", boot="before")
    for number in count(1):
        written = writer.write(line(0, "before"), sync=number % 10 == 0)
        yield written.n


def outbox(folder: Path) -> Iterator[int]:
    with Outbox(folder / "outbox.db") as box:
        for number in count(1):
            box.put(f"report {number}", "before", number, {"display": number})
            yield number


WORKLOADS: dict[str, Callable[[Path], Iterator[int]]] = {
    function.__name__: function for function in (replaces, readable_state, synced_lines, mixed_lines, outbox)
}


def main(workload: str, folder: Path) -> None:
    """Work until the card is gone; opening a file there fails from then on."""
    alive = folder / "alive"
    alive.touch()
    for promised in WORKLOADS[workload](folder):
        alive.open("rb").close()
        sys.stdout.write(f"{promised}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
