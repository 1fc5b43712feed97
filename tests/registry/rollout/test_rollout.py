"""A release reaches three of a hundred units, one of which goes back, and no further; and a good one reaches them all."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import delete

from bundle.errors import Refused
from bundle.software import Health, Release, Stage
from bundle.trust import Target
from evidence.permit import read_permit
from evidence.report import Sounding
from evidence.signing import public_jwk
from registry.fleet.own_keys import own_keys
from registry.rollout.permits_on_stick import write_permits
from registry.rollout.rolling import Rolling
from registry.rollout.tables import rollouts
from registry.storage.storage import open_storage
from registry.trust.urgent import released_document
from registry.web.commands import registry
from tests.simulators.content import CHANNEL, package_of, release_of
from tests.simulators.courier import CourierUnit, stick_of
from tests.simulators.publisher import Publisher
from tests.simulators.rollout import LIFE, Province, hundred, staged
from tests.simulators.upgrading import never

OURS = {number: f"version {number} of ours".encode() for number in ("1.4.0", "1.4.1")}
STAGES = (Stage(percent=3, hours=24, good=60), Stage(percent=25, hours=24, good=60), Stage(percent=100, hours=24, good=60))
HEALTH = Health(quiet=60.0, settle=60.0, trial=120.0, report=600.0)


@pytest.fixture
async def province(in_memory: Path) -> AsyncIterator[Province]:
    publisher = Publisher(in_memory / "publisher", [CHANNEL])
    async with await open_storage(in_memory / "data") as storage:
        yield Province(in_memory, publisher, storage, own_keys(in_memory / "data"))


async def publish(province: Province, number: str = "1.4.0", **other: object) -> Release:
    fields = {"stages": STAGES, "health": HEALTH, **other}
    package = package_of(OURS[number], f"bangtin-{number}", number)
    release = release_of(province.publisher.now, package, number=number, **fields)  # type: ignore[arg-type]
    province.publisher.release_software(CHANNEL, release, [OURS[number]])
    await province.look()
    return release


async def show(province: Province) -> str:
    from registry.rollout.commands import _in, _lines

    return "\n".join(await _in(province.folder / "data", _lines))


async def test_it_reaches_three_of_a_hundred_one_goes_back_and_it_stops(province: Province) -> None:
    names = hundred("1.4.0")
    await province.enrol(names)
    release = await publish(province)
    speaking, well, ill = (province.fleet[name] for name in staged(release, names, 3))
    ill.unit.well["1.4.0"] = never
    at = speaking.unit.clock.now().stamp()
    speaking.unit.sounding = Sounding(occurrence="x/sang@1/0:tin", item="tin", channel=CHANNEL, language="vi", since=at)
    await province.round()
    assert province.with_version("1.4.0") == [well.name]
    assert (well.unit.told, ill.unit.told) == (["1.4.0 begun", "1.4.0 good"], ["1.4.0 begun", "1.4.0 reverted"])
    assert speaking.unit.told == [], "nobody is interrupted"
    paid = [each for each in province.fleet.values() if each.fetched]
    assert paid == [speaking, well, ill], "nobody else paid for a byte of it"
    speaking.unit.sounding = None
    province.pass_time(days=3)
    await province.look()
    await province.round()
    assert province.with_version("1.4.0") == [well.name], "halted, although all hours have passed"
    assert "HALTED, 0 %" in await show(province)
    assert f"✗ {ill.name}: display" in await show(province)


async def test_the_next_release_is_drawn_by_lot_anew_and_may_reach_everybody(province: Province) -> None:
    names = [f"loa-{n}" for n in range(12)]
    await province.enrol(names)
    bad = await publish(province, stages=(Stage(percent=50, hours=24), Stage(percent=100, hours=0)))
    for name in staged(bad, names, 50):
        province.fleet[name].unit.well["1.4.0"] = never
    await province.round()
    assert province.with_version("1.4.0") == []
    good = await publish(province, "1.4.1", stages=(Stage(percent=50, hours=24), Stage(percent=100, hours=24)))
    await province.round()
    assert province.with_version("1.4.1") == staged(good, names, 50)
    await province.round()
    assert province.with_version("1.4.1") == staged(good, names, 50), "the first stage is not over"
    province.pass_time(hours=25)
    await province.round()
    await province.look()
    await province.round()
    assert province.with_version("1.4.1") == names
    province.pass_time(hours=25)
    await province.round()
    await province.look()
    shown = await show(province)
    assert "1.4.1: đã xong · done, 100 %" in shown
    assert "1.4.0: có bản mới hơn · overtaken, 0 %" in shown


async def test_a_stage_waits_until_enough_of_its_units_found_it_good(province: Province) -> None:
    names = [f"loa-{n}" for n in range(10)]
    await province.enrol(names)
    release = await publish(province, stages=(Stage(percent=50, hours=1, good=100), Stage(percent=100, hours=0)))
    mine = [province.fleet[name] for name in staged(release, names, 50)]
    await province.round(mine[:-1])
    province.pass_time(hours=5)
    await province.look()
    assert "50 %" in await show(province)
    await province.round(mine)
    assert "100 %" in await show(province)


async def test_the_very_hours_of_the_permit_do_not_hurry_a_unit(province: Province) -> None:
    """Whoever took the registry over may permit everything: the signed hours hold."""
    names = [f"loa-{n}" for n in range(10)]
    await province.enrol(names)
    release = await publish(province)
    for each in province.fleet.values():
        each.unit.permit("1.4.0", percent=100, n=10**6, key=province.keys.signing)
        each.permits.__init__(each.unit.paths, each.unit.record)  # type: ignore[misc]
        await each.look(province.publisher.site)
        each.upgrade()
    assert province.with_version("1.4.0") == staged(release, names, 3)


async def test_the_same_release_arrives_by_stick_with_its_permit_and_waits_for_the_announcement(province: Province) -> None:
    await province.enrol(["loa-xa"])
    await publish(province, stages=(Stage(percent=100, hours=0),))
    stick, far = province.folder / "stick", province.fleet["loa-xa"]
    stick_of(province.publisher, stick, CHANNEL)
    async with province.storage.reading() as connection:
        assert await write_permits(connection, stick, province.keys.signing) == (CHANNEL,)
    visited = CourierUnit(
        far.unit.paths, province.publisher.root_bytes, far.unit.clock, keys=province.keys.public, key=far.unit.key, unit="loa-xa"
    )
    visited.reporter.permits = far.permits
    visited.wants = far.upgrading.wanted
    assert "Đã cập nhật từ USB" in await visited.plug(stick)
    visited.outbox.close()
    far.upgrading.tell()
    assert far.fetched == 0
    far.unit.sounding = Sounding(occurrence="x/1/0:t", item="t", channel=CHANNEL, language="vi", since=far.unit.clock.now().stamp())
    assert "speaks" in far.upgrade()
    assert far.unit.version == "1.3.0"
    far.unit.sounding = None
    assert far.upgrade() == "1.4.0: good"
    assert far.unit.version == "1.4.0"


async def test_a_unit_is_told_a_permit_once_and_again_before_it_ends(province: Province) -> None:
    await province.enrol(["loa-1"])
    await publish(province)
    unit = province.fleet["loa-1"]
    await province.talk(unit)
    first = unit.permits.newest
    filed = await province.talk(unit)
    assert filed.permit == first
    assert province.rolling.newer((CHANNEL,), first) == ()
    province.pass_time(days=8)
    await province.look()
    (token,) = province.rolling.newer((CHANNEL,), first)
    assert read_permit(token, public_jwk(province.keys.signing)).until == province.publisher.now + timedelta(days=14)


async def test_a_registry_whose_backup_was_restored_is_still_heard_when_it_halts(province: Province) -> None:
    await province.enrol(["loa-1"])
    await publish(province)
    unit = province.fleet["loa-1"]
    for _ in range(4):
        province.pass_time(days=8)
        await province.look()
    await province.talk(unit)
    async with province.rolling.storage.writing() as connection:
        await connection.execute(delete(rollouts))
    province.pass_time(hours=1)
    await province.look()
    data = ["--data", str(province.folder / "data"), "--channel", CHANNEL]
    await asyncio.to_thread(CliRunner().invoke, registry, ["rollout", "halt", *data, "--reason", "mưa bão"])
    await province.look()
    await province.talk(unit)
    permit = unit.permits.of(CHANNEL)
    assert permit is not None
    assert permit.percent == 0


async def test_a_province_halts_and_resumes_by_hand(province: Province) -> None:
    names = [f"loa-{n}" for n in range(8)]
    await province.enrol(names)
    release = await publish(province, stages=(Stage(percent=50, hours=1), Stage(percent=100, hours=0)))
    first = staged(release, names, 50)
    province.fleet[first[0]].unit.well["1.4.0"] = never
    await province.round()
    assert "HALTED" in await show(province)
    data = ["--data", str(province.folder / "data"), "--channel", CHANNEL]
    resumed = await asyncio.to_thread(CliRunner().invoke, registry, ["rollout", "resume", *data])
    assert resumed.exit_code == 0, resumed.output
    await province.look()
    await province.round()
    assert province.with_version("1.4.0") == first[1:], "what failed once is never tried again"
    halted = await asyncio.to_thread(CliRunner().invoke, registry, ["rollout", "halt", *data, "--reason", "mưa bão"])
    assert "HALTED" in halted.output
    await province.look()
    province.pass_time(hours=2)
    await province.look()
    shown = await show(province)
    assert "HALTED, 0 %" in shown
    assert "mưa bão" in shown


@pytest.mark.parametrize("role", ["timestamp", "snapshot", "targets", "software"])
async def test_a_half_copied_file_of_the_release_tree_stops_neither_the_registry_nor_what_spreads(province: Province, role: str) -> None:
    await province.enrol(["loa-1"])
    await publish(province, stages=(Stage(percent=100, hours=0),))
    cell = province.publisher.tree.cell(CHANNEL)
    version = None if role == "timestamp" else cell.snapshot.signed.version if role == "snapshot" else cell.version(role)
    file = province.publisher.tree.metadata(CHANNEL, role, version)
    whole = file.read_bytes()
    for damage in (whole[: len(whole) // 2], b"{}", province.publisher.root_bytes):
        file.write_bytes(damage)
        with pytest.raises(Refused, match="half copied"):
            released_document(province.publisher.tree, CHANNEL, Target.SOFTWARE)
        another = Rolling(
            province.storage, province.publisher.tree, lambda: {CHANNEL: 1}, province.keys.signing, province.now, LIFE, 30.0, 0.001
        )
        await another.look()
        assert another.newer((CHANNEL,), None) == province.rolling.newer((CHANNEL,), None)
