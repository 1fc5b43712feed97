"""Attack stories that end with the province's own command: `publish rotate online` brings every unit back, whatever it was shown."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agent.courier.importing import import_channel
from agent.courier.sentences import Import
from agent.pull import Checked, Source, check_channel
from agent.pull.floor import Floor
from bundle.trust import Target
from device.errors import Unreachable
from evidence.records import ClockState
from registry.trust.keys import KeyName, make_key
from registry.trust.online import Lifetimes
from registry.trust.proposal import compact
from registry.trust.roots import rotate_online
from registry.trust.site import Site
from tests.simulators.clocked import ClockedUnit
from tests.simulators.content import CHANNEL, flood_alert, small_bundle
from tests.simulators.publisher import START, Publisher

IN_2040 = datetime(2040, 2, 1, tzinfo=UTC)
NEXT_DAY = START + timedelta(days=1)
LONG = timedelta(days=365 * 20)
ABSURD = 2**31


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    made = Publisher(tmp_path / "publisher", ["vn.20", CHANNEL], times=Lifetimes(root=LONG, targets=LONG, role=LONG))
    made.release_bundle(CHANNEL, small_bundle(START, title="Tin thật"))
    return made


@pytest.fixture(params=[True, False], ids=["trusted clock", "unknown clock"])
async def unit(request: pytest.FixtureRequest, tmp_path: Path, publisher: Publisher) -> ClockedUnit:
    made = ClockedUnit(tmp_path / "unit", publisher, request.param)
    assert (await made.look()).refusals == ()
    return made


def thief(tmp_path: Path, publisher: Publisher, at: datetime) -> Path:
    """A tree of the thief's own, signed *at* that date with stolen keys and numbers that nothing honest reaches."""
    honest, now = publisher.tree, publisher.now
    publisher.tree, publisher.now = Site(shutil.copytree(honest.folder, tmp_path / "thief")), at
    publisher.fast_forward(CHANNEL, Target.BUNDLE, compact(small_bundle(START, title="Tin giả")), ABSURD)
    folder = publisher.tree.folder
    publisher.tree, publisher.now = honest, now
    return folder


def rotate(publisher: Publisher, at: datetime) -> None:
    """What the province types: `publish rotate online`."""
    publisher.now, publisher.times = at, Lifetimes()
    new = make_key(publisher.keys_folder, "online-2", "máy phát hành mới")
    rotate_online(publisher.tree, publisher.keys[KeyName.ROOT], new, at, publisher.times)
    publisher.keys[KeyName.ONLINE] = new


async def back_again(unit: ClockedUnit, publisher: Publisher, thieves: Path) -> None:
    """The unit obeys the province, and nothing of the thief's is taken any more."""
    assert unit.on_air() == "Tin thật"
    assert unit.floor == Floor(NEXT_DAY, 2)
    assert (unit.mark.epoch, unit.mark.version, unit.mark.issued) == (2, 1, NEXT_DAY)
    marks = unit.marks()
    assert (await unit.look(thieves)).refusals
    assert (unit.on_air(), unit.marks()) == ("Tin thật", marks)
    publisher.release_bundle(CHANNEL, small_bundle(START, title="Tin tiếp theo"))
    publisher.release_alerts(CHANNEL, flood_alert(NEXT_DAY))
    checked = await unit.look()
    assert (set(checked.fresh), checked.refusals) == ({Target.BUNDLE, Target.ALERTS}, ())
    assert (unit.on_air(), unit.mark.version) == ("Tin tiếp theo", 2)
    unit.reboot()
    assert unit.on_air() == "Tin tiếp theo"


async def test_numbers_that_nothing_honest_reaches(unit: ClockedUnit, publisher: Publisher, tmp_path: Path) -> None:
    thieves = thief(tmp_path, publisher, START + timedelta(hours=1))
    assert (await unit.look(thieves)).refusals == ()
    assert (unit.on_air(), unit.mark.version) == ("Tin giả", ABSURD)
    assert (await unit.look()).refusals, "what is right is a rollback now"
    unit.kernel.advance(86400)
    rotate(publisher, NEXT_DAY)
    assert (await unit.look()).refusals == ()
    await back_again(unit, publisher, thieves)


