"""The scrub: a blob that rots on the shelf is found, fetched again from any source, and never used or removed meanwhile."""

import asyncio
import os
from contextlib import asynccontextmanager
from errno import EIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.pull import DirectorySource, Scrub, scrub
from agent.pull.scrub import BYTES_PER_SECOND, FIRST, RETRY, ROUND, rest_after, wait
from bundle.asset import blob_path
from bundle.trust import Target
from device.errors import Unreachable
from device.faults import Faults
from device.journal import JournalWriter, read
from device.paths import Paths
from evidence.records import Fault, FaultCode
from tests.simulators.content import CHANNEL, picture_of, small_bundle
from tests.simulators.publisher import Publisher
from tests.simulators.village import Village

PICTURES = (b"first picture" * 500, b"second picture" * 500)


class NoRoad:
    """A source that cannot be reached."""

    label = "away/"

    @asynccontextmanager
    async def open(self, path, offset=0, tag=None):
        raise Unreachable("no link")
        yield


class Unit:
    """A village whose shelf is scrubbed; *rests* is how long it rested each time, and the only clock there is."""

    def __init__(self, village: Village, folder: Path) -> None:
        self.village, self.roads, self.rests, self.again = village, [NoRoad()], [], []
        self.journal = folder / "journal"
        self.faults = Faults(self.journal, JournalWriter(self.journal))
        paths = village.paths
        kept = (paths.kept("display"), paths.kept("audio"))
        root = village.publisher.root_bytes
        self.scrub = Scrub(paths, root, kept, lambda: self.roads, self.again.append, self.tell, lambda: sum(self.rests), self.rest)

    async def rest(self, seconds: float) -> None:
        self.rests.append(seconds)
        if sum(self.rests) > 3 * ROUND:
            raise asyncio.CancelledError

    def tell(self, damage: str) -> None:
        self.faults.standing(self.village.moment(), FaultCode.SHELF_DAMAGED, damage)

    def blob(self, content: bytes) -> Path:
        return self.village.paths.shelf / blob_path(picture_of(content).sha256)

    def told(self) -> list[tuple[FaultCode, bool]]:
        return [(line.code, line.active) for line in read(self.journal) if isinstance(line, Fault)]


def flip(path: Path) -> None:
    """One bit of the card, which changes neither size nor date."""
    before = path.stat()
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    with path.open("r+b") as file:
        file.write(raw)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.fixture
async def unit(tmp_path) -> Unit:
    publisher = Publisher(tmp_path / "publisher")
    village = Village(tmp_path, publisher)
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now, pictures=PICTURES), PICTURES)
    await village.look()
    assert village.on_air()[0]
    return Unit(village, tmp_path)


async def test_a_flipped_bit_is_found_and_fetched_again_from_whoever_has_it(unit: Unit) -> None:
    flip(unit.blob(PICTURES[0]))
    unit.roads.append(DirectorySource(unit.village.publisher.site))
    await unit.scrub.round()
    assert unit.blob(PICTURES[0]).read_bytes() == PICTURES[0]
    assert unit.told() == [(FaultCode.SHELF_DAMAGED, True), (FaultCode.SHELF_DAMAGED, False)], "a card that rots is worth a line"
    await unit.scrub.round()
    assert len(unit.told()) == 2


async def test_without_a_source_the_fault_stays_nothing_is_deleted_and_the_rest_stays_on_air(unit: Unit) -> None:
    worker = unit.village.worker
    assert worker.blob(picture_of(PICTURES[0])), "hashed while it was good"
    flip(unit.blob(PICTURES[0]))
    assert worker.blob(picture_of(PICTURES[0])), "nobody can see it from outside: that is why there is a scrub"
    await unit.scrub.round()
    assert unit.told() == [(FaultCode.SHELF_DAMAGED, True)]
    assert unit.blob(PICTURES[0]).exists()
    for reader in (worker, unit.village.new_worker()):
        assert unit.village.on_air()[0] == "Lịch tiêm chủng"
        assert reader.blob(picture_of(PICTURES[0])) is None
        assert reader.blob(picture_of(PICTURES[1]))
    unit.roads.append(DirectorySource(unit.village.publisher.site))
    await unit.scrub.repair()
    assert unit.told() == [(FaultCode.SHELF_DAMAGED, True), (FaultCode.SHELF_DAMAGED, False)]
    path = worker.blob(picture_of(PICTURES[0]))
    assert path is not None
    assert path.read_bytes() == PICTURES[0]


