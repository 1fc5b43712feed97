"""Which packages a unit fetches, by which road, and when it says that all of them are here."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from agent.permits import Permits
from agent.pull import DirectorySource, Metered, check_channel, sweep
from agent.purse import Purse as RealPurse
from agent.upgrading import Upgrading
from bundle.asset import blob_path
from bundle.base import BulletinClass
from bundle.software import Build, cohort
from device.clock import ManualClock
from device.errors import OverBudget
from device.paths import Paths
from device.settings import DataBudget
from device.unit import UnitRecord
from device.upgrades import Good, History, kept_permits, write_history
from evidence.keys import RegistryKeys
from evidence.permit import Permit, sealed_permit
from evidence.records import ClockState
from evidence.signing import new_key, public_jwk
from tests.agent.unit_under_test import record
from tests.simulators.content import CHANNEL, package_of, release_of, small_bundle
from tests.simulators.debian import debian_at
from tests.simulators.publisher import Publisher

REGISTRY, STRANGER = new_key(), new_key()
OURS, WHEELS, FOREIGN = b"our version", b"wheels" * 1000, b"for another machine"
PACKAGES = (package_of(WHEELS, "bangtin-wheels-ab12", "1"), package_of(OURS))
UNIT = next(f"loa-{number}" for number in range(1000) if cohort(f"loa-{number}", "1.4.0") < 3)


class Purse:
    """Allows everything, and counts what was paid for."""

    def __init__(self) -> None:
        self.paid = 0

    def ask(self, _: BulletinClass) -> None:
        pass

    async def spend(self, bulletin_class: BulletinClass, size: int) -> None:
        self.paid += size if bulletin_class is BulletinClass.ROUTINE else 0


class Unit:
    def __init__(self, folder: Path, publisher: Publisher) -> None:
        self.paths, self.publisher, self.purse = Paths(folder), publisher, Purse()
        self.clock = ManualClock.at(publisher.now)
        keys = RegistryKeys(sealing={}, signing=public_jwk(REGISTRY))
        self.record: UnitRecord = record("http://127.0.0.1:9").model_copy(update={"unit": UNIT, "registry_keys": keys})
        self.begin()
        debian_at(self.paths, {"libssl3": "3.0.16"})

    def begin(self) -> None:
        self.permits = Permits(self.paths, self.record)
        self.upgrading = Upgrading(self.paths, self.record, self.publisher.root_bytes, self.permits, self.clock.now)

    async def look(self, free: bool = False) -> None:
        tree = DirectorySource(self.publisher.site)
        source = tree if free else Metered(tree, self.purse)
        now = self.clock.now()
        await check_channel(source, self.paths, CHANNEL, self.publisher.root_bytes, now, wants=self.upgrading.wanted)

    def permit(self, percent: int = 100, n: int = 1, key: bytes = REGISTRY, channel: str = CHANNEL) -> None:
        until = self.publisher.now + timedelta(days=14)
        self.permits.take([sealed_permit(Permit(channel=channel, release="1.4.0", percent=percent, n=n, until=until), key)])

    def has(self, blob: bytes) -> bool:
        return (self.paths.shelf / blob_path(package_of(blob).sha256)).exists()

    @property
    def wanted(self) -> bool:
        self.upgrading.tell()
        return self.paths.upgrade_wanted.exists()


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    made = Publisher(tmp_path / "publisher", [CHANNEL])
    foreign = Build(architecture="arm64", suite="bookworm", packages=(package_of(FOREIGN),))
    builds = (Build(architecture="amd64", suite="bookworm", packages=PACKAGES), foreign)
    made.release_software(CHANNEL, release_of(made.now, builds=builds), [OURS, WHEELS, FOREIGN])
    return made


@pytest.fixture
def unit(tmp_path: Path, publisher: Publisher) -> Unit:
    return Unit(tmp_path / "unit", publisher)


async def test_nothing_is_paid_for_before_it_is_this_units_turn(unit: Unit) -> None:
    await unit.look()
    assert not unit.has(OURS)
    unit.permit(percent=0)
    await unit.look()
    assert (unit.purse.paid, unit.wanted) == (0, False)
    unit.permit(percent=3, n=2)
    await unit.look()
    assert unit.has(OURS)
    assert unit.has(WHEELS)
    assert unit.purse.paid >= len(OURS) + len(WHEELS)
    assert unit.wanted


async def test_a_stick_brings_the_packages_before_their_turn(unit: Unit) -> None:
    await unit.look(free=True)
    assert unit.has(OURS)
    assert not unit.wanted, "they wait for the permit"
    unit.permit()
    assert unit.wanted


async def test_what_is_for_another_machine_is_never_fetched(unit: Unit) -> None:
    unit.permit()
    await unit.look(free=True)
    assert not unit.has(FOREIGN)


async def test_only_what_is_not_installed_yet_is_fetched(unit: Unit) -> None:
    debian_at(unit.paths, {"bangtin-wheels-ab12": "1"})
    unit.permit()
    await unit.look()
    assert unit.has(OURS)
    assert not unit.has(WHEELS)
    assert unit.wanted


async def test_a_machine_of_no_build_fetches_and_wants_nothing(unit: Unit) -> None:
    debian_at(unit.paths, {}, suite="trixie")
    unit.permit()
    await unit.look(free=True)
    assert not unit.has(OURS)
    assert not unit.wanted


@pytest.mark.parametrize(
    "history",
    [
        History(good=Good(channel=CHANNEL, release="1.4.0", software="1.4.0")),
        History(good=Good(channel=CHANNEL, release="1.10.0", software="1.10.0")),
        History().with_failed("1.4.0", "nó tắt ngay / it ends at once"),
    ],
    ids=["it is here", "a newer one is here", "it failed"],
)
async def test_what_is_settled_is_neither_fetched_nor_wanted_and_its_packages_are_swept(unit: Unit, history: History) -> None:
    unit.permit()
    await unit.look()
    write_history(unit.paths, history)
    assert not unit.wanted
    sweep(unit.paths.shelf, (), unit.upgrading.kept)
    assert not unit.has(OURS)
    await unit.look(free=True)
    assert not unit.has(OURS)


async def test_a_sweep_leaves_what_is_still_to_be_installed(unit: Unit, publisher: Publisher) -> None:
    await unit.look(free=True)
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now))
    await unit.look()
    sweep(unit.paths.shelf, (), unit.upgrading.kept)
    assert unit.has(OURS)


async def test_the_signed_hours_hold_whatever_the_registry_permits(unit: Unit, publisher: Publisher) -> None:
    unit.record = unit.record.model_copy(update={"unit": next(f"b-{n}" for n in range(1000) if cohort(f"b-{n}", "1.4.0") >= 25)})
    unit.begin()
    unit.permit()
    unit.clock.advance(47 * 3600)
    await unit.look()
    assert not unit.has(OURS)
    unit.clock.advance(3600)
    await unit.look()
    assert unit.has(OURS)


async def test_a_clock_that_is_not_believed_opens_no_stage(unit: Unit) -> None:
    unit.permit()
    unit.clock.moment = replace(unit.clock.moment.later(40 * 86400), state=ClockState.UNKNOWN)
    unit.record = unit.record.model_copy(update={"unit": next(f"b-{n}" for n in range(1000) if cohort(f"b-{n}", "1.4.0") >= 25)})
    unit.begin()
    await unit.look()
    assert not unit.has(OURS)


def test_permits_survive_a_restart_and_only_a_higher_number_counts(unit: Unit) -> None:
    unit.permit(percent=25, n=7)
    unit.permit(percent=100, n=6)
    unit.begin()
    held = unit.permits.of(CHANNEL)
    assert held is not None
    assert (held.percent, held.n, unit.permits.newest) == (25, 7, 7)


def test_a_strangers_permit_and_one_for_elsewhere_are_not_kept(unit: Unit) -> None:
    unit.permit(key=STRANGER)
    unit.permit(channel="vn.99")
    assert unit.permits.newest is None
    assert kept_permits(unit.paths) == {}


async def test_over_a_thin_link_a_package_comes_over_several_days_and_each_byte_once(unit: Unit, publisher: Publisher) -> None:
    large = bytes(range(256)) * 10_000
    wheels = package_of(large, "bangtin-wheels-cd34", "1")
    release = release_of(publisher.now, package_of(OURS, "bangtin-1.4.1", "1.4.1"), wheels, number="1.4.1")
    publisher.release_software(CHANNEL, release, [OURS, large])
    until = publisher.now + timedelta(days=14)
    unit.record = unit.record.model_copy(update={"unit": next(f"c-{n}" for n in range(1000) if cohort(f"c-{n}", "1.4.1") < 3)})
    unit.begin()
    unit.permits.take([sealed_permit(Permit(channel=CHANNEL, release="1.4.1", percent=100, n=9, until=until), REGISTRY)])
    purse, days = RealPurse(unit.paths, DataBudget(routine_mb=1.0), unit.clock), list[int]()
    while not unit.has(large):
        source, now = Metered(DirectorySource(publisher.site), purse), unit.clock.now()
        with suppress(OverBudget):
            await check_channel(source, unit.paths, CHANNEL, publisher.root_bytes, now, wants=unit.upgrading.wanted)
        days.append(purse.spent.routine)
        assert unit.wanted is unit.has(large)
        unit.clock.advance(86400)
    assert len(days) == 3
    assert sum(days) <= len(large) + len(OURS) + 10_000
