"""Different generations on board and loudspeaker for over ten seconds are a fault; anything shorter is a hand-over."""

from agent.agreement import Agreement
from device.clock import ManualClock
from evidence.report import ProgramStatus
from tests.agent.unit_under_test import CLOCK


def status(program: str, clock: ManualClock, version: int) -> ProgramStatus:
    return ProgramStatus(program=program, at=clock.now().stamp(), ready=True, versions={"vn/bundle.json": version})


def complaint(agreement: Agreement, clock: ManualClock, display: int, audio: int) -> str:
    return agreement.complaint(status("display", clock, display), status("audio", clock, audio), clock.now())


def test_a_lasting_difference_is_told_and_its_end_too() -> None:
    agreement, clock = Agreement(), ManualClock(CLOCK.moment)
    assert complaint(agreement, clock, 2, 1) == ""
    clock.advance(10)
    assert complaint(agreement, clock, 2, 1) == ""
    clock.advance(0.5)
    assert "vn/bundle.json 2 ≠ 1" in complaint(agreement, clock, 2, 1)
    assert complaint(agreement, clock, 2, 2) == ""
    clock.advance(60)
    assert complaint(agreement, clock, 3, 2) == "", "a new difference begins anew"


def test_a_program_that_is_away_differs_from_nobody() -> None:
    agreement, clock = Agreement(), ManualClock(CLOCK.moment)
    old = status("audio", clock, 1)
    for _ in range(8):
        clock.advance(10)
        found = agreement.complaint(status("display", clock, 2), old, clock.now())
    assert found == ""
    assert agreement.complaint(None, old, clock.now()) == ""
