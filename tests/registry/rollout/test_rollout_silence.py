"""Units that die without a word halt a release; an outage that falls on all alike does not, it only waits."""

import asyncio
import math
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from bundle.software import Health, Stage
from evidence.records import Upgrade
from registry.fleet.tables import units
from registry.rollout.going import step
from registry.rollout.keeping import held
from registry.rollout.silence import Group, Spread, likelihood, longest, strange
from registry.rollout.tables import upgrades
from registry.storage.storage import Storage, open_storage
from registry.web.commands import registry
from tests.simulators.content import CHANNEL, package_of, release_of
from tests.simulators.rollout import LIFE, hundred, staged

NOON = datetime(2027, 5, 3, 5, 0, tzinfo=UTC)
CHANCE = 0.001
HEALTH = Health()
LIMIT = longest(HEALTH, timedelta(minutes=45))
RELEASE = release_of(
    NOON,
    package_of(b"ours"),
    number="1.4.0",
    stages=(Stage(percent=3, hours=24), Stage(percent=25, hours=24), Stage(percent=100, hours=24)),
)


class Heard:
    """A registry that a hundred units talk to, by a driven clock; who talks is what each test says."""

    def __init__(self, storage: Storage, folder: Path) -> None:
        self.storage, self.folder, self.now = storage, folder, NOON
        self.names = hundred(RELEASE.number)

    def among(self, percent: int) -> list[str]:
        """The units below that percentage."""
        return staged(RELEASE, self.names, percent)

    async def enrol(self, link: str = "network") -> None:
        """Let all in; they are heard at once."""
        async with self.storage.writing() as connection:
            for name in self.names:
                row = {"unit": name, "key": {}, "thumbprint": name, "place": CHANNEL, "place_name": "Bản Mẫu", "channels": [CHANNEL]}
                row |= {"languages": ["vi"], "link": link, "root": "", "hardware": "test", "contact": self.now.isoformat()}
                await connection.execute(units.insert().values(**row, enrolled=self.now.isoformat()))

    async def good(self, names: Iterable[str]) -> None:
        """These say that they found it good."""
        async with self.storage.writing() as connection:
            for name in names:
                row = {"unit": name, "channel": CHANNEL, "number": RELEASE.number, "n": 1, "outcome": Upgrade.GOOD.value}
                await connection.execute(upgrades.insert().values(**row, heard=self.now.isoformat()))

    async def hours(self, hours: float, among: Iterable[str]) -> None:
        """Time passes, in which only these report."""
        for _ in range(math.ceil(hours)):
            self.now += timedelta(hours=hours / math.ceil(hours))
            async with self.storage.writing() as connection:
                await connection.execute(update(units).where(units.c.unit.in_(list(among))).values(contact=self.now.isoformat()))
                await step(connection, {CHANNEL: RELEASE}, self.now, LIFE, CHANCE)

    async def stands(self) -> tuple[str, int]:
        """How it goes, and the percent that it may reach."""
        async with self.storage.reading() as connection:
            rollout, percent = (await held(connection, CHANNEL))[RELEASE.number]
        return rollout.going.value, percent

    async def command(self, *words: str) -> str:
        """What ``bangtin registry rollout …`` says."""
        found = await asyncio.to_thread(CliRunner().invoke, registry, ["rollout", *words, "--data", str(self.folder)])
        assert found.exit_code == 0, found.output
        return found.output


@pytest.fixture
async def heard(in_memory: Path) -> AsyncIterator[Heard]:
    async with await open_storage(in_memory / "data") as storage:
        made = Heard(storage, in_memory / "data")
        await made.enrol()
        await made.hours(1, made.names)
        yield made


async def test_a_release_that_kills_its_first_three_of_a_hundred_halts_and_they_are_named(heard: Heard) -> None:
    dead = heard.among(3)
    living = [name for name in heard.names if name not in dead]
    await heard.hours(LIMIT / timedelta(hours=1), living)
    assert await heard.stands() == ("running", 3), "a trial may take as long"
    await heard.hours(1, living)
    assert await heard.stands() == ("halted", 0)
    shown = await heard.command("show")
    assert "3/3 thiết bị của đợt im lặng, ngoài đợt 0/97" in shown
    assert all(f"? {name}: im lặng từ" in shown for name in dead)


async def test_units_that_die_after_they_found_it_good_halt_it_in_its_second_stage(heard: Heard) -> None:
    await heard.good(heard.among(3))
    await heard.hours(24, heard.names)
    assert await heard.stands() == ("running", 25)
    await heard.good(set(heard.among(25)) - set(heard.among(3)))
    dead = heard.among(25)[:8]
    await heard.hours(5, [name for name in heard.names if name not in dead])
    assert await heard.stands() == ("halted", 0)


