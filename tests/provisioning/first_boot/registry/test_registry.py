"""The unit's steps against the real registry: from a code on the board to a technician's acceptance, and everything between."""

import hashlib

import pytest

from device.clock import ManualClock
from device.first_boot import Step
from device.unit import read_unit
from evidence.pairing import code
from provisioning.first_boot import words
from tests.provisioning.first_boot.conftest import steps, tell
from tests.registry.web.conftest import NOON, ROOT
from tests.registry.web.technician.office import Newcomer


@pytest.fixture
def url(office):
    return str(office.client.make_url("")).rstrip("/")


@pytest.fixture
def unit(wired, url):
    tell(wired, f'registry = "{url}"\n')
    return steps(wired, ManualClock.at(NOON), redraw=60.0)


def as_seen(found):
    """What the technician reads off the board of the unit: its link and its code."""
    told = found.known.tell(found.clock.now())
    name, _, nonce = told.link.partition("#")[2].split(".")
    return Newcomer(found.paths.key.read_bytes(), nonce, unit=name), told.code


async def test_what_the_board_shows_is_what_the_technician_types_and_the_unit_is_let_in(unit, office, phone):
    assert await unit.look() == office.registry.config.technicians.wait
    seen, shown = as_seen(unit)
    assert shown == seen.code, "the registry reckons the same six figures"
    assert (await phone.get(f"/technician/e/{seen.ref}"))[0] == 200
    await unit.look()
    assert unit.known.tell(unit.clock.now()).progress == words.SEEN
    assert (await phone.let_in(seen))[0] == 303
    await unit.look()
    record = read_unit(unit.paths)
    assert (record.unit, record.place, record.place_name) == (seen.unit, "vn.20.06001.03", "Bản Khuổi Sao")
    assert (unit.known.step, record.confirmed) == (Step.CONFIRM, None)
    assert unit.paths.root_json.read_text() == ROOT
    assert record.registry_keys is not None


async def test_a_lost_answer_is_asked_for_again_and_nobody_notices(unit, office, phone, monkeypatch):
    await unit.look()
    seen, _ = as_seen(unit)
    await phone.let_in(seen)

    def full(*_):
        raise OSError(28, "No space left on device", "unit.json")

    with monkeypatch.context() as patch:
        patch.setattr("provisioning.enrol.write_unit", full)
        await unit.look()
    assert (unit.known.step, read_unit(unit.paths)) == (Step.STORAGE, None)
    await unit.look()
    assert unit.known.step is Step.CONFIRM
    assert (await office.events()).count("let-in") == 1


async def test_after_three_wrong_codes_the_board_shows_a_new_one_and_that_is_accepted(unit, office, phone):
    await unit.look()
    seen, first = as_seen(unit)
    for wrong in ("000000", "000001", "000002"):
        await phone.post(f"/technician/e/{seen.ref}/code", code=wrong)
    unit.clock.advance(61.0)
    await unit.look()
    assert unit.known.step is Step.REGISTRY
    assert "typed wrongly" in unit.known.troubles[Step.REGISTRY][0].what[1]
    await unit.look()
    again, second = as_seen(unit)
    assert unit.known.step is Step.SCAN
    assert second != first
    assert (await phone.let_in(again))[0] == 303
    await unit.look()
    assert unit.known.step is Step.CONFIRM


async def test_a_unit_that_was_given_another_root_is_turned_away_and_says_so(unit, office):
    """Somebody stands between and hands out his own root; what the unit asks then still reaches the registry."""
    await unit.look()
    between = ROOT.replace('"version": 1', '"version": 7')
    honest = unit.registry

    async def root(_):
        return between.encode()

    unit.paths.pairing.unlink()
    unit.registry = type(honest)(root=root, ask=honest.ask)
    await unit.look()
    seen, shown = as_seen(unit)
    assert shown == code(seen.thumbprint, seen.nonce, hashlib.sha256(between.encode()).hexdigest()) != seen.code
    assert unit.known.step is Step.REGISTRY
    assert "not of this registry" in unit.known.troubles[Step.REGISTRY][0].what[1]
    assert (await office.events())[-1] == "root-foreign"
    unit.registry = honest
    unit.clock.advance(61.0)
    await unit.look()
    await unit.look()
    assert unit.known.step is Step.SCAN