@pytest.mark.parametrize("network", [True, False])
async def test_numbers_and_dates_on_a_unit_without_a_clock(tmp_path: Path, publisher: Publisher, network: bool) -> None:
    unit = ClockedUnit(tmp_path / "unit", publisher, known=False)
    await unit.look()
    thieves = thief(tmp_path, publisher, IN_2040)
    assert (await unit.look(thieves)).refusals == ()
    assert (unit.on_air(), unit.now.wall) == ("Tin giả", IN_2040)
    if network:
        unit.network_time(NEXT_DAY)
        assert unit.state is ClockState.UNKNOWN
    rotate(publisher, NEXT_DAY)
    assert (await unit.look()).refusals == ()
    assert (unit.now.wall, unit.state) == (NEXT_DAY, ClockState.TRUSTED if network else ClockState.UNKNOWN)
    await back_again(unit, publisher, thieves)


async def test_a_date_of_2040_that_is_still_on_air_ages_nothing_of_today(tmp_path: Path, publisher: Publisher) -> None:
    """The alert came below the new key, the bundle has not come yet: the thief's date says no longer what time it is."""
    unit = ClockedUnit(tmp_path / "unit", publisher, known=False)
    await unit.look(thief(tmp_path, publisher, IN_2040))
    rotate(publisher, NEXT_DAY)
    publisher.release_alerts(CHANNEL, flood_alert(NEXT_DAY))
    for document in (publisher.site / "targets" / CHANNEL).glob("*.bundle.json"):
        document.unlink()
    with pytest.raises(Unreachable):
        await unit.look()
    assert unit.on_air() == "Tin giả"
    assert {programme.signed_until(CHANNEL) for programme in unit.programmes()} == {NEXT_DAY}


async def test_by_a_stick_where_no_network_reaches(unit: ClockedUnit, publisher: Publisher, tmp_path: Path) -> None:
    """The new timestamp counts from 1 again: that a number is lower says nothing of which stick is older."""

    async def plug(tree: Path, name: str) -> Import | None:
        stick = tmp_path / name
        shutil.copytree(tree, stick / "bangtin" / "content")

        async def look(channel: str, source: Source) -> Checked:
            return await check_channel(source, unit.paths, channel, publisher.root_bytes, unit.now)

        told, _ = await import_channel(stick, unit.paths, CHANNEL, unit.now, look)
        unit.programmes()
        return told

    before = shutil.copytree(publisher.site, tmp_path / "before")
    thieves = thief(tmp_path, publisher, START + timedelta(hours=1))
    assert await plug(thieves, "first") is Import.UPDATED
    assert unit.on_air() == "Tin giả"
    card = unit.card()
    assert await plug(before, "second") is Import.OLDER
    assert (unit.on_air(), unit.card()) == ("Tin giả", card)
    unit.kernel.advance(86400)
    rotate(publisher, NEXT_DAY)
    assert await plug(publisher.site, "third") is Import.UPDATED
    await back_again(unit, publisher, thieves)


async def test_a_unit_that_looks_in_the_middle_of_the_command_comes_back(unit: ClockedUnit, publisher: Publisher, tmp_path: Path) -> None:
    """Cut after every possible number of files: whatever of it a unit has seen, the finished command is obeyed."""
    thieves = thief(tmp_path, publisher, START + timedelta(hours=1))
    await unit.look(thieves)
    unit.kernel.advance(86400)
    before = {path.relative_to(publisher.site): path.read_bytes() for path in publisher.site.rglob("*") if path.is_file()}
    rotate(publisher, NEXT_DAY)
    after = {path.relative_to(publisher.site): path.read_bytes() for path in publisher.site.rglob("*") if path.is_file()}
    changed = sorted(
        (path for path in after if after[path] != before.get(path)), key=lambda path: (publisher.site / path).stat().st_mtime_ns
    )
    assert str(changed[-1]).endswith("timestamp.json")
    half = tmp_path / "half"
    shutil.copytree(publisher.site, half)
    for path in changed:
        (half / path).unlink()
    for path in (path for path in changed if path in before):
        (half / path).write_bytes(before[path])
    for path in changed:
        assert unit.on_air() == "Tin giả"
        assert (await unit.look(half)).refusals
        (half / path).write_bytes(after[path])
    assert (await unit.look(half)).refusals == ()
    await back_again(unit, publisher, thieves)