async def test_in_the_last_stage_those_that_came_to_it_are_compared_with_those_before(heard: Heard) -> None:
    await heard.good(heard.names)
    await heard.hours(49, heard.names)
    assert await heard.stands() == ("running", 100)
    await heard.hours(5, heard.among(25))
    assert await heard.stands() == ("halted", 0)


async def test_what_falls_silent_after_everybody_has_it_says_nothing_of_it_any_more(heard: Heard) -> None:
    await heard.good(heard.names)
    await heard.hours(73, heard.names)
    assert await heard.stands() == ("done", 100)
    await heard.hours(30, heard.among(25))
    assert await heard.stands() == ("done", 100)
    assert "?" not in await heard.command("show")


async def test_an_outage_of_the_whole_province_halts_nothing_and_the_stage_waits_for_its_end(heard: Heard) -> None:
    await heard.good(heard.among(3))
    await heard.hours(20, heard.names)
    await heard.hours(30, ())
    assert await heard.stands() == ("running", 3), "its hours are over, but nobody can tell how its units are"
    await heard.hours(1, heard.names)
    assert await heard.stands() == ("running", 25)


async def test_one_silent_unit_of_three_halts_nothing_and_nothing_goes_on_without_it(heard: Heard) -> None:
    await heard.good(heard.among(3))
    dark = heard.among(3)[0]
    await heard.hours(40, [name for name in heard.names if name != dark])
    assert await heard.stands() == ("running", 3)
    assert f"? {dark}: im lặng từ" in await heard.command("show")


async def test_units_that_were_silent_before_it_began_tell_nothing_of_it(heard: Heard) -> None:
    gone = heard.among(3)
    async with heard.storage.writing() as connection:
        await connection.execute(update(units).where(units.c.unit.in_(gone)).values(contact=(NOON - timedelta(days=3)).isoformat()))
    await heard.hours(6, [name for name in heard.names if name not in gone])
    assert await heard.stands() == ("running", 3)
    assert "?" not in await heard.command("show")


async def test_who_goes_on_has_looked_at_the_silent_ones_and_the_next_ones_halt_it_again(
    heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    dead = heard.among(3)
    living = [name for name in heard.names if name not in dead]
    await heard.hours(6, living)
    monkeypatch.setattr("registry.rollout.commands.wall_clock", lambda: heard.now)
    await heard.command("resume", "--channel", CHANNEL)
    await heard.hours(6, living)
    assert await heard.stands() == ("running", 3)
    await heard.hours(1, heard.names)
    await heard.hours(6, living)
    assert await heard.stands() == ("halted", 0)


async def test_a_unit_that_a_courier_serves_is_not_silent_between_two_visits(heard: Heard) -> None:
    async with heard.storage.writing() as connection:
        await connection.execute(update(units).where(units.c.unit.in_(heard.among(3))).values(link="courier"))
    await heard.hours(13 * 24, [name for name in heard.names if name not in heard.among(3)])
    assert await heard.stands() == ("running", 3)
    await heard.hours(36, [name for name in heard.names if name not in heard.among(3)])
    assert await heard.stands() == ("halted", 0)


GROUPS = st.integers(0, 60).flatmap(lambda heard: st.builds(Group, st.just(heard), st.integers(0, heard)))


@given(GROUPS, GROUPS)
def test_the_likelihood_is_what_counting_all_lots_gives(tried: Group, others: Group) -> None:
    everyone = tried + others
    ways = math.comb(everyone.heard, tried.heard)
    hit = range(tried.silent, everyone.silent + 1)
    counted = sum(
        math.comb(everyone.silent, k) * math.comb(everyone.heard - everyone.silent, tried.heard - k) for k in hit if k <= tried.heard
    )
    assert likelihood(tried, others) == pytest.approx(counted / ways, rel=1e-6)


@given(GROUPS, GROUPS)
def test_silence_that_is_no_more_frequent_in_the_stage_than_outside_is_never_strange(tried: Group, others: Group) -> None:
    if tried.silent * others.heard <= others.silent * tried.heard:
        assert strange(Spread(present=tried, outside=others), CHANCE) == ""


def test_ten_thousand_units_are_judged_as_well_as_a_hundred() -> None:
    assert strange(Spread(present=Group(300, 300), outside=Group(9_700, 100)), CHANCE)
    assert not strange(Spread(present=Group(300, 10), outside=Group(9_700, 300)), CHANCE)
