"""What kills the program while it is drawn gets a second chance and no third; what merely stands on the board is never blamed."""

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from device.boottime import boottime
from display.errors import PageUndrawable
from display.quarantine import DEATHS, REST, Quarantine

DIES = """
import os, sys
from pathlib import Path
from device.boottime import boottime
from display.quarantine import Quarantine
with Quarantine(Path(sys.argv[1])).drawing(sys.argv[2]):
    os.kill(os.getpid(), int(sys.argv[3]))
"""


def die(folder: Path, name: str, by: int = signal.SIGSEGV) -> None:
    done = subprocess.run([sys.executable, "-c", DIES, str(folder), name, str(int(by))], check=False, timeout=60)
    assert done.returncode == -by


@pytest.mark.parametrize("by", [signal.SIGSEGV, signal.SIGABRT, signal.SIGKILL])
def test_at_the_second_death_it_is_left_out_and_nothing_else_is(tmp_path: Path, by: int) -> None:
    die(tmp_path, "tin-1 km", by)
    assert Quarantine(tmp_path).held == ()
    die(tmp_path, "tin-1 km", by)
    quarantine = Quarantine(tmp_path)
    assert quarantine.held == ("tin-1 km",)
    with pytest.raises(PageUndrawable), quarantine.drawing("tin-1 km"):
        pytest.fail("it was drawn")
    with quarantine.drawing("tin-1 vi"):
        pass


def test_who_dies_with_it_on_the_board_does_not_accuse_it(tmp_path: Path) -> None:
    for _ in range(3):
        quarantine = Quarantine(tmp_path)
        with quarantine.drawing("tin-1 vi"):
            pass
    assert Quarantine(tmp_path).held == ()


def test_what_says_that_it_cannot_be_drawn_has_killed_nobody(tmp_path: Path) -> None:
    for _ in range(3):
        with pytest.raises(PageUndrawable), Quarantine(tmp_path).drawing("tin-1 vi"):
            raise PageUndrawable("a picture is missing")
    assert Quarantine(tmp_path).held == ()


def test_our_own_mistake_counts_as_a_death(tmp_path: Path) -> None:
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), Quarantine(tmp_path).drawing("tin-1 vi"):
            raise ZeroDivisionError
    assert Quarantine(tmp_path).held == ("tin-1 vi",)


def test_what_has_no_name_is_never_left_out(tmp_path: Path) -> None:
    for _ in range(3):
        die(tmp_path, "")
    assert Quarantine(tmp_path).held == ()


@pytest.mark.parametrize("rubbish", [b"", b"[1]", b'{"a": "b"}', b"\xff\x00\x9f"])
def test_a_spoilt_count_is_an_empty_one(tmp_path: Path, rubbish: bytes) -> None:
    (tmp_path / "deaths.json").write_bytes(rubbish)
    assert Quarantine(tmp_path).held == ()


def test_nothing_is_left_out_for_good_and_each_further_death_costs_it_twice_the_time(tmp_path: Path) -> None:
    for _ in range(DEATHS):
        die(tmp_path, "lu-1 vi")
    now = boottime()
    quarantine = Quarantine(tmp_path, lambda: now)
    assert quarantine.held == ("lu-1 vi",)
    now += REST + 1
    with pytest.raises(ZeroDivisionError), quarantine.drawing("lu-1 vi"):
        raise ZeroDivisionError
    assert Quarantine(tmp_path, lambda: now).held == ("lu-1 vi",)
    died, now = now, now + 1.9 * REST
    assert Quarantine(tmp_path, lambda: now).held == ("lu-1 vi",)
    now = died + 2 * REST + 60
    assert Quarantine(tmp_path, lambda: now).held == ()


@pytest.mark.parametrize("spoil", [lambda folder: folder.write_bytes(b""), lambda folder: (folder / "drawing-x").mkdir(parents=True)])
def test_a_folder_that_takes_nothing_never_keeps_anything_from_being_drawn(tmp_path: Path, spoil: Callable[[Path], object]) -> None:
    spoil(folder := tmp_path / "drawing")
    quarantine, drawn = Quarantine(folder), False
    with quarantine.drawing("tin-1 vi"):
        drawn = True
    assert drawn
    assert bool(quarantine.unwritten) == folder.is_file()
