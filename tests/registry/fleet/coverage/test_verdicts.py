"""A village is reached by proof alone; of units that are simulated, stale or overdue nothing is known, whatever they proved before."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.fleet.coverage.verdicts import Cell, Counts, Essential, Facts, Mark, cell, tally, verdict
from registry.fleet.states import Link, State
from tests.registry.web.conftest import NOON

CHANNEL = "vn.20.06001"
NOTICE = Essential(CHANNEL, "lich-tiem", False, "Lịch tiêm", 3, 4, NOON, ("vi",))
SPOKEN = replace(NOTICE, item="loa-tiem", spoken=True)
WELL = Facts(
    "bt-01",
    f"{CHANNEL}.01",
    State.PLAYING,
    (),
    Link.NETWORK,
    NOON - timedelta(minutes=5),
    frozenset(("display", "audio")),
    (),
    {f"{CHANNEL}/bundle.json": 4},
)
PROVEN = Counts(day=3, whole=4)


def judge(essential=NOTICE, counts=PROVEN, needed=3, **more):
    return verdict(essential, replace(WELL, **more), counts, needed, NOON)


@pytest.mark.parametrize(
    ("essential", "counts", "needed", "mark"),
    [
        (NOTICE, Counts(3, 3), 3, Mark.SHOWN),
        (NOTICE, Counts(2, 9), 3, Mark.NOT_YET),
        (NOTICE, Counts(0, 9), 1, Mark.NOT_YET),
        (NOTICE, Counts(1, 1), 1, Mark.SHOWN),
        (SPOKEN, Counts(3, 3), 3, Mark.HEARD),
        (SPOKEN, Counts(0, 0), 3, Mark.NOT_YET),
    ],
)
def test_it_counts_after_the_policys_number_of_complete_presentations_by_day(essential, counts, needed, mark):
    found = judge(essential, counts, needed)
    assert found.mark is mark
    assert f"{counts.day}/{needed}" in found.why


def test_of_simulated_units_nothing_is_known():
    found = judge(simulated=("screen",))
    assert (found.mark, found.why) == (Mark.NOT_KNOWN, "mô phỏng / simulated: screen")


def test_what_simulated_hardware_presented_is_told_and_reaches_nobody():
    found = judge(counts=Counts(simulated=7), simulated=("screen",))
    assert found.mark is Mark.NOT_KNOWN
    assert "trình bày trọn vẹn 7 lần, mô phỏng nên chưa tính / presented whole 7 times, not counted" in found.why


def test_of_overdue_units_nothing_is_known_and_what_they_proved_before_is_told():
    found = judge(state=State.OVERDUE, contact=NOON - timedelta(hours=1))
    assert found.mark is Mark.NOT_KNOWN
    assert "3 times before that" in found.why
    assert judge(state=State.OVERDUE, counts=Counts()).mark is Mark.NOT_KNOWN, "that they were not reached is not known either"


@pytest.mark.parametrize(("link", "age"), [(Link.NETWORK, timedelta(minutes=45)), (Link.COURIER, timedelta(days=14))])
def test_of_units_whose_last_report_is_old_nothing_is_known_also_while_somebody_works_on_them(link, age):
    for state in (State.MAINTENANCE, State.PLAYING):
        assert judge(state=state, link=link, contact=NOON - age).mark is Mark.NOT_KNOWN
        assert judge(state=state, link=link, contact=NOON - age + timedelta(seconds=1)).mark is Mark.SHOWN


def test_of_units_whose_content_is_behind_nothing_is_known():
    found = judge(versions={f"{CHANNEL}/bundle.json": 3})
    assert (found.mark, "holds release 3, it came with 4" in found.why) == (Mark.NOT_KNOWN, True)
    assert judge(versions={}).mark is Mark.NOT_KNOWN
    assert judge(versions={f"{CHANNEL}/bundle.json": 9}).mark is Mark.SHOWN, "the words are still the same in the ninth"


def test_a_unit_that_never_reported_is_not_known():
    assert judge(contact=None, outputs=frozenset()).mark is Mark.NOT_KNOWN


def test_a_unit_without_the_output_is_no_unit_for_it():
    assert (judge(SPOKEN, outputs=frozenset({"display"})).mark) is Mark.NO_UNIT
    assert (judge(NOTICE, outputs=frozenset({"audio"})).mark) is Mark.NO_UNIT


def test_a_fault_says_why_it_is_not_yet_there():
    found = judge(state=State.SILENT_FAULT, why=("display: mất màn hình / screen lost",), counts=Counts(1, 1))
    assert (found.mark, found.why.endswith("display: mất màn hình / screen lost")) == (Mark.NOT_YET, True)


def test_a_village_with_several_units_is_reached_when_one_of_them_is():
    marks = [judge(unit="bt-1", counts=Counts()), judge(unit="bt-2", simulated=("screen",)), judge(unit="bt-3")]
    assert cell(NOTICE, "vn.1", marks).mark is Mark.SHOWN


def test_while_one_unit_is_not_known_nobody_says_that_the_village_was_not_reached():
    marks = [judge(unit="bt-1", counts=Counts()), judge(unit="bt-2", simulated=("screen",))]
    assert cell(NOTICE, "vn.1", marks).mark is Mark.NOT_KNOWN


def test_a_village_without_a_unit_is_its_own_case():
    found = cell(NOTICE, "vn.1", [])
    assert found == Cell("vn.1", Mark.NO_UNIT, "chưa có thiết bị / there is no unit", ())


def test_a_village_whose_own_language_is_missing_says_so():
    assert cell(NOTICE, "vn.1", [], ("km", "vi")).unspoken == "km"
    assert cell(replace(NOTICE, languages=("vi", "km")), "vn.1", [], ("km", "vi")).unspoken is None
    assert cell(NOTICE, "vn.1", [], ("vi", "km")).unspoken is None
    assert cell(NOTICE, "vn.1", []).unspoken is None, "whose language nobody wrote down"


def test_it_is_meant_for_its_areas_and_units_below_its_channel():
    assert NOTICE.means(f"{CHANNEL}.01")
    assert not NOTICE.means("vn.20.06002.01")
    some = replace(NOTICE, areas=(f"{CHANNEL}.02",), units=("bt-9",))
    assert [some.means(f"{CHANNEL}.0{n}", unit) for n, unit in ((1, ""), (2, ""), (1, "bt-9"), (1, "bt-1"))] == [False, True, True, False]


facts = st.builds(
    Facts,
    st.just("bt-01"),
    st.just(f"{CHANNEL}.01"),
    st.sampled_from(State),
    st.just(("?",)),
    st.sampled_from(Link),
    st.none() | st.integers(0, 40000).map(lambda minutes: NOON - timedelta(minutes=minutes)),
    st.frozensets(st.sampled_from(("display", "audio", "agent"))),
    st.sampled_from(((), ("screen",))),
    st.dictionaries(st.just(f"{CHANNEL}/bundle.json"), st.integers(1, 6)),
)
counts = st.builds(lambda day, night, simulated: Counts(day, day + night, simulated), *[st.integers(0, 5)] * 3)


@given(st.lists(st.tuples(facts, counts), max_size=4), st.sampled_from((NOTICE, SPOKEN)), st.integers(1, 5))
def test_reached_only_by_a_real_unit_that_is_known_to_be_well_and_proved_enough(units, essential, needed):
    told = [verdict(essential, each, number, needed, NOON) for each, number in units]
    found = cell(essential, f"{CHANNEL}.01", told)
    proving = [each for each, number in units if number.day >= needed and not each.simulated and each.state is not State.OVERDUE]
    if found.mark in (Mark.SHOWN, Mark.HEARD):
        assert any(each.versions.get(f"{CHANNEL}/bundle.json", 0) >= essential.release for each in proving)
        assert found.mark is (Mark.HEARD if essential.spoken else Mark.SHOWN)
    if found.mark is Mark.NOT_YET:
        assert all(each.mark is not Mark.NOT_KNOWN for each in told)
    assert sum(tally([found.mark]).values()) == 1
    assert " / " in found.why or found.why.startswith("mô phỏng")
