"""What a report weighs and says, and when it is due."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.compose import report, sketch
from agent.gather import urgent, with_hole_named
from bundle.parse import parse
from evidence.cadence import DEBOUNCE, Cadence
from evidence.packing import inflated
from evidence.records import (
    AlertSeen,
    Fault,
    FaultCode,
    Gap,
    OpenedOnSite,
    Outcome,
    PageOpened,
    PageReason,
    Rung,
    Sounded,
    StoppedOnSite,
    Switched,
)
from evidence.report import Journalled, ProgramStatus, Report, Sounding
from evidence.signing import new_key, public_jwk, verify
from evidence.timing import Rhythm
from evidence.travelling import document, signed
from tests.agent.unit_under_test import CHANNEL, CLOCK, alert_seen, record, shown

KEY = new_key()
BOOT = "5f6c3c1e-8a57-4c0e-9d43-0d7a8ee81f0b"
MOMENT = type(CLOCK.moment)(CLOCK.moment.wall + timedelta(microseconds=123456), CLOCK.moment.state, BOOT, 86412.5123)
VERSIONS = {f"{channel}/{name}.json": 12 for channel in ("vn", "vn.20", CHANNEL) for name in ("stop", "alerts", "policy", "bundle")}
ALERT = "alert:vn.20:pctt@tinh.example,lu-1,2026-05-04T01:00:00+00:00#1"


def status(program: str, **rest: object) -> ProgramStatus:
    at = MOMENT.later(-hash(program) % 7 * 0.37).stamp()
    return ProgramStatus.model_validate({"program": program, "at": at, "ready": True, "versions": {}} | rest)


def told(*lines: Journalled) -> Report:
    programs = (
        status("agent"),
        status("display", showing=f"{CHANNEL}/tiem-chung", versions=VERSIONS),
        status("audio", versions=VERSIONS),
        status("amplifier"),
    )
    return report(record("https://bangtin.tinh.example"), MOMENT, 4711, sketch(programs), lines)


def sounded() -> Journalled:
    line = Sounded(
        n=77,
        at=MOMENT.stamp(),
        occurrence=ALERT,
        item=ALERT[12:-2],
        channel="vn.20",
        version=7,
        language="vi",
        outcome=Outcome.COMPLETE,
        rung=Rung.LEFT_DRIVER,
        offset=12.25,
        samples=588000,
        late=0.0021,
    )
    return Journalled(program="audio", line=line)


def receipts(count: int) -> tuple[Journalled, ...]:
    found = []
    for number in range(count):
        began = MOMENT.later(20.0137 * number + 0.0071 * (number % 5))
        line = shown(began.later(20.0093 + 0.0003 * number).stamp())
        line = line.model_copy(update={"n": 900 + number, "began": began.stamp(), "item": f"tin-{number % 9}", "frames": 20 + number % 4})
        found.append(Journalled(program="display", line=line))
    return tuple(found)


def weight(*lines: Journalled) -> int:
    return len(signed(told(*lines), KEY))


def test_the_budgets_of_a_report_hold() -> None:
    """A full one of an idle unit ≤ 1 KB, a change ≤ 600 B, a receipt ≤ 70 B among those of a quarter of an hour."""
    idle = weight()
    assert idle <= 1024
    assert weight(sounded()) <= 600
    assert (weight(*receipts(45)) - idle) / 45 <= 70


def test_what_was_signed_is_the_whole_report() -> None:
    lines = (sounded(), *receipts(3), Journalled(program="display", line=Gap(n=5, at=MOMENT.stamp(), first=1, last=4)))
    there = parse(Report, inflated(verify(signed(told(*lines), KEY), public_jwk(KEY)), "report", 10**6), "report")
    assert there == told(*lines)
    assert there.versions == VERSIONS


def test_a_program_that_obeys_other_versions_says_so() -> None:
    programs = (status("display", versions={"vn/bundle.json": 2}), status("audio", versions={"vn/bundle.json": 1}))
    found = report(record("https://x.example"), MOMENT, 1, sketch(programs), ())
    assert found.versions == {"vn/bundle.json": 2}
    assert [said.versions for said in found.programs] == [{}, {"vn/bundle.json": 1}]


def test_a_quiet_report_says_no_more_than_it_must() -> None:
    assert set(document(report(record("https://x.example"), MOMENT, 1, sketch([None]), ()))) == {"format", "unit", "boot", "n", "at"}


@pytest.mark.parametrize(
    ("line", "is_urgent"),
    [
        (alert_seen(), True),
        (sounded().line, True),
        (sounded().line.model_copy(update={"occurrence": "vn.20/buoi-sang@2026-05-04T00:00:00+00:00/0:gioi-thieu"}), False),
        (Fault(n=0, at=MOMENT.stamp(), code=FaultCode.SCREEN_LOST, detail="mất màn hình"), True),
        (StoppedOnSite(n=0, at=MOMENT.stamp(), count=1, stopped=True), True),
        (OpenedOnSite(n=0, at=MOMENT.stamp(), occurrence="override:b:1:microphone", holder="Lò Văn Păn", seconds=300.0), True),
        (PageOpened(n=0, at=MOMENT.stamp(), why=PageReason.BUTTON, seconds=1800.0), True),
        (shown(), False),
        (shown().model_copy(update={"outcome": Outcome.STARTED}), True),
        (Switched(n=0, at=MOMENT.stamp(), line="horn", active=True, activation=1, reason="due"), False),
    ],
)
def test_alerts_faults_and_what_people_did_on_site_are_urgent(line: AlertSeen | Sounded, is_urgent: bool) -> None:
    assert urgent(line) is is_urgent


def test_an_alert_that_begins_or_ends_is_worth_a_report_and_an_ordinary_page_is_not() -> None:
    at = MOMENT.stamp()
    board, voice = status("display", showing="notice-a"), status("audio")

    def sounds(occurrence: str) -> ProgramStatus:
        leaves = Sounding(occurrence=occurrence, item="a", channel="vn.20", language="vi", since=at)
        return voice.model_copy(update={"sounding": leaves})

    quiet = sketch([board, voice]).standing
    assert sketch([board.model_copy(update={"showing": "notice-b"}), sounds("vn.20/sang@x/0:a")]).standing == quiet
    on_board, aloud = sketch([board.model_copy(update={"emergency": True}), voice]), sketch([board, sounds("alert:vn.20:a,b,c#0")])
    again = sketch([board, sounds("alert:vn.20:a,b,c#1")])
    kinds = [quiet, on_board.standing, aloud.standing, again.standing]
    assert not any(one == other for n, one in enumerate(kinds) for other in kinds[:n])


@given(st.integers(-1, 50), st.integers(0, 60), st.integers(0, 10))
def test_every_number_is_vouched_for(after: int, number: int, width: int) -> None:
    """Whatever is missing between two lines is named, and a gap that names itself is not named again."""
    line = alert_seen().model_copy(update={"n": number})
    found = with_hole_named(line, after)
    assert found[-1] == line
    if number > after + 1:
        assert isinstance(found[0], Gap)
        assert (found[0].n, found[0].first, found[0].last) == (after + 1, after + 1, number - 1)
    else:
        assert found == (line,)
    own = Gap(n=after + width + 2, at=MOMENT.stamp(), first=after + 1, last=after + width + 1)
    assert with_hole_named(own, after) == (own,)


def cadence() -> Cadence:
    return Cadence(Rhythm(900, 0.5), regular=450.0)


def test_regular_reports_keep_the_slot() -> None:
    found = cadence()
    assert not found.due(449)
    assert found.due(450)
    found.reported(451)
    assert not found.due(1349)
    assert found.due(1350)


def test_urgent_news_waits_a_moment_for_what_follows_and_then_goes() -> None:
    found = cadence()
    found.hasten(10)
    assert not found.due(10 + DEBOUNCE / 2)
    found.hasten(10 + DEBOUNCE / 2)
    assert found.due(10 + DEBOUNCE), "what follows does not put it off for ever"
    found.reported(12)
    assert not found.due(14)


def test_a_failure_waits_and_a_sign_of_life_ends_the_wait() -> None:
    found = cadence()
    found.hasten(440)
    found.failed(450, None, 0.0)
    assert not found.due(454)
    assert found.due(455)
    found.failed(455, 300, 0.5)
    assert not found.due(700)
    found.reachable()
    assert found.due(456)
    found.reported(456)
    assert found.failures == 0


def test_however_rarely_a_unit_polls_it_reports_every_quarter_of_an_hour() -> None:
    assert Cadence.of("loa-01", 21600, 0).rhythm.period == 900
