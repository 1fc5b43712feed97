"""The day's data budget: alerts always, the rest within its limit, and neither a restart nor a clock gives anything back."""

from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.budget import DAY, MB, Spent, at, counted, left
from agent.pull import DirectorySource, Metered, check_channel
from agent.pull.metered import REQUEST
from agent.purse import Purse
from bundle.base import BulletinClass
from bundle.items import Notice, Wording
from bundle.trust import Target
from device.clock import ManualClock
from device.errors import OverBudget
from device.paths import Paths
from device.settings import DataBudget
from director.moment import Moment
from evidence.records import ClockState
from tests.simulators.content import CHANNEL, PROVENANCE, flood_alert, picture_of, small_bundle
from tests.simulators.publisher import START, Publisher

NOON = datetime(2027, 5, 3, 5, 0, tzinfo=UTC)
LIMITED = DataBudget(routine_mb=1, priority_mb=2)
CLASSES = tuple(BulletinClass)
steps = st.lists(
    st.tuples(st.sampled_from(CLASSES), st.integers(0, MB), st.floats(0, 7200), st.sampled_from(ClockState), st.integers(0, 3)), max_size=60
)


@given(steps)
def test_within_one_day_no_class_exceeds_its_limit_by_more_than_one_step_whatever_the_clock_and_the_boots(steps) -> None:
    """What the unit calls one day never gives more than the budget: it ends only by the date or by 24 hours."""
    spent, mono, wall = Spent(), 0.0, NOON
    fetched, days = dict.fromkeys(CLASSES, 0), 1
    for bulletin_class, size, seconds, state, boot in steps:
        mono, wall = mono + seconds, wall + timedelta(seconds=seconds)
        before = spent
        spent = at(spent, Moment(wall, state, f"boot-{boot}", mono))
        days += spent.total < before.total
        if left(LIMITED, spent, bulletin_class) != 0:
            spent = counted(spent, bulletin_class, size)
            fetched[bulletin_class] += size
    assert days <= 2 + 2 * ((wall - NOON) / timedelta(days=1)), "a midnight and 24 unknown hours, each ends one"
    assert fetched[BulletinClass.ROUTINE] <= days * 2 * MB
    assert fetched[BulletinClass.PRIORITY] <= days * 3 * MB


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_an_emergency_is_never_held_back(routine: int, always: int) -> None:
    assert left(LIMITED, Spent(routine=routine, priority=routine, always=always), BulletinClass.EMERGENCY) is None


@given(st.sampled_from(CLASSES), st.integers(0, 10**12))
def test_without_a_budget_nothing_is_held_back(bulletin_class: BulletinClass, size: int) -> None:
    assert left(DataBudget(), counted(Spent(), bulletin_class, size), bulletin_class) is None


def test_the_day_ends_at_local_midnight_while_the_clock_is_known() -> None:
    late = datetime(2027, 5, 3, 16, 59, tzinfo=UTC)  # 23:59 in the village
    spent = counted(at(Spent(), Moment(late, ClockState.TRUSTED, "boot-1", 1.0)), BulletinClass.ROUTINE, MB)
    assert at(spent, Moment(late + timedelta(seconds=59), ClockState.HOLDOVER, "boot-1", 60.0)).routine == MB
    assert at(spent, Moment(late + timedelta(seconds=61), ClockState.TRUSTED, "boot-1", 62.0)).routine == 0


def test_under_an_unknown_clock_it_ends_after_24_hours_and_a_restart_begins_them_anew() -> None:
    spent = counted(at(Spent(), Moment(NOON, ClockState.UNKNOWN, "boot-1", 1000.0)), BulletinClass.ROUTINE, MB)
    assert at(spent, Moment(NOON + timedelta(days=9), ClockState.UNKNOWN, "boot-1", 1000.0 + DAY - 1)).routine == MB
    assert at(spent, Moment(NOON, ClockState.UNKNOWN, "boot-1", 1000.0 + DAY)).routine == 0
    again = at(spent, Moment(NOON, ClockState.UNKNOWN, "boot-2", 5.0))
    assert again.routine == MB
    assert at(again, Moment(NOON, ClockState.UNKNOWN, "boot-2", 5.0 + DAY)).routine == 0


def test_a_clock_that_becomes_known_gives_nothing_back() -> None:
    spent = counted(at(Spent(), Moment(NOON, ClockState.UNKNOWN, "boot-1", 1.0)), BulletinClass.ROUTINE, MB)
    known = at(spent, Moment(NOON, ClockState.TRUSTED, "boot-1", 2.0))
    assert (known.routine, str(known.day)) == (MB, "2027-05-03")


