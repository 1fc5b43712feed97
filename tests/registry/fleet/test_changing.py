"""Which reports change a state: of all others the state is the very same, and only its silence counts from later."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.records import ClockState, Commissioned, Fault, FaultCode, Outcome
from evidence.report import Report, Sounding
from registry.fleet.changing import changes
from registry.fleet.holding import Fresh, Taken
from registry.fleet.states import Known, Link, OpenFault, clock_ahead, standing
from registry.fleet.views import simulated_of
from tests.registry.web.conftest import NOON, sounded, stamp, status

MINUTE = timedelta(minutes=1)
FAULT = OpenFault("audio", FaultCode.SPEAKER_LOST, "mất loa / speaker lost")
SPOKEN = Sounding(
    occurrence="vn.20.06001/sang@2026-11-21T05:00Z/0:loi-chao", item="loi-chao", channel="vn.20.06001", language="vi", since=stamp()
)


SAID = {
    "ready": st.booleans(),
    "reasons": st.sampled_from([(), ("unconfirmed",), ("silenced-on-site",), ("no-screen",)]),
    "showing": st.sampled_from([None, "tin-1", "tin-2"]),
    "sounding": st.sampled_from([None, SPOKEN]),
    "muted": st.sampled_from([None, "tắt tiếng / muted"]),
    "volume": st.sampled_from([0.0, -6.0]),
    "simulated": st.sampled_from([(), ("clock",), ("screen",)]),
}


def programs():
    each = st.tuples(st.sampled_from(["display", "audio", "agent"]), st.fixed_dictionaries({}, optional=SAID))
    return st.lists(each, max_size=3, unique_by=lambda pair: pair[0]).map(
        lambda told: tuple(status(name).model_copy(update=fields) for name, fields in told)
    )


def reports():
    return st.builds(
        lambda programs, since, state, ahead, n: Report(
            unit="bt-mau-01",
            boot="boot-1",
            n=n,
            since=since,
            at=stamp(wall=NOON + ahead * MINUTE, state=state),
            versions={"vn/bundle.json": n // 2},
            programs=programs,
        ),
        programs(),
        st.sampled_from([None, 1]),
        st.sampled_from([ClockState.TRUSTED, ClockState.UNKNOWN]),
        st.integers(-10, 60),
        st.integers(2, 5),
    )


@st.composite
def pairs(draw):
    """A report and the next one, mostly of the same but for one word: of two that have nothing in common a change is no surprise."""
    before = draw(reports())
    told = {"n": 6, "at": stamp(wall=NOON + draw(st.integers(-10, 60)) * MINUTE)}
    if before.programs:
        first, *rest = before.programs
        field = draw(st.sampled_from(sorted(SAID)))
        told["programs"] = (first.model_copy(update={field: draw(SAID[field])}), *rest)
    return draw(st.sampled_from([(before, before.model_copy(update=told)), (None, before), (before, draw(reports()))]))


@given(pairs(), st.integers(0, 60), st.sampled_from(Link), st.booleans(), st.booleans(), st.integers(-30, 90))
def test_what_changes_nothing_leaves_every_state_what_it_was(pair, silent, link, faulty, quiet, maintenance):
    before, after = pair
    heard, now = NOON, NOON + silent * MINUTE
    if changes(Taken(after, before, after, heard), now):
        return
    last = sounded(3, outcome=Outcome.REFUSED_BY_RULE, at=stamp(wall=NOON - 11 * 60 * MINUTE)) if quiet else None
    others = {
        "enrolled": NOON - MINUTE,
        "faults": (FAULT,) if faulty else (),
        "link": link,
        "maintenance_until": NOON + maintenance * MINUTE,
        "last_sound": last,
    }
    held, told = Known(report=before, contact=heard, **others), Known(report=after, contact=now, **others)
    assert standing(held, now) == standing(told, now)
    assert (clock_ahead(held), simulated_of(before)) == (clock_ahead(told), simulated_of(after))
    assert (before.versions if before else {}) == after.versions


def told(**fields):
    programs = (status("display", showing="a"), status("audio"))
    return Report(**({"unit": "bt-mau-01", "boot": "b", "n": 1, "at": stamp(), "versions": {}, "programs": programs} | fields))


def brought(*lines, after=None, heard=NOON, silent=15 * MINUTE):
    fresh = tuple(Fresh("audio", line, b"", (line.n, line.n)) for line in lines)
    return changes(Taken(told(), told(), after or told(), heard, fresh), NOON + silent)


def test_the_next_picture_a_new_receipt_or_a_minute_later_change_nothing():
    other = told(n=2, at=stamp(wall=NOON + 15 * MINUTE), programs=(status("display", showing="b"), status("audio")))
    assert not brought(after=other)


@pytest.mark.parametrize(
    "word",
    [
        {"ready": False},
        {"reasons": ("silenced-on-site",)},
        {"showing": None},
        {"sounding": SPOKEN},
        {"muted": "tắt tiếng / muted"},
        {"volume": -6.0},
        {"simulated": ("screen",)},
    ],
)
def test_each_word_of_a_program_that_a_state_follows_from_changes_it(word):
    display, audio = told().programs
    assert brought(after=told(programs=(display.model_copy(update=word), audio)))


def test_a_fault_what_sounded_and_who_holds_a_duty_change_it():
    assert brought(Fault(n=0, at=stamp(), code=FaultCode.SPEAKER_LOST, detail="mất loa / speaker lost"))
    assert brought(sounded(1))
    assert brought(Commissioned.model_construct(n=2))


def test_whoever_was_silent_for_too_long_or_was_never_heard_is_judged():
    assert brought(silent=45 * MINUTE)
    assert brought(heard=None)
