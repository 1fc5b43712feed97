"""What the agent keeps for itself: the outbox, and which faults it has told of."""

from pathlib import Path

import pytest

from agent import outbox as outbox_module
from agent.outbox import Outbox
from device.faults import Faults
from device.journal import JournalWriter, read
from device.paths import Paths
from evidence.records import Fault, FaultCode
from tests.agent.unit_under_test import CLOCK

MOMENT = CLOCK.now()


def faults(paths: Paths) -> list[tuple[str, bool]]:
    return [(line.detail, line.active) for line in read(paths.journal("agent")) if isinstance(line, Fault)]


def test_a_fault_is_told_once_per_change_also_over_a_restart(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    writer = JournalWriter(paths.journal("agent"))
    for _ in range(2):
        found = Faults(paths.journal("agent"), writer)
        found.raised(MOMENT, FaultCode.UNREACHABLE, "mất mạng", again=False)
        found.raised(MOMENT, FaultCode.UNREACHABLE, "mất mạng, cách khác", again=False)
        found.raised(MOMENT, FaultCode.CONTENT_REFUSED, "gói hỏng")
    assert found.active == ("mất mạng", "gói hỏng")
    found.raised(MOMENT, FaultCode.CONTENT_REFUSED, "gói hỏng cách khác" * 500)
    found = Faults(paths.journal("agent"), writer)
    found.cleared(MOMENT, FaultCode.UNREACHABLE)
    found.cleared(MOMENT, FaultCode.UNREACHABLE)
    found.cleared(MOMENT, FaultCode.SHELF_FULL)
    told = faults(paths)
    assert told[:2] == [("mất mạng", True), ("gói hỏng", True)]
    assert len(told[2][0]) == 2000
    assert told[3:] == [("mất mạng", False)]


def test_a_report_stays_until_it_is_delivered_also_over_a_power_cut(tmp_path: Path) -> None:
    first = Outbox(tmp_path / "outbox.db")
    first.put("một", "boot-1", 0, {"display": 4})
    first.put("hai", "boot-1", 1, {"display": 9, "audio": 2})
    with Outbox(tmp_path / "outbox.db") as second:  # the first was never closed
        waiting = second.waiting()
        assert waiting is not None
        assert waiting.token == "một"
        assert second.taken() == {"display": 9, "audio": 2}
        second.delivered(waiting)
        waiting = second.waiting()
        assert waiting is not None
        assert waiting.token == "hai"
    first.close()


def test_numbers_rise_within_a_boot_and_survive_the_loss_of_the_file(tmp_path: Path) -> None:
    with Outbox(tmp_path / "outbox.db") as box:
        assert box.next_number("boot-1", 30.0) == 30
        box.put("x", "boot-1", 30, {})
        assert box.next_number("boot-1", 30.5) == 31
        assert box.next_number("boot-2", 12.0) == 12
        box.put("y", "boot-2", 12, {})
        assert box.next_number("boot-2", 12.1) == 13
    (tmp_path / "outbox.db").write_bytes(b"rotten" * 1000)
    with Outbox(tmp_path / "outbox.db") as box:
        assert box.taken() == {}
        assert box.next_number("boot-2", 4000.0) == 4000


def test_parked_reports_take_turns_and_their_number_has_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox_module, "MOST_PARKED", 3)
    with Outbox(tmp_path / "outbox.db") as box:
        for number in range(5):
            box.put(str(number), "boot-1", number, {})
            waiting = box.waiting()
            assert waiting is not None
            box.park(waiting)
        assert box.waiting() is None
        order = []
        for _ in range(4):
            parked = box.parked()
            assert parked is not None
            order.append(parked.token)
            box.park(parked)
        assert order == ["2", "3", "4", "2"]


def test_a_file_that_cannot_be_opened_is_not_thrown_away(tmp_path: Path) -> None:
    """No room or no right is not damage: what lies there may be whole."""
    (tmp_path / "outbox.db").mkdir()
    with pytest.raises(outbox_module.sqlite3.OperationalError):
        Outbox(tmp_path / "outbox.db")
