"""What is being written when the power goes: each workload counts on stdout, line by line, what it was promised.

A program on a real card is dead at the cut. Here it lives on, in a file system that was shut down but may still answer a sync
with success; so it looks whether its card lives before it says anything, and what it says is true.
"""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from tinydb import TinyDB

from agent.outbox import Outbox
from agent.pull import DirectorySource, Stream, check_channel, fetch_blob, sweep
from agent.pull.shelving import pack_path
from bundle.asset import blob_path
from bundle.trust import Target
from device import journal
from device.durable import DurableStorage, make_folder, replace
from device.errors import Unreachable
from device.journal import JournalWriter
from device.paths import Paths
from device.shelf import Shelf
from device.unit import write_unit
from evidence.records import AlertSeen, ClockState, Stamp
from tests.agent.unit_under_test import record
from tests.powercuts.careless import CARELESS
from tests.powercuts.releases import MANY, NOW, SITE, Releases, picture
from tests.simulators.content import CHANNEL, picture_of

SYNCED_EVERY = 10
RESTARTED_EVERY = 7
JOURNAL_SEGMENT = 3000
"""Small, so that a cut meets the change from one segment to the next as well."""


def stamp(boot: str) -> Stamp:
    return Stamp(wall=datetime(2026, 11, 21, tzinfo=UTC), state=ClockState.TRUSTED, boot=boot, mono=1.0)


def line(number: int, boot: str) -> AlertSeen:
    return AlertSeen(n=0, at=stamp(boot), identity=f"{number}", channel="vn.20")


def body(number: int) -> bytes:
    """A document that shows whether it is whole."""
    return f"{number:08d}".encode() * 2000


def durable_write(folder: Path, releases: Releases) -> Iterator[int]:
    for number in count(1):
        replace(folder / "document", body(number))
        yield number


def readable_state(folder: Path, releases: Releases) -> Iterator[int]:
    for number in count(1):
        with TinyDB(folder / "state.json", storage=DurableStorage) as database:
            database.update({"number": number}) if len(database) else database.insert({"number": number})
        yield number


def unit_json(folder: Path, releases: Releases) -> Iterator[int]:
    enrolment = record("https://registry.example")
    for number in count(1):
        write_unit(Paths(folder), enrolment.model_copy(update={"place_name": f"{number}"}))
        yield number


def journal_synced(folder: Path, releases: Releases) -> Iterator[int]:
    writer = JournalWriter(folder / "journal", boot="before")
    while True:
        yield writer.write(line(0, "before"), sync=True).n + 1


def journal_mixed(folder: Path, releases: Releases) -> Iterator[int]:
    """Only every tenth line is synced and so promised, but every number that is said may have been read by somebody."""
    return _lines(JournalWriter(folder / "journal", boot="before"))


def journal_ram(folder: Path, releases: Releases) -> Iterator[int]:
    """The same where lines wait for their sync in a RAM that the cut takes too, as the board's do."""
    return _lines(JournalWriter(folder / "journal", boot="before", ram=releases.ram))


def _lines(writer: JournalWriter) -> Iterator[int]:
    for number in count(1):
        writer.write(line(0, "before"), sync=number % SYNCED_EVERY == 0)
        yield number


def outbox(folder: Path, releases: Releases) -> Iterator[int]:
    """The agent starts again now and then: SQLite then folds its log into the file, and makes a new log."""
    numbers = count(1)
    while True:
        with Outbox(folder / "outbox.db") as box:
            for number in (next(numbers) for _ in range(RESTARTED_EVERY)):
                box.put(f"report {number}", "before", number, {"display": number})
                yield number


def shelf_commit(folder: Path, releases: Releases) -> Iterator[int]:
    """Release after release through the agent's own check; old blobs are swept."""
    paths, source = Paths(folder), DirectorySource(releases.tree)
    for number in range(1, MANY + 1):
        releases.announce(number)
        checked = asyncio.run(check_channel(source, paths, CHANNEL, releases.root, NOW))
        if Target.BUNDLE in checked.fresh:
            sweep(paths.shelf)
            yield number


