"""The simulated fleet: real keys and reports to a real registry, every kind of unit, and nothing acknowledged that is not there."""

from dataclasses import replace
from random import Random

import pytest

from bundle.errors import Refused
from registry.fleet.alarm_tables import doubts
from registry.fleet.doubts import Doubt
from registry.fleet.tables import lines, reports, units
from registry.simulate.commands import fleet_of
from registry.simulate.crowd import Crowd
from registry.simulate.enrolling import found, let_in
from registry.simulate.kinds import Kind, kinds
from registry.simulate.unit import LETTER_LINES, LETTERS, SIMULATED
from registry.web.config import STORAGE, wall_clock
from tests.registry.fleet.conftest import clock, registry, rows

__all__ = ["clock", "registry"]

PERIODS = 2.5


@pytest.fixture
async def rehearsed(registry):
    """A fleet of one unit of each kind and a few healthy ones, after two and a half periods in less than a second."""
    fleet, server = fleet_of(12, 7), registry.client.server
    storage = registry.app[STORAGE]
    await let_in(storage, [unit for unit in fleet if not unit.history], registry.clock())
    crowd = Crowd(fleet, f"http://{server.host}:{server.port}", 8, 900 * PERIODS / 0.8, Random(7))
    return registry, fleet, await crowd.run(0.8)


async def test_what_was_acknowledged_is_in_the_registry(rehearsed):
    registry, _, tally = rehearsed
    assert len(tally.acknowledged) > 12 * 2
    assert await found(registry.app[STORAGE], tally.acknowledged) == len(tally.acknowledged) == await registry.count(reports)
    assert await found(registry.app[STORAGE], [("mp-7-00000", "no-such-boot", 1)]) == 0


async def test_each_kind_does_what_it_is_for(rehearsed):
    registry, fleet, tally = rehearsed
    named = {unit.kind: unit.name for unit in fleet}
    courier = await rows(registry, lines, lines.c.unit == named[Kind.COURIER])
    assert len(courier) >= LETTERS * LETTER_LINES
    assert any("look for a copied card" in why for why in tally.refused)
    assert {(row.unit, row.kind) for row in await rows(registry, doubts)} == {
        (unit.name, Doubt.CLONED.value) for unit in fleet if unit.history
    }
    (astray,) = await rows(registry, units, units.c.unit == named[Kind.WRONG_CLOCK])
    assert f"{wall_clock().year + 1}-" in astray.report or f"{wall_clock().year + 2}-" in astray.report


async def test_it_says_of_everything_that_it_is_simulated(rehearsed):
    registry, _, _ = rehearsed
    assert all(SIMULATED in row.report for row in await rows(registry, units) if row.report)
    assert all('"simulated":true' in row.line for row in await rows(registry, lines))


async def test_a_fleet_that_is_there_already_is_refused(rehearsed):
    registry, fleet, _ = rehearsed
    with pytest.raises(Refused, match="is in this registry already"):
        await let_in(registry.app[STORAGE], fleet, registry.clock())


async def test_while_the_registry_is_away_reports_wait_and_nothing_counts_as_acknowledged():
    fleet = fleet_of(3, 8)
    crowd = Crowd(fleet, "http://127.0.0.1:9", 4, 9000.0, Random(8))
    tally = await crowd.run(0.3)
    assert tally.acknowledged == set()
    assert tally.failed["ClientConnectorError"] >= 2


def test_the_same_seed_makes_the_same_fleet():
    assert [(unit.name, unit.kind, unit.key) for unit in fleet_of(50, 3)] == [(unit.name, unit.kind, unit.key) for unit in fleet_of(50, 3)]
    assert {unit.kind for unit in fleet_of(5, 3)} == set(Kind)
    assert kinds(3, Random(1)) == list(Kind)[:3]
    assert len({replace(unit, history=0).key for unit in fleet_of(50, 3)}) == 50
