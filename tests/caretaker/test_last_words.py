"""What a program said before it died is kept in a ring on the card, and one that dies again and again asks for a reboot."""

from datetime import timedelta

import pytest

from caretaker.last_words import deaths, keep
from device.caretaker_settings import CaretakerSettings
from device.paths import Paths
from device.reboots import Request
from director.moment import Moment
from evidence.records import ClockState
from tests.simulators.publisher import START

LIMITS = CaretakerSettings(deaths=3, within=600, words_kb=1, words_kept=4, words_every=3600)


def moment(seconds):
    return Moment(START + timedelta(seconds=seconds), ClockState.TRUSTED, "boot-1", float(seconds))


@pytest.fixture
def paths(tmp_path):
    made = Paths(tmp_path)
    made.ended.mkdir(parents=True)
    return made


def die(paths, *seconds, name="bangtin-audio"):
    with (paths.ended / name).open("a", encoding="ascii") as file:
        file.writelines(f"{second:.2f} watchdog killed KILL\n" for second in seconds)


def look(paths, second):
    deaths(paths, LIMITS, moment(second), lambda service: f"{service} said this at {second}\n".encode())


def kept(paths):
    return [file.name.partition("-")[2] for file in sorted(paths.last_words.glob("*.txt"))]


def requests(paths):
    return [Request.model_validate_json(file.read_bytes()) for file in sorted(paths.reboot_requests.glob("*.json"))]


def test_the_first_death_is_told_with_what_was_said_and_a_loop_of_them_does_not_fill_the_ring(paths):
    die(paths, 10)
    look(paths, 11)
    die(paths, 12)
    look(paths, 13)
    assert kept(paths) == ["bangtin-audio.txt"]
    assert b"at 11" in next(paths.last_words.glob("*.txt")).read_bytes()
    assert list(paths.ended.iterdir()) == [], "systemd would start us for ever"
    die(paths, 4000)
    look(paths, 4001)
    assert kept(paths) == ["bangtin-audio.txt"] * 2


def test_a_program_that_dies_again_and_again_asks_once_and_then_after_as_many_deaths(paths):
    die(paths, 10, 20)
    look(paths, 21)
    assert requests(paths) == []
    die(paths, 30)
    look(paths, 31)
    (asked,) = requests(paths)
    assert asked.by == "caretaker"
    assert "bangtin-audio" in asked.reason
    assert "watchdog" in asked.reason
    next(paths.reboot_requests.iterdir()).unlink()
    die(paths, 40, 50)
    look(paths, 51)
    assert requests(paths) == []
    die(paths, 60)
    look(paths, 61)
    assert len(requests(paths)) == 1


def test_deaths_far_apart_or_of_different_programs_ask_for_nothing(paths):
    for second in (0, 500, 1000, 1500):
        die(paths, second)
        look(paths, second + 1)
    die(paths, 1501, 1502, name="bangtin-display")
    look(paths, 1503)
    assert requests(paths) == []


def test_a_line_that_is_none_counts_for_nothing(paths):
    (paths.ended / "bangtin-audio").write_text("soon\n\n7.0 \nnan killed\n", encoding="ascii")
    look(paths, 8)
    assert requests(paths) == []


def test_the_ring_has_so_many_files_each_cut_before_a_whole_line(paths):
    for number in range(7):
        assert keep(paths, LIMITS, "shutdown", b"x" * 5000 + b"\n" + b"y" * 500 + b"\nlast %d\n" % number)
    files = sorted(paths.last_words.glob("*.txt"))
    assert [file.read_bytes()[-7:] for file in files] == [b"last %d\n" % number for number in (3, 4, 5, 6)]
    assert all(file.read_bytes().startswith(b"yyy") and file.stat().st_size <= 1024 for file in files)
