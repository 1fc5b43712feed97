"""Attack stories about time: a signing computer set to 2040, by mistake or by a thief, and how every unit finds back."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agent.pull.floor import Floor
from bundle.errors import Refused
from bundle.trust import Target
from evidence.records import ClockState
from registry.trust.online import Lifetimes
from registry.trust.proposal import compact
from tests.simulators.clocked import ClockedUnit
from tests.simulators.content import CHANNEL, small_bundle
from tests.simulators.publisher import START, Publisher

IN_2040 = datetime(2040, 2, 1, tzinfo=UTC)
LONG = timedelta(days=365 * 20)
NEXT_DAY = START + timedelta(days=1)


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    """A province whose offline signatures are good for so long that 2040 does not refute itself."""
    return honest(tmp_path, Lifetimes(root=LONG, targets=LONG, role=LONG))


def honest(tmp_path: Path, times: Lifetimes) -> Publisher:
    made = Publisher(tmp_path / "publisher", [CHANNEL], times=times)
    made.release_bundle(CHANNEL, small_bundle(START, title="Tin hôm nay"))
    return made


def release_in_2040(publisher: Publisher) -> None:
    publisher.release_bundle(CHANNEL, small_bundle(START, title="Tin năm 2040"), at=IN_2040)
    publisher.now = START


def release_next_day(publisher: Publisher) -> None:
    publisher.release_bundle(CHANNEL, small_bundle(START, title="Tin hôm sau"), at=NEXT_DAY)


async def deceived(tmp_path: Path, publisher: Publisher) -> ClockedUnit:
    """A unit without RTC and network, which has nothing to compare 2040 with."""
    unit = ClockedUnit(tmp_path / "unit", publisher, known=False)
    assert (await unit.look()).refusals == ()
    release_in_2040(publisher)
    assert (await unit.look()).refusals == ()
    return unit


async def test_a_unit_without_a_clock_believes_2040_and_keeps_what_it_shows(tmp_path: Path, publisher: Publisher) -> None:
    unit = await deceived(tmp_path, publisher)
    assert unit.on_air() == "Tin năm 2040"
    assert (unit.floor, unit.mark.issued, unit.mark.epoch) == (Floor(IN_2040, 1), IN_2040, 1)
    assert (unit.now.wall, unit.state) == (IN_2040, ClockState.UNKNOWN)
    release_next_day(publisher)
    card = unit.card()
    assert "expired" in str((await unit.look()).refusals), "what is right looks thirteen years old"
    assert unit.on_air() == "Tin năm 2040"
    assert unit.card() == card


async def test_network_time_alone_does_not_undo_it_and_says_so(tmp_path: Path, publisher: Publisher) -> None:
    """A signed date is not doubted for a clock's sake: whoever owns the network would otherwise turn back the time."""
    unit = await deceived(tmp_path, publisher)
    release_next_day(publisher)
    unit.network_time(NEXT_DAY)
    assert (unit.now.wall, unit.state) == (IN_2040, ClockState.UNKNOWN), "no routine sound, and the board says why"
    assert "expired" in str((await unit.look()).refusals)
    unit.restart()
    assert unit.on_air() == "Tin năm 2040"
    assert (unit.floor.time, unit.mark.issued) == (IN_2040, IN_2040)


@pytest.mark.parametrize("network", [True, False])
async def test_revoking_the_online_key_brings_everybody_back(tmp_path: Path, publisher: Publisher, network: bool) -> None:
    unit = await deceived(tmp_path, publisher)
    release_next_day(publisher)
    if network:
        unit.network_time(NEXT_DAY)
        await unit.look()
    publisher.times = Lifetimes()  # now a root of 2027 is long expired at the floor of 2040
    publisher.rotate_online()
    checked = await unit.look()
    assert (checked.fresh, checked.refusals) == ((Target.BUNDLE,), ())
    assert unit.on_air() == "Tin hôm sau"
    assert unit.floor == Floor(NEXT_DAY, 2)
    assert (unit.mark.epoch, unit.mark.root, unit.mark.issued) == (2, 2, NEXT_DAY)
    assert unit.generation() == {"root": 2, "timestamp": 1, "snapshot": 1, "targets": 1, "content": 3}
    assert unit.kept() == {publisher.pack(CHANNEL, Target.BUNDLE)}
    assert (unit.now.wall, unit.state) == (NEXT_DAY, ClockState.TRUSTED if network else ClockState.UNKNOWN)
    card, marks = unit.card(), unit.marks()
    unit.reboot()
    assert (unit.now.wall, unit.on_air()) == (NEXT_DAY, "Tin hôm sau")
    assert await unit.look() == type(checked)(CHANNEL)
    assert (unit.card(), unit.marks()) == (card, marks)


async def test_a_link_that_falls_right_after_the_root_changes_nothing_in_the_end(tmp_path: Path, publisher: Publisher) -> None:
    unit = await deceived(tmp_path, publisher)
    publisher.now, publisher.times = NEXT_DAY, Lifetimes()
    publisher.rotate_online()
    snapshot = publisher.tree.metadata(CHANNEL, "snapshot", 1)
    there = snapshot.read_bytes()
    snapshot.unlink()
    assert "not there" in str((await unit.look()).refusals)
    versions = unit.generation()
    assert (versions["root"], versions["timestamp"], versions["content"]) == (2, 1, 2), "what was verified counts"
    assert unit.on_air() == "Tin năm 2040"
    assert unit.floor == Floor(IN_2040, 1)
    snapshot.write_bytes(there)
    assert (await unit.look()).refusals == ()
    assert unit.floor == Floor(NEXT_DAY, 2)


