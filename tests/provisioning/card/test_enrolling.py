"""A unit enrols itself where there is no network, from its own card, in its own machine, once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bundle.errors import Refused
from bundle.parse import parse
from device.claim import read_claim
from device.unit import UnitRecord, read_unit
from evidence.card import Way
from evidence.proving import card_of, check_claim
from evidence.records import ClockState
from evidence.report import MAX_ENROLMENT, Enrolment
from evidence.signing import public_jwk, verify
from provisioning.card.enrolling import enrol_by_card, label_pin, label_wifi, waiting
from provisioning.card.taking import read_taken, take_over
from provisioning.service.replacing import take_place
from tests.provisioning.card.conftest import NOW, Cut, Field, Power
from tests.simulators.cards import MADE, VILLAGES, WIFI

PLACE = VILLAGES[1].place
UNKNOWN = replace(NOW, wall=MADE - timedelta(days=20_000), state=ClockState.UNKNOWN)


def claimed_by(unit: Field) -> Enrolment:
    claim = read_claim(unit.paths)
    assert claim is not None
    key = public_jwk(unit.paths.key.read_bytes())
    return parse(Enrolment, verify(claim.token, key), "claim", MAX_ENROLMENT)


def test_the_unit_is_enrolled_where_the_technician_chose(unit: Field) -> None:
    card = unit.put()
    take_over(unit.paths, NOW)
    assert enrol_by_card(unit.paths, None, NOW) is None
    assert waiting(unit.paths) == card
    assert label_pin(unit.paths) == card.pin, "the label opens the unit's page before anybody has chosen"
    assert label_wifi(unit.paths) == WIFI
    assert WIFI.passphrase not in "".join(path.read_text() for path in unit.paths.boot.iterdir()), "it left the boot partition"
    record = enrol_by_card(unit.paths, PLACE, NOW)
    assert record == read_unit(unit.paths)
    assert record is not None
    assert (record.unit, record.place, record.languages, record.serial) == ("bt-abc234", PLACE, ("vi",), "10000000abcd")
    assert unit.paths.root_json.read_text() == card.root
    claimed = claimed_by(unit)
    assert claimed.card is not None
    check_claim(card_of(claimed.card.statement, card.keys.signing), claimed.card, claimed.key)
    assert claimed.key != public_jwk(unit.key), "the unit made its own"
    assert read_taken(unit.paths) is None
    assert waiting(unit.paths) is None
    assert label_pin(unit.paths) == card.pin
    assert label_wifi(unit.paths) == WIFI
    assert unit.paths.label_wifi.stat().st_mode & 0o777 == 0o600
    assert WIFI.passphrase not in claimed.model_dump_json(), "it travels nowhere"


def test_a_card_for_one_village_needs_no_choice(unit: Field) -> None:
    unit.put(villages=VILLAGES[:1])
    take_over(unit.paths, NOW)
    record = enrol_by_card(unit.paths, None, NOW)
    assert record is not None
    assert record.place == VILLAGES[0].place


def test_a_card_from_the_bench_brings_the_key(unit: Field) -> None:
    unit.put(way=Way.BENCH)
    take_over(unit.paths, NOW)
    enrol_by_card(unit.paths, PLACE, NOW)
    assert unit.paths.key.read_bytes() == unit.key
    assert claimed_by(unit).key == public_jwk(unit.key)


def test_without_a_card_there_is_nothing_to_do(unit: Field) -> None:
    take_over(unit.paths, NOW)
    assert enrol_by_card(unit.paths, PLACE, NOW) is None


def test_the_same_card_in_another_machine_is_refused(unit: Field) -> None:
    unit.put()
    take_over(unit.paths, NOW)
    unit.machine("10000000ef01")
    with pytest.raises(Refused, match="started in another machine"):
        enrol_by_card(unit.paths, PLACE, NOW)
    unit.machine("10000000abcd")
    enrol_by_card(unit.paths, PLACE, NOW)
    unit.machine("10000000ef01")
    with pytest.raises(Refused, match="belongs to another machine"):
        read_unit(unit.paths)


def test_another_card_in_an_enrolled_unit_is_refused_and_its_own_is_wiped(unit: Field) -> None:
    unit.put()
    take_over(unit.paths, NOW)
    enrol_by_card(unit.paths, PLACE, NOW)
    unit.put()
    take_over(unit.paths, NOW)
    assert not unit.paths.card_json.exists()
    unit.put(unit="bt-khac")
    with pytest.raises(Refused, match="enrolled as bt-abc234"):
        take_over(unit.paths, NOW)


def test_a_card_expires_by_any_clock_that_can_be_believed(unit: Field) -> None:
    card = unit.put()
    late = replace(NOW, wall=card.until + timedelta(days=1))
    take_over(unit.paths, late)
    with pytest.raises(Refused, match="expired"):
        enrol_by_card(unit.paths, PLACE, late)
    assert read_unit(unit.paths) is None


def test_without_a_clock_it_is_taken_and_the_registry_judges(unit: Field) -> None:
    unit.put()
    take_over(unit.paths, UNKNOWN)
    assert enrol_by_card(unit.paths, PLACE, UNKNOWN) is not None
    claim = read_claim(unit.paths)
    assert claim is not None
    assert not claim.overdue(replace(NOW, wall=NOW.wall + timedelta(days=400)))


def test_a_claim_is_overdue_after_the_days_of_the_card(unit: Field) -> None:
    unit.put()
    take_over(unit.paths, NOW)
    enrol_by_card(unit.paths, PLACE, NOW)
    claim = read_claim(unit.paths)
    assert claim is not None
    assert not claim.overdue(replace(NOW, wall=NOW.wall + timedelta(days=30)))
    assert claim.overdue(replace(NOW, wall=NOW.wall + timedelta(days=30, seconds=1)))


@pytest.mark.parametrize("way", Way)
def test_the_power_may_end_at_any_step(unit: Field, power: Power, way: Way) -> None:
    done, ends = False, 0
    while not done:
        ends += 1
        paths = unit.paths
        for path in (paths.unit_json, paths.claim, paths.key, paths.root_json, paths.label_pin, paths.label_wifi):
            path.unlink(missing_ok=True)
            path.with_name(f"{path.name}.previous").unlink(missing_ok=True)
        unit.put(way=way)
        take_over(unit.paths, NOW)
        power.again(ends)
        try:
            enrol_by_card(unit.paths, PLACE, NOW)
            done = True
        except Cut:
            # A record says that everything before it is in place.
            assert read_unit(unit.paths) is None or (
                all(path.exists() for path in (paths.root_json, paths.label_pin, paths.label_wifi)) and read_claim(paths) is not None
            )
        power.again()
        again = read_unit(unit.paths) or enrol_by_card(unit.paths, PLACE, NOW.later(60))
        assert isinstance(again, UnitRecord)
        assert enrol_by_card(unit.paths, None, NOW.later(120)) in (None, again)
        claim, claimed = read_claim(unit.paths), claimed_by(unit)
        assert claim is not None
        assert claimed.card is not None
        assert claim.enrolled_at == again.enrolled_at
        check_claim(card_of(claimed.card.statement), claimed.card, claimed.key)
        assert read_taken(unit.paths) is None
    assert ends > 10


def test_whose_place_it_takes_stands_in_its_claim(unit: Field) -> None:
    unit.put()
    take_over(unit.paths, NOW)
    take_place(unit.paths, "bt-cu")
    record = enrol_by_card(unit.paths, VILLAGES[1].place, NOW)
    assert record is not None
    assert claimed_by(unit).replaces == "bt-cu"
    with pytest.raises(Refused, match=f"registry replace bt-cu {record.unit}"):
        take_place(unit.paths, "bt-cu")