async def test_a_sector_that_cannot_be_read_is_damage_too(unit: Unit, monkeypatch) -> None:
    real = scrub._from_the_card

    def failing(path: Path):
        if path == unit.blob(PICTURES[1]):
            raise OSError(EIO, "Input/output error")
        yield from real(path)

    monkeypatch.setattr(scrub, "_from_the_card", failing)
    before = unit.blob(PICTURES[1]).stat().st_ino
    unit.roads.append(DirectorySource(unit.village.publisher.site))
    await unit.scrub.round()
    assert unit.blob(PICTURES[1]).stat().st_ino != before, "written anew, into other sectors"


async def test_a_blob_that_is_not_here_is_nobodys_damage(unit: Unit) -> None:
    unit.blob(PICTURES[0]).unlink()
    await unit.scrub.round()
    assert unit.told() == []


async def test_a_rotten_pack_or_generation_is_told_and_the_channel_looked_at_again(unit: Unit) -> None:
    pack = unit.village.pack(Target.BUNDLE)
    metadata = next(Paths(unit.village.paths.root).shelf.glob("*/metadata/gen-*/targets.json"))
    for path in (pack, metadata):
        good = path.read_bytes()
        path.write_bytes(good[:300] + b"\0" + good[301:])
        await unit.scrub.round()
        assert unit.again == [CHANNEL]
        assert unit.told()[-1] == (FaultCode.SHELF_DAMAGED, True)
        unit.again.clear()
        path.write_bytes(good)
        await unit.scrub.repair()
        assert unit.told()[-1] == (FaultCode.SHELF_DAMAGED, False)


async def test_a_fault_of_an_earlier_life_ends_with_the_first_good_round(unit: Unit) -> None:
    unit.tell("damaged, said before a restart")
    await unit.scrub.round()
    assert unit.told() == [(FaultCode.SHELF_DAMAGED, True), (FaultCode.SHELF_DAMAGED, False)]


async def test_rounds_come_once_a_week_and_slowly(unit: Unit) -> None:
    with pytest.raises(asyncio.CancelledError):
        await unit.scrub.run()
    assert unit.rests[0] == FIRST
    size = sum(map(len, PICTURES))
    assert sum(unit.rests[1:3]) == pytest.approx(size / BYTES_PER_SECOND)
    assert sum(unit.rests[1:4]) == pytest.approx(ROUND)


async def test_what_is_damaged_is_tried_again_until_it_is_good(unit: Unit) -> None:
    flip(unit.blob(PICTURES[0]))
    rest = unit.rest

    async def road_comes_back(seconds: float) -> None:
        await rest(seconds)
        if len(unit.rests) == 6:
            unit.roads.append(DirectorySource(unit.village.publisher.site))

    unit.scrub.rest = road_comes_back
    with pytest.raises(asyncio.CancelledError):
        await unit.scrub.run()
    assert unit.rests[3:6] == [RETRY] * 3
    assert unit.rests[6] > RETRY
    assert unit.blob(PICTURES[0]).read_bytes() == PICTURES[0]


@given(st.floats(0, 1e9), st.floats(0, 2e6), st.booleans())
def test_a_round_begins_when_it_is_due_and_a_repair_is_not_long_waited_for(began: float, passed: float, damaged: bool) -> None:
    found = wait(began + passed, began, damaged)
    assert 0 <= found <= (RETRY if damaged else ROUND)
    assert found > 0 or passed >= ROUND - 1
    assert rest_after(BYTES_PER_SECOND) == 1.0
