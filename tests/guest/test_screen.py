"""The board on a real DRM device, seen as a monitor sees it: from power-on over content to its own death, another monitor and none."""

import signal
from contextlib import contextmanager

import pytest

from evidence.records import FaultCode, Outcome
from tests.display.reader import likeness, machine_reads
from tests.guest.glass import empty, same
from tests.guest.machine import CLOCK, SCREEN, VIEW, Machine
from tests.guest.showing import INSTRUCTION, TITLE, ShowingUnit
from tests.guest.unit import DISPLAY, all_but
from tests.guest.viewer import Viewer

NOTICE = '"showing":"notice'
READ = 0.9
"""So much of a sentence finds tesseract on a screen of 1280 × 720; small letters cost it some tone marks."""


@pytest.fixture(scope="module")
def unit(image, tmp_path_factory):
    """A board that starts with its system and has one notice on its shelf; nobody has vouched for the clock."""
    machine = Machine(image, tmp_path_factory.mktemp("m"), CLOCK, screen=True, without=all_but(DISPLAY))
    try:
        made = ShowingUnit(machine, tmp_path_factory.mktemp("u"))
        made.publish()
        machine.commands.run("sync")
        yield made
    finally:
        machine.close()


@pytest.fixture(scope="module")
def boots(unit):
    """The pictures from each of two resets up to the first content."""
    return [boot(unit, number) for number in (1, 2)]


@pytest.fixture(scope="module")
def notice(unit, boots):
    """The notice as the program presented it."""
    unit.until_said(NOTICE)
    return unit.frame("notice-tiem-chung-p1of1")


def boot(unit, number):
    first = unit.builtin()
    unit.machine.commands.begin("systemctl reboot")
    unit.machine.monitor.until("RESET")
    seen = unit.glass.film(lambda look: not empty(look) and not same(look, first))
    unit.machine.commands.up(number + 1)
    began, now, _ = unit.machine.commands.run(f"systemctl show -P ExecMainStartTimestampMonotonic {DISPLAY}; cat /proc/uptime").split()
    print(f"\nboot {number}: {len(seen)} pictures; the board began {int(began) / 1e6:.1f} s after the kernel, the notice is on by {now} s")
    return seen


def reads(unit, picture, sentence):
    return likeness(sentence, machine_reads(unit.glass.keep(picture, "read")))


def test_fullpageos_the_first_picture_after_power_on_is_the_built_in_page(unit, boots, notice):
    for number, seen in enumerate(boots, 1):
        *start, first, content = seen
        assert same(first, unit.builtin()), number
        assert all(empty(look) for look in start), "something else was on before it"
        assert same(content, notice)


def test_the_notice_on_the_shelf_is_what_a_reader_in_front_reads_and_what_the_receipt_counts(unit, notice):
    seen = unit.glass.look()
    assert same(seen, notice)
    assert reads(unit, seen, TITLE) >= READ
    receipt = unit.receipt(Outcome.COMPLETE)
    assert (receipt.item, receipt.pages, receipt.of) == ("tiem-chung", 1, 1)
    assert receipt.frames > 0
    assert not receipt.simulated


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "frozen"])
def test_the_picture_returns_when_the_program_was(unit, notice, how):
    unit.glass.until(lambda look: same(look, notice), "the notice")
    before = unit.pid(DISPLAY)
    unit.machine.commands.strike(before, how)
    gone = unit.glass.film(lambda look: not same(look, notice))
    back = unit.glass.film(lambda look: same(look, notice))
    print(f"\n{how.name}: {[unit.glass.keep(look, f'{how.name} {at}').name for at, look in enumerate(gone + back)]}")
    assert same(gone[-1], unit.builtin()), "the kernel showed something else when nobody held the screen"
    assert all(empty(look) or same(look, unit.builtin()) for look in back[:-1]), "something else was on meanwhile"
    assert unit.pid(DISPLAY) not in (0, before)


def test_sdl_own_choice_leaves_the_screen_black_and_the_board_says_so(unit, notice):
    with unit.service("Environment=SDL_FRAMEBUFFER_ACCELERATION=1"):
        unit.until_said("does not reach the screen")
        assert empty(unit.glass.look())
        assert unit.faults(FaultCode.PICTURE_MISSING)[-1]
    unit.glass.until(lambda look: same(look, notice), "the notice in our way")
    unit.until_said(NOTICE)
    assert not unit.faults(FaultCode.PICTURE_MISSING)[-1]


def test_without_its_graphics_drivers_the_board_is_shown_by_the_kernel_alone(unit, notice):
    with unit.service(f"InaccessiblePaths=/usr/lib/{unit.machine.image.architecture.triplet}/dri"):
        unit.until_said(NOTICE)
        unit.glass.until(lambda look: same(look, notice), "the notice without GL")
        assert unit.faults(FaultCode.SCREEN_MISFIT)[-1]
    unit.until_said(NOTICE)
    unit.glass.until(lambda look: same(look, notice), "the notice with GL")


@contextmanager
def unplugged(unit):
    """The connector is forced off, as when the cable is pulled: the program has noticed it."""
    (status,) = unit.machine.commands.run("ls /sys/class/drm/card*-*/status").split()
    unit.machine.commands.run(f"echo off > {status}")
    unit.until_said("no screen is connected")
    yield
    unit.machine.commands.run(f"echo detect > {status}")


def test_anthias_3263_a_screen_that_goes_and_comes_shows_the_board_again_without_a_restart(unit, notice):
    unit.glass.until(lambda look: same(look, notice), "the notice")
    pid, faults = unit.pid(DISPLAY), unit.faults(FaultCode.SCREEN_LOST)
    with unplugged(unit):
        count = len(unit.shown(*Outcome))
        unit.machine.commands.run("sleep 20")
        assert len(unit.shown(*Outcome)) == count, "nobody saw anything"
        assert unit.faults(FaultCode.SCREEN_LOST) == [*faults, True]
        assert unit.status("display")["ready"] is not True
        assert not same(unit.glass.look(), notice)
    unit.glass.until(lambda look: same(look, notice), "the notice after the screen came back")
    unit.until_said(NOTICE)
    assert unit.faults(FaultCode.SCREEN_LOST) == [*faults, True, False]
    assert unit.pid(DISPLAY) == pid


def test_another_monitor_gets_the_board_in_its_own_size_and_so_does_the_first_one_again(unit, notice):
    pid, other = unit.pid(DISPLAY), (1024, 768)
    viewer = Viewer(unit.machine.folder / VIEW)
    viewer.become(other)
    seen = unit.glass.until(lambda look: look.size == other and reads(unit, look, TITLE) >= READ, "the notice on another monitor")
    print(f"\n{unit.glass.keep(seen, 'another monitor')}")
    viewer.become(SCREEN)
    unit.glass.until(lambda look: same(look, notice), "the notice on the first monitor again")
    viewer.close()
    assert unit.pid(DISPLAY) == pid


def test_an_alert_that_came_without_a_screen_is_on_the_next_one_at_once_and_counts_only_from_then(unit, notice):
    with unplugged(unit):
        unit.raise_alert()
        unit.machine.commands.run("sleep 10")
        assert not [line for line in unit.shown(*Outcome) if "lu-1" in line.item]
    seen = unit.glass.until(lambda look: not empty(look) and reads(unit, look, INSTRUCTION) >= READ, "the alert")
    print(f"\n{unit.glass.keep(seen, 'alert')}")
    assert "lu-1" in unit.receipt(Outcome.STARTED).item