async def test_revoked_keys_cannot_lift_the_floor_again(tmp_path: Path, publisher: Publisher) -> None:
    """The old tree is offered on a stick, and its pack by a captured agent."""
    unit = await deceived(tmp_path, publisher)
    stick = tmp_path / "stick"
    shutil.copytree(publisher.site, stick)
    far = publisher.pack(CHANNEL, Target.BUNDLE)
    publisher.now = NEXT_DAY
    publisher.rotate_online()
    release_next_day(publisher)
    await unit.look()
    card, marks = unit.card(), unit.marks()
    assert (await unit.look(stick)).refusals
    assert (unit.card(), unit.marks()) == (card, marks)
    unit.offer(far)
    assert unit.on_air() == "Tin hôm sau"
    assert "older than what was accepted" in str(unit.workers["display"].refusals) or "revoked keys" in str(
        unit.workers["display"].refusals
    )
    unit.reboot()
    assert (unit.now.wall, unit.on_air()) == (NEXT_DAY, "Tin hôm sau")
    assert unit.marks() == marks


async def test_a_unit_that_knows_the_time_takes_nothing_of_it_onto_its_card(tmp_path: Path, publisher: Publisher) -> None:
    unit = ClockedUnit(tmp_path / "unit", publisher, known=True)
    await unit.look()
    card, marks = unit.card(), unit.marks()
    release_in_2040(publisher)
    assert "in the future" in str((await unit.look()).refusals)
    assert (unit.card(), unit.marks()) == (card, marks)
    assert (unit.on_air(), unit.state) == ("Tin hôm nay", ClockState.TRUSTED)
    unit.reboot()
    assert unit.on_air() == "Tin hôm nay", "nor is it there for a clock that knows less"
    unit.network_time(NEXT_DAY)
    release_next_day(publisher)
    assert (await unit.look()).refusals == ()
    assert (unit.on_air(), unit.floor.time) == ("Tin hôm sau", NEXT_DAY)


async def test_a_publisher_a_few_hours_ahead_is_believed_and_the_floor_stays_within_a_day(tmp_path: Path, publisher: Publisher) -> None:
    unit = ClockedUnit(tmp_path / "unit", publisher, known=True)
    await unit.look()
    publisher.release_bundle(CHANNEL, small_bundle(START, title="Tin sớm"), at=START + timedelta(hours=20))
    assert (await unit.look()).refusals == ()
    assert unit.on_air() == "Tin sớm"
    assert unit.floor.time == START + timedelta(hours=20)
    assert (unit.now.wall, unit.state) == (START, ClockState.TRUSTED), (
        "the officer's clock is wrong, not the unit's: no village falls silent"
    )
    publisher.release_bundle(CHANNEL, small_bundle(START, title="Tin sớm nữa"), at=START + timedelta(hours=40))
    assert "in the future" in str((await unit.look()).refusals), "a day is measured from the clock, not from the last date that ran ahead"
    assert unit.on_air() == "Tin sớm"


async def test_a_unit_that_learned_of_a_date_ahead_before_it_had_a_clock_believes_the_network_time(
    tmp_path: Path, publisher: Publisher
) -> None:
    publisher.release_bundle(CHANNEL, small_bundle(START, title="Tin sớm"), at=START + timedelta(hours=3))
    unit = ClockedUnit(tmp_path / "unit", publisher, known=False)
    assert (await unit.look()).refusals == ()
    assert (unit.now.wall, unit.state) == (START + timedelta(hours=3), ClockState.UNKNOWN)
    unit.network_time(START)
    assert (unit.now.wall, unit.state) == (START, ClockState.TRUSTED)
    unit.kernel.in_step = False
    unit.kernel.advance(3600)
    assert (unit.now.wall, unit.state) == (START + timedelta(hours=1), ClockState.HOLDOVER)


@pytest.mark.parametrize("known", [True, False])
async def test_a_date_beyond_the_life_of_the_offline_signatures_refutes_itself(tmp_path: Path, known: bool) -> None:
    """With the usual lifetimes not even a unit without a clock is deceived by 2040: the root would have expired by then."""
    publisher = honest(tmp_path, Lifetimes())
    unit = ClockedUnit(tmp_path / "unit", publisher, known=known)
    await unit.look()
    card, marks = unit.card(), unit.marks()
    with pytest.raises(Refused, match="expired"):
        release_in_2040(publisher)
    proposal = publisher.signed(CHANNEL, Target.BUNDLE, compact(small_bundle(START, title="Tin năm 2040")))
    far = publisher.force(proposal)
    assert (await unit.look()).refusals
    assert (unit.card(), unit.marks()) == (card, marks)
    unit.offer(far)
    assert unit.on_air() == "Tin hôm nay"
    assert unit.marks() == marks
    publisher.now = START
    release_next_day(publisher)
    unit.kernel.advance(86400)
    assert (await unit.look()).refusals == ()
    assert (unit.on_air(), unit.floor.time) == ("Tin hôm sau", NEXT_DAY)