class FlappingSource:
    """Gives any picture in small chunks; *breaks* is after how many of them the link is cut, if at all."""

    label = "flapping/"

    def __init__(self) -> None:
        self.blob = b""
        self.breaks: int | None = None

    @asynccontextmanager
    async def open(self, path: str, offset: int = 0, tag: str | None = None) -> AsyncIterator[Stream | None]:
        yield Stream(offset, "the same for ever", self._chunks(offset))

    async def _chunks(self, offset: int) -> AsyncIterator[bytes]:
        for sent, at in enumerate(range(offset, len(self.blob), 9000)):
            if sent == self.breaks:
                raise Unreachable("cut off")
            yield self.blob[at : at + 9000]


def blob_download(folder: Path, releases: Releases) -> Iterator[int]:
    """Each blob comes in two halves: the link breaks once."""
    source, shelf = FlappingSource(), Paths(folder).shelf
    for number in count(1):
        source.blob = picture(number)
        for source.breaks in (4, None):
            with contextlib.suppress(Unreachable):
                asyncio.run(fetch_blob(source, shelf, picture_of(source.blob)))
        yield number


def marks(folder: Path, releases: Releases) -> Iterator[int]:
    """A worker accepts version after version; the agent who offers them is careless about their packs."""
    worker = Shelf(Paths(folder), "display", releases.root)
    offered = pack_path(Paths(folder).shelf, CHANNEL, Target.BUNDLE)
    for number in range(1, MANY + 1):
        offer(Paths(folder), picture(number), releases.pack(number))
        cell = worker.programme(SITE, NOW).cell(CHANNEL)
        assert cell, offered
        assert cell.bundle, offered
        yield int(cell.bundle.notices[0].versions[0].title)


def earlier_lists(folder: Path, releases: Releases) -> Iterator[int]:
    """A worker accepts list after list, of which each leaves out the alert of the one before: absence never cancels."""
    worker = Shelf(Paths(folder), "display", releases.root)
    for number in range(1, MANY + 1):
        put_carelessly(Paths(folder), Target.ALERTS, releases.pack(number, Target.ALERTS))
        cell = worker.programme(SITE, NOW).cell(CHANNEL)
        assert cell, number
        assert cell.alerts, number
        yield int(cell.alerts.alerts[0].identifier.removeprefix("lu-"))


def offer(paths: Paths, blob: bytes, pack: bytes) -> None:
    """Put a blob on the shelf as it should be, and a pack without any care for the card."""
    replace(paths.shelf / blob_path(picture_of(blob).sha256), blob)
    put_carelessly(paths, Target.BUNDLE, pack)


def put_carelessly(paths: Paths, target: Target, pack: bytes) -> None:
    """Put a pack on the shelf as one does who knows nothing of power cuts; the folders are there since the unit was installed."""
    path = pack_path(paths.shelf, CHANNEL, target)
    make_folder(path.parent)
    fresh = path.with_suffix(".offered")
    fresh.write_bytes(pack)
    fresh.replace(path)


Work = Callable[[Path, Releases], Iterator[int]]
WORKLOADS: tuple[Work, ...] = (
    shelf_commit,
    blob_download,
    outbox,
    journal_synced,
    journal_mixed,
    journal_ram,
    unit_json,
    marks,
    earlier_lists,
    durable_write,
    readable_state,
)


def _carelessly(write: Callable[[Path, bytes], None], folder: Path) -> Iterator[int]:
    for number in count(1):
        write(folder / "document", body(number))
        yield number


def start(workload: str, folder: Path, releases: Releases) -> Iterator[int]:
    """The workload of this name."""
    for write in CARELESS:
        if write.__name__ == workload:
            return _carelessly(write, folder)
    return next(work for work in WORKLOADS if work.__name__ == workload)(folder, releases)


def main(workload: str, folder: Path, releases: Path, most: int) -> None:
    """Work until *most* was promised, or until the card is gone; opening a file there fails from then on."""
    alive = folder / "alive"
    alive.touch()
    journal.SEGMENT_BYTES = JOURNAL_SEGMENT
    for promised in start(workload, folder, Releases(releases)):
        alive.open("rb").close()
        sys.stdout.write(f"{promised}\n")
        sys.stdout.flush()
        if promised >= most:
            return


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))
