"""The agent's own journal over a year without a link: small, its hole named in the next report, and no fault forgotten."""

from agent.gather import Gatherer
from agent.main import retire
from device import journal
from device.acks import write_acks
from device.faults import Faults
from device.journal import JournalWriter
from device.paths import Paths
from evidence.records import FaultCode, Gap
from tests.agent.unit_under_test import CLOCK


def test_a_year_without_a_link(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(journal, "SEGMENT_BYTES", 1000)
    paths, folder = Paths(tmp_path), Paths(tmp_path).journal("agent")
    writer = JournalWriter(folder, most_bytes=4000)
    faults, now = Faults(folder, writer), CLOCK.now()
    faults.raised(now, FaultCode.UNREACHABLE, "no link")
    for day in range(365):
        faults.raised(now, FaultCode.SHELF_FULL, f"day {day}")
        faults.cleared(now, FaultCode.SHELF_FULL)
        retire(paths, writer, faults, now)
    assert sum(path.stat().st_size for path in folder.glob("*.seg")) <= 4000
    assert Faults(folder, writer).active == ("no link",)
    first = Gatherer(paths, {}).next_lines()[0].line
    assert isinstance(first, Gap)
    assert (first.first, first.last > 600) == (0, True)


def test_a_fault_that_lasts_stays_in_the_journal_when_the_registry_has_it(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(journal, "SEGMENT_BYTES", 1000)
    paths, folder = Paths(tmp_path), Paths(tmp_path).journal("agent")
    writer = JournalWriter(folder)
    faults, now = Faults(folder, writer), CLOCK.now()
    faults.raised(now, FaultCode.UNREACHABLE, "no link")
    for day in range(20):
        faults.raised(now, FaultCode.SHELF_FULL, f"day {day}")
        faults.cleared(now, FaultCode.SHELF_FULL)
    write_acks(paths, {"agent": 40})
    retire(paths, writer, faults, now)
    assert Faults(folder, writer).active == ("no link",)
    faults.cleared(now, FaultCode.UNREACHABLE)
    retire(paths, writer, faults, now)
    assert len(list(folder.glob("*.seg"))) == 1
