"""What is wrong is told once, gathers what it is about, and a restart repeats nothing."""

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


def test_many_things_are_one_fault_and_asking_again_writes_nothing(program):
    for _ in range(50):
        program.faults.joined(NOW, GAP, "a thiếu km")
        program.faults.joined(NOW, GAP, "b thiếu km; rồi")
    assert program.told() == [("a thiếu km", True), ("a thiếu km; b thiếu km, rồi", True)]
    assert program.faults.active == ("a thiếu km; b thiếu km, rồi",)


def test_a_restart_knows_what_was_told(program):
    program.faults.joined(NOW, GAP, "a")
    program.faults.joined(NOW, GAP, "b")
    program.restart()
    program.faults.joined(NOW, GAP, "a")
    assert len(program.told()) == 2
    program.faults.cleared(NOW, GAP)
    program.restart()
    program.faults.cleared(NOW, GAP)
    assert program.told()[2:] == [("a; b", False)]


def test_what_no_longer_fits_is_left_out_and_never_written_again_and_again(program):
    for _ in range(3):
        for number in range(400):
            program.faults.joined(NOW, GAP, f"tin-{number:04} thiếu km")
    told = program.told()
    assert len(told) < 400
    assert len(told[-1][0]) <= LONGEST_DETAIL
