"""What is wrong is told once and right again once, and a restart repeats nothing."""

import pytest

from device.clock import ManualClock
from device.faults import LONGEST_DETAIL, Faults
from device.journal import JournalWriter, read
from evidence.records import Fault, FaultCode
from tests.simulators.publisher import START

NOW = ManualClock.at(START).now()
GAP = FaultCode.LANGUAGE_MISSING


class Program:
    """A program with a journal; `restart` is another run of it."""

    def __init__(self, folder):
        self.folder, self.writer = folder, None
        self.restart()

    def restart(self):
        if self.writer:
            self.writer.close()
        self.writer = JournalWriter(self.folder, False)
        self.faults = Faults(self.folder, self.writer)

    def told(self):
        return [(line.detail, line.active) for line in read(self.folder) if isinstance(line, Fault)]


@pytest.fixture
def program(tmp_path):
    made = Program(tmp_path / "journal")
    yield made
    made.writer.close()


@pytest.mark.parametrize("restarts", [False, True])
def test_a_standing_fault_is_told_when_it_changes_and_only_then(program, restarts):
    for detail in ("", "a", "a", "a; b", "a; b", "", "", "a"):
        program.faults.standing(NOW, GAP, detail)
        if restarts:
            program.restart()
    assert program.told() == [("a", True), ("a; b", True), ("a; b", False), ("a", True)]


def test_a_detail_of_any_length_is_told_once(program):
    for _ in range(3):
        program.faults.standing(NOW, GAP, "x" * 5 * LONGEST_DETAIL)
    assert [len(detail) for detail, _ in program.told()] == [LONGEST_DETAIL]
