"""A release says what is installed where, in which order of units, and nothing that would lead a unit astray."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bundle.base import BulletinClass
from bundle.errors import Refused
from bundle.software import Build, Package, Stage, cohort, rank, release_assets
from bundle.trust import Target
from bundle.trust.documents import needed_by_class, parse_document
from tests.simulators.content import CHANNEL, package_of, release_of

NOW = datetime(2027, 5, 3, 1, 0, tzinfo=UTC)
OURS = package_of(b"ours")
NUMBERS = st.lists(st.integers(0, 999_999), min_size=2, max_size=4).map(lambda parts: ".".join(map(str, parts)))
STAGES = st.sets(st.integers(1, 99), max_size=5).map(
    lambda percents: tuple(Stage(percent=percent, hours=percent / 4) for percent in (*sorted(percents), 100))
)


def test_a_release_survives_its_own_file_format():
    release = release_of(NOW, OURS, package_of(b"theirs", "libssl3", "3.0.17-1~deb12u2"))
    assert parse_document(release.model_dump_json().encode(), CHANNEL, Target.SOFTWARE) == release


def test_its_packages_count_as_routine_content_and_each_file_once():
    both = tuple(Build(architecture=each, suite="bookworm", packages=(OURS,)) for each in ("amd64", "arm64"))
    release = release_of(NOW, OURS, builds=both)
    assert needed_by_class(release) == {BulletinClass.ROUTINE: {OURS.sha256: OURS}}
    assert release_assets(release) == {OURS.sha256: OURS}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"builds": (Build(architecture="amd64", suite="bookworm", packages=(package_of(b"x", "libssl3", "3.0"),)),)}, "is missing for"),
        ({"builds": (Build(architecture="amd64", suite="bookworm", packages=(OURS,)),) * 2}, "build stands twice"),
        ({"stages": (Stage(percent=3, hours=1),)}, "end with 100"),
        ({"stages": (Stage(percent=25, hours=1), Stage(percent=3, hours=1), Stage(percent=100, hours=1))}, "must grow"),
    ],
)
def test_half_a_release_is_refused(change, says):
    with pytest.raises(ValidationError, match=says):
        release_of(NOW, OURS, **change)


def test_a_package_stands_once_in_a_build():
    with pytest.raises(ValidationError, match="twice"):
        Build(architecture="amd64", suite="bookworm", packages=(OURS, package_of(b"other")))


@pytest.mark.parametrize("name", ["--root=x", "../bangtin", "a", "Bangtin", "bangtin 1", "bangtin;reboot"])
def test_a_name_that_dpkg_could_take_for_anything_else_is_refused(name):
    with pytest.raises(ValidationError):
        package_of(b"x", name)


@pytest.mark.parametrize("number", ["1", "1.2.3.4.5", "01.2", "1.2rc1", "../1.2", "1.2\n"])
def test_a_version_of_ours_is_numbers_that_can_be_compared(number):
    raw = release_of(NOW, OURS).model_dump_json().replace('"number":"1.4.0"', f'"number":{json.dumps(number)}')
    with pytest.raises(Refused):
        parse_document(raw.encode(), CHANNEL, Target.SOFTWARE)


@given(NUMBERS, NUMBERS)
def test_versions_compare_as_numbers_and_not_as_words(one, other):
    padded = [tuple(int(part) for part in number.split(".")) + (0,) * (3 - number.count(".")) for number in (one, other)]
    assert (rank(one) < rank(other)) == (padded[0] < padded[1])
    assert (rank(one) == rank(other)) == (padded[0] == padded[1])


def test_the_tenth_comes_after_the_ninth():
    assert rank("1.10.0") > rank("1.9")


@given(st.from_regex(r"[a-z0-9]{1,20}", fullmatch=True), NUMBERS, STAGES)
def test_every_unit_has_one_stage_and_no_stage_opens_before_the_hours_of_those_before_it(unit, number, stages):
    release = release_of(NOW, package_of(b"x", f"bangtin-{number}", number), number=number, stages=stages)
    place = release.stage_of(unit)
    assert stages[place].percent > cohort(unit, number)
    assert all(stage.percent <= cohort(unit, number) for stage in stages[:place])
    assert release.opens(place) - NOW == sum((timedelta(hours=stage.hours) for stage in stages[:place]), timedelta())


def test_lots_are_even_and_drawn_anew_for_each_release():
    units = [f"thon-{number}" for number in range(10_000)]
    first, second = ([cohort(unit, number) for unit in units] for number in ("1.4.0", "1.5.0"))
    assert 220 <= sum(lot < 3 for lot in first) <= 380
    both = sum(one < 10 and other < 10 for one, other in zip(first, second, strict=True))
    assert 60 <= both <= 140, "a hundredth of all, as by chance"


def test_the_largest_package_fits_and_no_larger_one():
    with pytest.raises(ValidationError):
        Package(sha256="0" * 64, size=256 * 1024 * 1024 + 1, name="bangtin-wheels-1", version="1")
