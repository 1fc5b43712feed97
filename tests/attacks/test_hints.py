"""Attack stories about hints that carry files: nobody signed the hint, and what it carries is refused or taken by the one check."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from agent.looking import Looks
from agent.permits import Permits
from agent.pull import Checked, DirectorySource
from agent.pull.source import Stream
from agent.roads import Roads
from agent.upgrading import Upgrading
from agent.watching import ChannelWatch
from bundle.policy import StopList
from bundle.trust import Target
from bundle.trust.changed import files_since, roles_in, snapshot_path
from device.clock import ManualClock
from device.errors import Unreachable
from device.faults import Faults
from evidence.timing import Rhythm
from tests.agent.unit_under_test import record, writer
from tests.simulators.content import CHANNEL, flood_alert, small_bundle
from tests.simulators.live_registry import until
from tests.simulators.publisher import Publisher
from tests.simulators.village import Village

HONEST = ("Lịch tiêm chủng", ("lu-1",))
NEWER = ("Lịch tiêm chủng", ("lu-2",))
TIMESTAMP = f"metadata/{CHANNEL}/timestamp.json"
Files = dict[str, bytes]


class Gate:
    """Where a download hangs until it is opened."""

    def __init__(self) -> None:
        self.reached, self.open = asyncio.Event(), asyncio.Event()


@dataclass
class Counted(DirectorySource):
    """A tree that counts what is asked of it; *away*, it cannot be reached."""

    folder: Path
    asked: list[str] = field(default_factory=list)
    away: bool = False
    hang: Gate | None = None

    def __post_init__(self) -> None:
        super().__init__(self.folder)

    @asynccontextmanager
    async def open(self, path: str, offset: int = 0, tag: str | None = None) -> AsyncIterator[Stream | None]:
        self.asked.append(path)
        if self.away:
            raise Unreachable("mất mạng")
        if self.hang and path.startswith("blobs/"):
            self.hang.reached.set()
            await self.hang.open.wait()
        async with super().open(path, offset, tag) as stream:
            yield stream


class Unit:
    """The looks of the village's agent along one counted road."""

    def __init__(self, village: Village) -> None:
        paths, root = village.paths, village.publisher.root_bytes
        clock, who = ManualClock.at(village.publisher.now), record("http://127.0.0.1:9")
        upgrading = Upgrading(paths, who, root, Permits(paths, who), clock.now)
        self.road = Counted(village.publisher.site)
        faults = Faults(paths.journal("agent"), writer(paths, "agent"))
        self.looks = Looks(paths, (CHANNEL,), root, Roads(self.road), clock, faults, lambda: None, upgrading)

    async def hurry(self, files: Files) -> Checked:
        self.road.asked.clear()
        return (await self.looks.hurry(CHANNEL, files))[0]


@pytest.fixture
def unit(village: Village) -> Unit:
    return Unit(village)


def since(publisher: Publisher, before: bytes, channel: str = CHANNEL) -> Files:
    """What an honest registry carries to a unit that had the timestamp *before*."""

    def read(path: str) -> bytes | None:
        found = publisher.site / path
        return found.read_bytes() if found.is_file() else None

    held = read(snapshot_path(channel, before))
    assert held is not None
    return files_since(read, channel, roles_in(held), publisher.timestamp(channel))


def newer(publisher: Publisher, identifier: str = "lu-2") -> Files:
    before = publisher.timestamp(CHANNEL)
    publisher.release_alerts(CHANNEL, flood_alert(publisher.later(minutes=1), identifier=identifier))
    return since(publisher, before)


async def test_an_honest_hint_needs_nothing_of_the_network(publisher: Publisher, village: Village, unit: Unit) -> None:
    unit.road.away = True
    checked = await unit.hurry(newer(publisher))
    assert (checked.fresh, checked.refusals) == ((Target.ALERTS,), ())
    assert unit.road.asked == []
    assert village.on_air() == NEWER


async def test_a_unit_that_is_further_behind_asks_for_what_the_hint_lacks(publisher: Publisher, village: Village, unit: Unit) -> None:
    publisher.release_stop(CHANNEL, StopList(format=1, channel=CHANNEL))
    checked = await unit.hurry(newer(publisher))
    assert set(checked.fresh) == {Target.STOP, Target.ALERTS}
    assert len(unit.road.asked) == 2, "the role's metadata and the document, and nothing else"


async def test_the_road_fails_before_the_rest_and_takes_nothing_from_the_alert(publisher: Publisher, village: Village, unit: Unit) -> None:
    """A bundle is newer too, the hint carries the alert alone, and then the link is gone."""
    publisher.release_bundle(CHANNEL, small_bundle(publisher.later(minutes=1), title="Tin mới"))
    files, unit.road.away = newer(publisher), True
    assert (await unit.hurry(files)).fresh == (Target.ALERTS,)
    assert village.on_air() == NEWER


async def test_the_next_look_asks_for_the_root_that_the_hint_kept_quiet_about(publisher: Publisher, village: Village, unit: Unit) -> None:
    publisher.rotate_root()
    files = newer(publisher)
    await unit.hurry(files)
    assert not any("root" in path for path in unit.road.asked)
    await unit.looks.look(CHANNEL, files[TIMESTAMP])
    held = village.paths.shelf / CHANNEL / "metadata"
    assert list(held.glob("gen-*/root_history/2.root.json")), "although everything else was here"
    unit.road.asked.clear()
    await unit.looks.look(CHANNEL, files[TIMESTAMP])
    assert unit.road.asked == [], "once"


