"""Why a boot began: from what the boot before left on the card, and from the hardware's own word where it has one."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent.health.boots import Boots, Reset, Traces, judged, why_started
from caretaker.last_words import keep
from caretaker.reboot import judge
from device.caretaker_settings import CaretakerSettings
from device.clock import ManualClock
from device.paths import Paths
from device.reboots import ask_reboot
from evidence.health import BootReason
from tests.agent.health.machine_under_test import put

RSTS = "proc/device-tree/chosen/bootloader/rsts"


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    found = Paths(tmp_path)
    found.last_words.mkdir(parents=True)
    return found


def shut_down(paths: Paths) -> None:
    """As the caretaker does it, stopped last."""
    keep(paths, CaretakerSettings(), "shutdown", b"Stopping...\n")


def firmware_says(paths: Paths, register: int) -> None:
    put(paths, RSTS, "").write_bytes(register.to_bytes(4))


def test_the_first_start_is_told_once(paths: Paths) -> None:
    assert why_started(paths, "b1") is BootReason.FIRST
    assert why_started(paths, "b1") is BootReason.FIRST, "the agent's next start in the same boot"
    shut_down(paths)
    assert why_started(paths, "b1") is BootReason.FIRST, "also when somebody has begun to shut down"


def test_a_unit_that_was_shut_down_came_back_in_order(paths: Paths) -> None:
    why_started(paths, "b1")
    shut_down(paths)
    firmware_says(paths, 0x1000)
    assert why_started(paths, "b2") is BootReason.ORDERLY, "whatever the hardware says: first it was shut down"


def test_one_shutdown_explains_one_boot(paths: Paths) -> None:
    why_started(paths, "b1")
    shut_down(paths)
    why_started(paths, "b2")
    assert why_started(paths, "b3") is BootReason.UNCLEAN


def test_what_was_said_at_a_death_is_no_shutdown(paths: Paths) -> None:
    why_started(paths, "b1")
    keep(paths, CaretakerSettings(), "bangtin-display", b"Traceback\n")
    assert why_started(paths, "b2") is BootReason.UNCLEAN


def test_a_reboot_that_the_caretaker_granted_is_an_ordered_one(paths: Paths) -> None:
    clock = ManualClock.at(datetime(2026, 11, 21, 5, 0, tzinfo=UTC))
    boot = clock.now().boot
    why_started(paths, boot)
    ask_reboot(paths, "modem", "modem treo / it hangs", clock.now().stamp())
    judge(paths, CaretakerSettings(), clock.now())
    shut_down(paths)
    assert why_started(paths, "b2") is BootReason.ORDERED
    shut_down(paths)
    assert why_started(paths, "b3") is BootReason.ORDERLY, "that one was granted in an earlier boot"


@pytest.mark.parametrize(
    ("register", "reason"),
    [
        (0x1000, BootReason.POWER),
        (0x1020, BootReason.POWER),
        (0x20, BootReason.WATCHDOG),
        (0x21, BootReason.WATCHDOG),
        (0, BootReason.UNCLEAN),
    ],
)
def test_a_pi_tells_a_power_cut_from_a_hang(paths: Paths, register: int, reason: BootReason) -> None:
    why_started(paths, "b1")
    firmware_says(paths, register)
    assert why_started(paths, "b2") is reason


def test_a_watchdog_of_another_machine_tells_as_well(paths: Paths) -> None:
    put(paths, "sys/class/watchdog/watchdog0/bootstatus", "0\n")
    why_started(paths, "b1")
    assert why_started(paths, "b2") is BootReason.UNCLEAN
    put(paths, "sys/class/watchdog/watchdog0/bootstatus", "32\n")
    assert why_started(paths, "b3") is BootReason.WATCHDOG


def test_where_nobody_can_look_the_reason_is_unknown(tmp_path: Path) -> None:
    found = Paths(tmp_path)
    assert why_started(found, "b1") is None
    found.last_words.mkdir()
    assert why_started(found, "b2") is None, "whether the last boot was shut down, nobody noted"
    assert why_started(found, "b3") is BootReason.UNCLEAN


def test_a_note_that_cannot_be_read_makes_no_first_boot(paths: Paths) -> None:
    put(paths, "var/lib/bangtin/boot.json", "torn")
    assert why_started(paths, "b1") is None


def test_a_unit_of_an_older_release_had_no_note(paths: Paths) -> None:
    shut_down(paths)
    assert why_started(paths, "b1") is None


def test_a_card_that_takes_nothing_leaves_the_reason_in_the_memory_of_the_agent(paths: Paths) -> None:
    paths.boots.mkdir()
    assert judged(None, Traces(0, None, Reset.POWER)) is BootReason.FIRST
    assert judged(Boots(boot="b1", mark=3), Traces(3, None, None)) is BootReason.UNCLEAN
