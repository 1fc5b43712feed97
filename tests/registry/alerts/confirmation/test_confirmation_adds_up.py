"""Whatever units report, and whatever they do not: every unit and village counts once, and no step stands without its proof."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from director.alerts import Standing as Life
from evidence.records import ClockState, Fault, FaultCode, Outcome, Rung
from evidence.report import Report
from registry.alerts.confirmation.after import Carry, carries
from registry.alerts.confirmation.ladder import Facts, Reach, delay
from registry.alerts.confirmation.raised import Ended, Raised
from registry.alerts.confirmation.steps import SOUND, Airing, Proof, Step, airing_of, told_by_line
from registry.alerts.confirmation.tally import Village, confirmed, ladder_of
from registry.fleet.states import Known, Link, standing
from tests.registry.web.conftest import NOON, shown, sounded, stamp, status
from tests.simulators.content import CHANNEL, flood_alert

ALERT = flood_alert(NOON).alerts[0]
RAISED = Raised(ALERT, CHANNEL, NOON, {f"{CHANNEL}/alerts.json": 4})
ENDED = Raised(ALERT, CHANNEL, NOON, RAISED.lists, Ended(Life.CANCELLED, NOON + timedelta(minutes=5), {f"{CHANNEL}/stop.json": 1}))
PROOF = Proof(Step.PRESENTED, NOON, True)
NAME = str(ALERT.identity())

moments = st.integers(-600, 7200).map(lambda seconds: NOON + timedelta(seconds=seconds))
proofs = st.builds(Proof, st.sampled_from(Step), moments, st.booleans(), st.one_of(st.none(), st.integers(0, 3)), st.booleans())
airings = st.builds(Airing, st.integers(0, 3), st.sampled_from(Outcome), st.text("abc ", max_size=9), moments)
programs = st.lists(st.sampled_from(["display", "audio", "agent"]), unique=True).map(lambda names: tuple(status(name) for name in names))


@st.composite
def facts(draw, number):
    contact = draw(st.one_of(st.none(), moments))
    report = Report(unit="bt", boot="boot-1", n=1, at=stamp(), versions={}, programs=draw(programs)) if contact else None
    known = Known(NOON - timedelta(days=1), contact, report, link=draw(st.sampled_from(Link)))
    place = f"{CHANNEL}.{draw(st.integers(1, 4)):02d}"
    return Facts(
        f"bt-{number}",
        place,
        place,
        CHANNEL,
        known,
        standing(known, NOON + timedelta(hours=2)),
        draw(st.booleans()),
        draw(st.booleans()),
        draw(st.one_of(st.none(), proofs.map(lambda proof: Proof(Step.RECEIVED, proof.at, proof.clock)))),
        tuple(draw(st.lists(proofs, max_size=6))),
        tuple(draw(st.lists(airings, max_size=2, unique_by=lambda airing: airing.number))),
    )


units = st.integers(0, 7).flatmap(lambda count: st.tuples(*(facts(number) for number in range(count))))


@given(units, st.integers(0, 3), st.sampled_from([RAISED, ENDED]), st.integers(0, 7200))
def test_the_figures_add_up(found, without, raised, seconds):
    bare = [Village(f"{CHANNEL}.9{n}", f"Thôn 9{n}", CHANNEL, ()) for n in range(without)]
    told = confirmed(raised, found, {}, NOON + timedelta(seconds=seconds), bare)
    assert sum(told.units.values()) == len(told.ladders) == len(found)
    assert sum(told.by_village.values()) == len(told.villages) == len({each.place for each in found}) + without
    assert (told.by_village[Reach.NO_UNIT], told.units[Reach.NO_UNIT]) == (without, 0)
    for reach in Reach:
        assert sum(commune.counts[reach] for commune in told.communes) == told.by_village[reach]
    if raised.ended:
        assert sum(len(told.carriers[carry]) for carry in Carry) == len(found)
    for village in (each for each in told.villages if each.ladders):
        assert list(Reach).index(village.reach) == min(list(Reach).index(ladder.reach) for ladder in village.ladders)


@given(facts(1), st.integers(0, 7200))
def test_no_step_stands_without_a_proof_of_it_or_of_what_comes_after_it(found, seconds):
    ladder = ladder_of(found, RAISED, NOON + timedelta(seconds=seconds))
    told = {proof.step for proof in found.proofs} | ({Step.RECEIVED} if found.arrived else set())
    assert {step for step in ladder.first if step > Step.VERIFIED} == {step for step in told if step > Step.VERIFIED}
    assert all(any(step <= other for other in told) for step in ladder.first)
    assert all(proof in (*found.proofs, found.arrived) for proof in ladder.first.values())
    real = {proof.step for proof in found.proofs if not proof.simulated}
    if ladder.reach is Reach.FULL:
        assert ladder.why is None
        assert not found.board or Step.PRESENTED in real
        assert not found.voice or real & {step for step in SOUND if step > Step.COMMANDED}
    else:
        assert ladder.why
    if ladder.reach in (Reach.NOT_REACHED, Reach.NOT_KNOWN):
        assert not ladder.first


@pytest.mark.parametrize(
    ("rung", "steps"),
    [
        (Rung.UNKNOWN, set()),
        (Rung.COMMANDED, {Step.COMMANDED}),
        (Rung.LEFT_DRIVER, {Step.COMMANDED, Step.LEFT_DRIVER}),
        (Rung.ELECTRICAL, {Step.COMMANDED, Step.LEFT_DRIVER, Step.ELECTRICAL}),
        (Rung.HEARD, {Step.COMMANDED, Step.LEFT_DRIVER, Step.HEARD}),
    ],
)
def test_a_receipt_proves_its_rung_and_what_that_cannot_be_without(rung, steps):
    receipt = sounded(3, occurrence=f"alert:{CHANNEL}:{NAME}#1", outcome=Outcome.COMPLETE, rung=rung, offset=12.0)
    identity, found, airing = told_by_line(receipt)
    assert (identity, {proof.step for proof in found}, airing.number) == (NAME, steps, 1)
    assert all(proof.at == receipt.at.wall - timedelta(seconds=12) for proof in found), "the first sample left no later than that"


def test_what_is_about_no_alert_says_nothing_of_one():
    assert told_by_line(shown(1)) is None
    assert told_by_line(sounded(1)) is None
    assert told_by_line(Fault(n=1, at=stamp(), code=FaultCode.SCREEN_LOST, detail="mất màn hình")) is None
    assert airing_of("alert:vn.20:a#b,c#d,2026#2") == ("a#b,c#d,2026", 2)
    assert airing_of("alert:vn.20:a,b,c#x") is None
    presented = told_by_line(shown(1, item=NAME, frames=0, outcome=Outcome.FAILED))
    assert presented == (NAME, (), None), "no frame, no proof"


def test_a_clock_that_nobody_vouches_for_tells_no_delay():
    unsure = shown(1, item=NAME, frames=1).model_copy(update={"began": stamp(state=ClockState.UNKNOWN)})
    assert [delay(proof, NOON) for proof in told_by_line(unsure)[1]] == [None]


def after_the_end(showing=None, stopped=PROOF, how=Life.CANCELLED):
    board = status("display", showing=showing).model_copy(update={"emergency": True})
    at = NOON + timedelta(minutes=6)
    report = Report(unit="bt", boot="boot-1", n=1, at=stamp(wall=at), versions={}, programs=(board,))
    known = Known(NOON - timedelta(days=1), at, report)
    found = Facts("bt", f"{CHANNEL}.01", "Thôn", CHANNEL, known, standing(known, at), True, True, None, (PROOF,), (), stopped)
    ended = replace(ENDED, ended=replace(ENDED.ended, how=how))
    return carries(ladder_of(found, ended, at), ended, at)


@pytest.mark.parametrize(
    ("showing", "carry"),
    [
        ("alert-lu-1-vi", Carry.SHOWING),
        ("alert-lu-1-vi-p2of3", Carry.SHOWING),
        ("alert-lu-1-2-vi", Carry.GONE),
        ("alert-lu-1-vi-2", Carry.GONE),
        ("alert-lu-1-km", Carry.GONE),
        ("alert-lu-12-vi", Carry.GONE),
        (None, Carry.GONE),
    ],
)
def test_an_ended_alert_is_still_shown_by_a_page_of_its_own_alone(showing, carry):
    assert after_the_end(showing) is carry


@pytest.mark.parametrize(
    ("how", "carry"), [(Life.CANCELLED, Carry.NOT_KNOWN), (Life.SUPERSEDED, Carry.NOT_KNOWN), (Life.EXPIRED, Carry.GONE)]
)
def test_a_unit_that_is_silent_and_may_not_hold_what_ends_it_is_not_said_to_have_stopped(how, carry):
    assert after_the_end(stopped=None, how=how) is carry
