"""The lamp is told by real processes that stand in for ddcutil and cec-ctl: simulated screens that answer, refuse, or hang."""

import os
import stat
from datetime import time

import pytest

from bundle.policy import Hours
from device.screen import Screen
from display.light import lamp as lamps
from display.light.calendar import Lighting
from display.light.lamp import Lamp, ways
from tests.audio.conftest import until

SIMULATED = '#!/bin/sh\necho "$@" >> {log}\n{then}\n'
HOURS = Screen(dark=(Hours(start=time(22), end=time(5)),))
ON, DIM, OFF = Lighting(False, 100), Lighting(False, 40), Lighting(True, None)


class Cabinet:
    """A folder of simulated commands, first in PATH, and the backlights of a panel."""

    def __init__(self, folder):
        self.bin, self.backlights = folder / "bin", folder / "backlight"
        self.bin.mkdir()
        self.logs = {}

    def put(self, name, then="exit 0"):
        path, self.logs[name] = self.bin / name, self.bin / f"{name}.log"
        path.write_text(SIMULATED.format(log=self.logs[name], then=then))
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    def asked(self, name):
        try:
            return self.logs[name].read_text().splitlines()
        except FileNotFoundError:
            return []

    def panel(self, most=255):
        path = self.backlights / "rpi_backlight"
        path.mkdir(parents=True)
        for name, value in (("max_brightness", most), ("brightness", most), ("bl_power", 0)):
            (path / name).write_text(f"{value}\n")
        return path


@pytest.fixture
def cabinet(tmp_path, monkeypatch):
    made = Cabinet(tmp_path)
    monkeypatch.setenv("PATH", f"{made.bin}{os.pathsep}/usr/bin{os.pathsep}/bin")
    return made


@pytest.fixture
def lit(cabinet):
    """Makes a lamp of all that the cabinet has, and lets go of it afterwards."""
    made = []

    def make():
        made.append(Lamp(ways(cabinet.backlights, HOURS)))
        return made[-1]

    yield make
    for each in made:
        each.close()


def test_a_monitor_is_dimmed_put_to_sleep_and_woken_by_its_own_codes(cabinet, lit):
    cabinet.put("ddcutil")
    lamp = lit()
    for wanted, last in ((DIM, "--noverify setvcp 10 40"), (OFF, "--noverify setvcp D6 4"), (ON, "--noverify setvcp 10 100")):
        lamp.want(wanted)
        until(lambda last=last: cabinet.asked("ddcutil")[-1:] == [last], last)
    assert cabinet.asked("ddcutil") == [
        *("--noverify setvcp D6 1", "--noverify setvcp 10 40"),
        "--noverify setvcp D6 4",
        *("--noverify setvcp D6 1", "--noverify setvcp 10 100"),
    ]


def test_a_television_sleeps_and_wakes_by_cec(cabinet, lit):
    cabinet.put("cec-ctl")
    lamp = lit()
    for wanted, word in ((OFF, "--standby"), (ON, "--image-view-on")):
        lamp.want(wanted)
        until(lambda word=word: any(word in line for line in cabinet.asked("cec-ctl")), word)


def test_a_panel_is_told_by_the_kernel(cabinet, lit):
    panel = cabinet.panel(most=200)
    lamp = lit()
    lamp.want(DIM)
    until(lambda: (panel / "brightness").read_text() == "80", "the brightness")
    lamp.want(OFF)
    until(lambda: (panel / "bl_power").read_text() == "4", "the panel's sleep")


@pytest.mark.parametrize("then", ["exit 1", "echo 'Tx, Not Acknowledged (4), Max Retries'", "sleep 60"])
def test_a_screen_that_does_not_answer_keeps_nobody_waiting_and_is_asked_rarely(cabinet, lit, monkeypatch, then):
    monkeypatch.setattr(lamps, "PATIENCE", 0.2)
    cabinet.put("cec-ctl", f"exec {then}" if then.startswith("sleep") else then)
    panel = cabinet.panel()
    lamp = lit()
    lamp.want(DIM)
    until(lambda: cabinet.asked("cec-ctl"), "the question")
    for _ in range(1000):
        lamp.want(DIM)
    lamp.want(OFF)
    until(lambda: (panel / "bl_power").read_text() == "4", "the other way, which answers")
    until(lambda: len(cabinet.asked("cec-ctl")) == 2, "one question for each news")


def test_a_screen_that_did_not_answer_is_asked_again_after_a_while(cabinet, lit, monkeypatch):
    monkeypatch.setattr(lamps, "ASK_RARELY", 0.05)
    cabinet.put("ddcutil", "exit 1")
    lamp = lit()
    lamp.want(OFF)
    until(lambda: len(cabinet.asked("ddcutil")) >= 3, "another question")
    cabinet.put("ddcutil")
    before = len(cabinet.asked("ddcutil"))
    until(lambda: len(cabinet.asked("ddcutil")) > before, "the question that is answered")


def test_a_screen_of_which_no_hours_are_wanted_is_left_alone(cabinet):
    cabinet.put("ddcutil")
    cabinet.panel()
    assert ways(cabinet.backlights, Screen()) == ()


def test_a_machine_without_any_way_has_a_lamp_that_nobody_can_tell_anything(cabinet, lit):
    assert ways(cabinet.backlights, HOURS) == ()
    lit().want(OFF)
