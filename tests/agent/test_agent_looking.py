"""Looks at a channel with a real tree and a real shelf: when what lies on the card is hashed again."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from agent.looking import Looks
from agent.permits import Permits
from agent.pull import DirectorySource
from agent.pull.source import Stream
from agent.roads import Roads
from agent.upgrading import Upgrading
from bundle.asset import blob_path
from device.clock import ManualClock
from device.errors import Unreachable
from device.faults import Faults
from device.paths import Paths
from tests.agent.unit_under_test import record, writer
from tests.simulators.content import CHANNEL, picture_of, small_bundle
from tests.simulators.publisher import Publisher

PICTURE = b"picture"


class Road(DirectorySource):
    """A tree; *meanwhile* happens when something of it is opened."""

    meanwhile: Callable[[], None] = staticmethod(lambda: None)

    @asynccontextmanager
    async def open(self, path: str, offset: int = 0, tag: str | None = None) -> AsyncIterator[Stream | None]:
        self.meanwhile()
        async with super().open(path, offset, tag) as stream:
            yield stream


class Unit:
    def __init__(self, folder: Path, publisher: Publisher) -> None:
        self.road, self.paths = Road(publisher.site), Paths(folder)
        clock = ManualClock.at(publisher.now)
        faults = Faults(self.paths.journal("agent"), writer(self.paths, "agent"))
        who, root = record("http://127.0.0.1:9"), publisher.root_bytes
        upgrading = Upgrading(self.paths, who, root, Permits(self.paths, who), clock.now)
        self.looks = Looks(self.paths, (CHANNEL,), root, Roads(self.road), clock, faults, lambda: None, upgrading)

    @property
    def picture(self) -> Path:
        return self.paths.shelf / blob_path(picture_of(PICTURE).sha256)

    async def look(self) -> None:
        await self.looks.look(CHANNEL, None)


@pytest.fixture
async def unit(tmp_path: Path) -> Unit:
    publisher = Publisher(tmp_path / "publisher", [CHANNEL])
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now, pictures=(PICTURE,)), [PICTURE])
    made = Unit(tmp_path / "unit", publisher)
    await made.look()
    made.picture.write_bytes(b"rotten!")
    return made


async def test_what_stands_is_hashed_at_the_first_look_and_when_it_is_in_doubt(unit: Unit) -> None:
    await unit.look()
    assert unit.picture.read_bytes() == b"rotten!", "a look with nothing new costs no reading of the card"
    unit.looks.doubt(CHANNEL)
    await unit.look()
    assert unit.picture.read_bytes() == PICTURE


async def test_a_doubt_that_comes_up_during_a_look_is_for_the_next_one(unit: Unit) -> None:
    unit.road.meanwhile = lambda: unit.looks.doubt(CHANNEL)
    await unit.look()
    unit.road.meanwhile = lambda: None
    await unit.look()
    assert unit.picture.read_bytes() == PICTURE


async def test_a_look_that_came_to_nothing_hashed_nothing(unit: Unit) -> None:
    def away() -> None:
        raise Unreachable("away")

    unit.looks.doubt(CHANNEL)
    unit.road.meanwhile = away
    with pytest.raises(Unreachable):
        await unit.look()
    unit.road.meanwhile = lambda: None
    await unit.look()
    assert unit.picture.read_bytes() == PICTURE