def garbage(files: Files) -> Files:
    return dict.fromkeys(files, b"\x00garbage" * 100)


def other_content(files: Files) -> Files:
    return {path: data.replace("Lũ".encode(), "Hạn".encode()) if path.startswith("targets/") else data for path, data in files.items()}


def other_snapshot(files: Files) -> Files:
    return {path: data.replace(b'"version":', b'"version": ') if "snapshot" in path else data for path, data in files.items()}


def forged_timestamp(files: Files) -> Files:
    return files | {TIMESTAMP: files[TIMESTAMP].replace(b'"x-issued":"20', b'"x-issued":"21')}


def endless_timestamp(files: Files) -> Files:
    return files | {TIMESTAMP: b" " * 100_000 + files[TIMESTAMP]}


def nothing_but_names(files: Files) -> Files:
    return dict.fromkeys(files, b"")


@pytest.mark.parametrize("spoil", [garbage, other_content, other_snapshot, forged_timestamp, endless_timestamp, nothing_but_names])
async def test_what_a_captured_registry_carries_is_refused_and_costs_no_more_than_a_look(
    publisher: Publisher, village: Village, unit: Unit, spoil: Callable[[Files], Files]
) -> None:
    honest = newer(publisher)
    checked = await unit.hurry(spoil(honest))
    assert checked.refusals
    assert not checked.fresh
    assert len(unit.road.asked) <= 1
    assert village.on_air() == HONEST
    # And it stands in nobody's way: the network brings what it kept away.
    assert (await unit.looks.look(CHANNEL, None)).fresh == (Target.ALERTS,)
    assert village.on_air() == NEWER


async def test_a_hint_of_an_earlier_state_takes_nothing_back(publisher: Publisher, village: Village, unit: Unit) -> None:
    old = newer(publisher)
    await unit.hurry(old)
    await unit.hurry(newer(publisher, "lu-3"))
    replayed = await unit.hurry(old)
    assert replayed.refusals
    assert not replayed.fresh
    assert unit.road.asked == []
    assert village.on_air() == ("Lịch tiêm chủng", ("lu-3",))


async def test_files_of_another_channel_under_this_ones_name_fill_no_cache(publisher: Publisher, village: Village, unit: Unit) -> None:
    before = publisher.timestamp("vn.20.06002")
    publisher.release_alerts("vn.20.06002", flood_alert(publisher.later(minutes=1), channel="vn.20.06002", identifier="khac"))
    foreign = since(publisher, before, "vn.20.06002")
    renamed = {path.replace("vn.20.06002", CHANNEL): data for path, data in foreign.items()}
    for files in (foreign, renamed):
        checked = await unit.hurry(files)
        assert not checked.fresh
    assert village.on_air() == HONEST
    await unit.hurry(newer(publisher))
    assert village.on_air() == NEWER


async def test_a_hint_cannot_slip_a_blob_or_a_bundle_in(publisher: Publisher, village: Village, unit: Unit) -> None:
    """Only what is urgent is looked at, whatever else lies in it."""
    before = publisher.timestamp(CHANNEL)
    publisher.release_bundle(CHANNEL, small_bundle(publisher.later(minutes=1), title="Tin mới"))
    files = {TIMESTAMP: publisher.timestamp(CHANNEL), snapshot_path(CHANNEL, publisher.timestamp(CHANNEL)): snapshot(publisher)}
    picture = hashlib.sha256(b"other").hexdigest()
    checked = await unit.hurry(files | {f"blobs/sha256/{picture[:2]}/{picture}": b"other"})
    assert (checked.fresh, checked.refusals, unit.road.asked) == ((), (), [])
    assert village.on_air() == HONEST
    assert since(publisher, before) == {}


def snapshot(publisher: Publisher) -> bytes:
    return (publisher.site / snapshot_path(CHANNEL, publisher.timestamp(CHANNEL))).read_bytes()


async def test_an_alert_that_is_hinted_at_waits_for_no_download_and_no_stick(publisher: Publisher, village: Village, unit: Unit) -> None:
    """A large picture is on its way and hangs, a stick waits behind it; the alert is on air all the same, and then the picture comes."""
    hanging = unit.road.hang = Gate()
    publisher.release_bundle(CHANNEL, small_bundle(publisher.later(minutes=1), title="Tin mới", pictures=(b"large",)), [b"large"])
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    watch = ChannelWatch(CHANNEL, Rhythm(86400, 0.0), unit.looks.look, unit.looks.hurry, lambda *_: told.set(), loop.time)
    running = [asyncio.ensure_future(watch.run())]
    watch.offer(None)
    async with asyncio.timeout(5):
        await hanging.reached.wait()
        running.append(asyncio.ensure_future(unit.looks.by_stick(CHANNEL, Counted(publisher.site))))
        files = newer(publisher)
        watch.hint(99, lambda: files)
        await until(lambda: village.on_air() == NEWER)
        hanging.open.set()
        await told.wait()
    assert village.on_air() == ("Tin mới", ("lu-2",))
    for task in running:
        task.cancel()
    await asyncio.wait(running)
