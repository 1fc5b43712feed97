"""A permit withholds a signed release and never hurries it; nobody but the registry gives one."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bundle.errors import Refused
from bundle.software import cohort
from evidence.permit import Permit, read_permit, sealed_permit, withheld
from evidence.signing import new_key, public_jwk
from tests.simulators.content import CHANNEL, package_of, release_of

NOW = datetime(2027, 5, 3, 1, 0, tzinfo=UTC)
RELEASE = release_of(NOW, package_of(b"ours"))
REGISTRY, STRANGER = new_key(), new_key()
FIRST = next(f"thon-{number}" for number in range(1000) if cohort(f"thon-{number}", RELEASE.number) < 3)
LAST = next(f"thon-{number}" for number in range(1000) if cohort(f"thon-{number}", RELEASE.number) >= 25)


def permit(percent=100, n=1, **other):
    fields = {"channel": CHANNEL, "release": RELEASE.number, "percent": percent, "n": n, "until": NOW + timedelta(days=14), **other}
    return Permit.model_validate(fields)


def test_a_permit_comes_from_this_registry_alone():
    token = sealed_permit(permit(), REGISTRY)
    assert read_permit(token, public_jwk(REGISTRY)) == permit()
    with pytest.raises(Refused):
        read_permit(sealed_permit(permit(), STRANGER), public_jwk(REGISTRY))


def test_another_statement_of_the_registry_is_no_permit():
    from evidence.signing import sign

    with pytest.raises(Refused):
        read_permit(sign(b'{"format":1,"kind":"stick-acknowledgement"}', REGISTRY), public_jwk(REGISTRY))


@pytest.mark.parametrize(
    ("given_", "unit", "at", "says"),
    [
        (None, FIRST, NOW, "has not permitted"),
        (permit(release="1.3.9"), FIRST, NOW, "has not permitted"),
        (permit(channel="vn.20"), FIRST, NOW, "has not permitted"),
        (permit(percent=0), FIRST, NOW, "not this unit's turn"),
        (permit(percent=25), LAST, NOW + timedelta(days=9), "not this unit's turn"),
        (permit(), FIRST, NOW - timedelta(seconds=1), "this stage opens"),
        (permit(), LAST, NOW + timedelta(hours=47), "this stage opens"),
        (permit(), FIRST, NOW + timedelta(days=14), "has ended"),
    ],
)
def test_a_unit_waits_for_its_turn(given_, unit, at, says):
    assert says in withheld(RELEASE, given_, unit, at)


def test_a_unit_whose_turn_has_come_may_take_it():
    assert withheld(RELEASE, permit(percent=3), FIRST, NOW) == ""
    assert withheld(RELEASE, permit(), LAST, NOW + timedelta(hours=48)) == ""


@given(st.integers(0, 100), st.from_regex(r"[a-z0-9]{1,12}", fullmatch=True), st.integers(0, 14 * 24 - 1))
def test_whatever_a_registry_permits_no_unit_is_ahead_of_the_signed_hours(percent, unit, hours):
    at = NOW + timedelta(hours=hours)
    if not withheld(RELEASE, permit(percent), unit, at):
        assert cohort(unit, RELEASE.number) < percent
        assert at >= RELEASE.opens(RELEASE.stage_of(unit))