async def test_the_count_survives_a_restart_and_is_written_once_a_megabyte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock, paths = ManualClock.at(NOON), Paths(tmp_path)
    purse = Purse(paths, LIMITED, clock)
    written: list[int] = []
    real = Purse._write
    monkeypatch.setattr(Purse, "_write", lambda self, spent: (written.append(spent.total), real(self, spent)))
    for _ in range(100):
        await purse.spend(BulletinClass.PRIORITY, 30_000)
    assert len(written) <= 4
    with pytest.raises(OverBudget, match="tomorrow"):
        purse.ask(BulletinClass.PRIORITY)
    again = Purse(paths, LIMITED, clock)
    assert again.spent.total >= 2 * MB
    with pytest.raises(OverBudget):
        again.ask(BulletinClass.PRIORITY)
    again.ask(BulletinClass.ROUTINE)
    again.ask(BulletinClass.EMERGENCY)
    purse.keep()
    assert Purse(paths, LIMITED, clock).spent.total == 3 * MB
    clock.advance(DAY)
    Purse(paths, LIMITED, clock).ask(BulletinClass.PRIORITY)


async def test_without_a_budget_the_card_is_not_written(tmp_path: Path) -> None:
    purse = Purse(Paths(tmp_path), DataBudget(), ManualClock.at(NOON))
    await purse.spend(BulletinClass.ROUTINE, 10**9)
    purse.keep()
    assert not Paths(tmp_path).state.exists()


@pytest.mark.parametrize("raw", [b"", b"torn", b'{"format":1,"routine":-5}', b"[]"])
def test_a_count_that_cannot_be_read_begins_anew(tmp_path: Path, raw: bytes) -> None:
    paths = Paths(tmp_path)
    paths.data_budget.parent.mkdir(parents=True)
    paths.data_budget.write_bytes(raw)
    assert Purse(paths, LIMITED, ManualClock.at(NOON)).spent.total == 0


class Watched:
    """A directory source that keeps the order of what was asked."""

    def __init__(self, folder: Path) -> None:
        self.inner, self.asked = DirectorySource(folder), list[str]()
        self.label = self.inner.label

    @asynccontextmanager
    async def open(self, path, offset=0, tag=None):
        self.asked.append(path)
        async with self.inner.open(path, offset, tag) as stream:
            yield stream

    def blobs(self) -> list[str]:
        return [path.rpartition("/")[2] for path in self.asked if path.startswith("blobs/")]


class Unit:
    """A unit on a metered link."""

    def __init__(self, tmp_path: Path, budget: DataBudget) -> None:
        self.publisher = Publisher(tmp_path / "publisher", [CHANNEL])
        self.paths, self.clock = Paths(tmp_path / "unit"), ManualClock.at(START)
        self.source = Watched(self.publisher.site)
        self.purse = Purse(self.paths, budget, self.clock)

    def publish(self, **blobs: bytes) -> None:
        """A bundle with one notice of each class named."""
        base = small_bundle(self.publisher.now)
        notices = tuple(
            Notice(
                id=name,
                provenance=PROVENANCE,
                bulletin_class=BulletinClass(name),
                versions=(Wording(language="vi", title=name, body="."),),
                pictures=(picture_of(blob),),
            )
            for name, blob in blobs.items()
        )
        self.publisher.release_bundle(CHANNEL, base.model_copy(update={"notices": notices}), blobs.values())

    async def look(self, metered: bool = True):
        source = Metered(self.source, self.purse) if metered else self.source
        self.source.asked.clear()
        return await check_channel(source, self.paths, CHANNEL, self.publisher.root_bytes, self.clock.now())


BIG, BIGGER = bytes(1_500_000), bytes(1_600_000)


async def test_what_is_urgent_is_fetched_first_and_the_rest_waits_for_the_next_day(tmp_path: Path) -> None:
    unit = Unit(tmp_path, LIMITED)
    unit.publish(routine=BIG, priority=b"priority", emergency=b"emergency")
    with pytest.raises(OverBudget):
        await unit.look()
    assert unit.source.blobs() == [picture_of(blob).sha256 for blob in (b"emergency", b"priority", BIG)]
    assert unit.purse.spent.routine <= MB + 256 * 1024 + REQUEST, "it stops in the middle of a blob"
    with pytest.raises(OverBudget):
        await unit.look()
    assert unit.source.blobs() == [], "nothing more is even asked for"
    assert not (unit.paths.shelf / CHANNEL / f"{Target.BUNDLE}.pack").exists(), "not on air until whole"
    unit.clock.advance(DAY)
    before = unit.purse.spent.total
    assert (await unit.look()).fresh == (Target.BUNDLE,)
    assert unit.purse.spent.total - before < MB, "the half is resumed"


async def test_a_spent_budget_holds_up_no_alert_and_no_stop(tmp_path: Path) -> None:
    unit = Unit(tmp_path, LIMITED)
    unit.publish(routine=BIGGER)
    with pytest.raises(OverBudget):
        await unit.look()
    unit.publisher.release_alerts(CHANNEL, flood_alert(unit.publisher.now, speech=BIG), [BIG])
    with pytest.raises(OverBudget):
        await unit.look()
    assert (unit.paths.shelf / CHANNEL / f"{Target.ALERTS}.pack").exists()
    assert picture_of(BIG).sha256 in unit.source.blobs()
    assert unit.purse.spent.always > len(BIG)


async def test_a_road_that_costs_nothing_is_not_counted(tmp_path: Path) -> None:
    unit = Unit(tmp_path, LIMITED)
    unit.publish(routine=BIGGER)
    assert (await unit.look(metered=False)).fresh == (Target.BUNDLE,)
    assert unit.purse.spent.total == 0
