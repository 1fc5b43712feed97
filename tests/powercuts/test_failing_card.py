"""A real card that is full, read-only or gone: what is on air stays, a new alert still comes through, and no program ends."""

import os
import subprocess
from errno import ENOSPC
from pathlib import Path

import pytest

from agent.pull import DirectorySource, Scrub, check_channel, sweep
from agent.session import _outbox
from device.clock import ManualClock
from device.durable import CARD_FAILS
from device.errors import ShelfFull
from device.faults import Faults
from device.happened import load_happened, retire
from device.journal import JournalWriter, read
from device.paths import Paths
from device.shelf import Shelf
from device.unit import read_unit, write_unit
from evidence.records import FaultCode
from tests.agent.unit_under_test import record
from tests.powercuts.card import Card
from tests.powercuts.checks import title
from tests.powercuts.releases import NOW, SITE, Releases
from tests.simulators.content import CHANNEL

pytestmark = pytest.mark.powercuts

CLOCK = ManualClock(NOW)


def fill(card: Card) -> None:
    with (card.mount_point / "filler").open("wb") as file:
        size, at = 1 << 28, 0
        while size:
            try:
                os.posix_fallocate(file.fileno(), at, size)
            except OSError as problem:
                if problem.errno != ENOSPC:
                    raise
                size //= 2
            else:
                at += size


def make_read_only(card: Card) -> None:
    """As the kernel does it when the card gives an error, also under the feet of those who write."""
    subprocess.run(["mount", "-o", "remount,abort,errors=remount-ro", str(card.mount_point)], check=True)
    with pytest.raises(OSError, match="Read-only"):
        (card.mount_point / "anything").touch()


def pull_out(card: Card) -> None:
    card.cut()


FAILURES = (fill, make_read_only, pull_out)


class Unit:
    """A unit whose state lies on a card and whose ``/run`` does not."""

    def __init__(self, folder: Path, card: Card, releases: Releases) -> None:
        self.card, self.releases, self.paths = card, releases, Paths(folder / "unit")
        self.paths.state.parent.mkdir(parents=True)
        self.paths.state.symlink_to(card.mount())

    async def look(self, number: int) -> None:
        self.releases.announce(number)
        await check_channel(DirectorySource(self.releases.tree), self.paths, CHANNEL, self.releases.root, NOW)

    def start(self) -> Shelf:
        return Shelf(self.paths, "display", self.releases.root)


def on_air(worker: Shelf) -> tuple[int, str]:
    cell = worker.programme(SITE, NOW).cell(CHANNEL)
    assert cell
    assert cell.alerts
    return title(cell), cell.alerts.alerts[0].identifier


@pytest.fixture
async def unit(tmp_path: Path, releases: Releases):
    if os.geteuid() != 0:
        pytest.fail("a failing card is a mounted file system: run this as root")
    card = Card(tmp_path)
    made = Unit(tmp_path, card, releases)
    write_unit(made.paths, record("https://registry.example"))
    for number in (1, 2):
        await made.look(number)
    yield made
    card.abandon()


@pytest.mark.parametrize("fails", FAILURES)
async def test_what_is_on_air_stays_and_a_new_alert_comes_through(unit: Unit, fails) -> None:
    worker = unit.start()
    assert on_air(worker) == (2, "lu-2")
    fails(unit.card)
    for _ in range(2):
        with pytest.raises((OSError, ShelfFull)) as failure:
            await unit.look(3)
        assert isinstance(failure.value, ShelfFull) or failure.value.errno in CARD_FAILS, "what the session answers with a fault"
        # Of a card that gives nothing back the agent cannot know any more what it may believe.
        assert on_air(worker) == (2, "lu-2" if fails is pull_out else "lu-3")


@pytest.mark.parametrize("fails", [fill, make_read_only])
async def test_a_worker_that_starts_then_shows_the_same(unit: Unit, fails) -> None:
    assert on_air(unit.start()) == (2, "lu-2")
    fails(unit.card)
    assert on_air(unit.start()) == (2, "lu-2")
    assert read_unit(unit.paths)


@pytest.mark.parametrize("started", ["before", "after"])
@pytest.mark.parametrize("fails", FAILURES)
async def test_journals_and_reports_end_no_program(unit: Unit, fails, started: str) -> None:
    folder = unit.paths.journal("display")
    writer = JournalWriter(folder) if started == "before" else None
    fails(unit.card)
    writer = writer or JournalWriter(folder)
    faults = Faults(folder, writer)
    for number in range(300):
        faults.raised(NOW, FaultCode.SHELF_FULL, f"{number} " + "x" * 1900)
    writer.sync()
    retire(unit.paths, "display", writer, CLOCK)
    writer.forget(250)
    load_happened(unit.paths, "display", CLOCK)
    lines = list(read(folder))
    assert [line.n for line in lines] == sorted({line.n for line in lines})
    writer.close()
    with _outbox(unit.paths.outbox) as box:
        assert box.taken() == {}


@pytest.mark.parametrize("fails", [make_read_only, pull_out])
async def test_the_scrub_and_the_sweep_go_on(unit: Unit, fails) -> None:
    fails(unit.card)
    told: list[str] = []

    async def rest(_: float) -> None:
        pass

    scrub = Scrub(unit.paths, unit.releases.root, (), lambda: (), lambda _: None, told.append, lambda: 0.0, rest)
    await scrub.round()
    assert bool(told[-1]) == (fails is pull_out), "a card that cannot be read is damage"
    sweep(unit.paths.shelf)
