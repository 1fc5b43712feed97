"""What the technician is told of a monitor: plugged in, mute, held on, and whether its lamp answers (simulated commands)."""

import os
import stat

import pytest

from device.paths import Paths
from device.screen import Screen, ScreenDriver
from provisioning.probe import Verdict
from provisioning.probes.monitor import MonitorProbe

DIMMED = Screen.model_validate_json('{"brightness": [{"start": "18:00", "end": "22:00", "percent": 40}]}')


@pytest.fixture
def paths(tmp_path, monkeypatch):
    made = Paths(tmp_path)
    made.kernel_line.parent.mkdir()
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}/usr/bin{os.pathsep}/bin")
    line(made, "console=tty1 root=/dev/mmcblk0p2")
    socket(made, "connected", "1920x1080\n1280x720\n", b"an EDID")
    return made


def line(paths, text):
    paths.kernel_line.write_text(f"{text}\n")


def socket(paths, status, modes="", edid=b""):
    folder = paths.connectors / "card1-HDMI-A-1"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "status").write_text(f"{status}\n")
    (folder / "modes").write_text(modes)
    (folder / "edid").write_bytes(edid)


def command(paths, name, then):
    path = paths.root / "bin" / name
    path.write_text(f"#!/bin/sh\n{then}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def look(paths, settings=None):
    return MonitorProbe(paths, settings or Screen()).look()


def test_a_screen_that_tells_its_modes_is_good_and_nothing_else_is_asked(paths):
    (found,) = look(paths)
    assert found.verdict is Verdict.GOOD
    assert "HDMI-A-1" in found.observed[0]


def test_no_screen_is_a_warning_with_the_line_that_an_led_card_needs(paths):
    socket(paths, "disconnected")
    (found,) = look(paths)
    assert found.verdict is Verdict.WARNING
    assert "video=HDMI-A-1:1920x1080@60D" in found.do[0]


@pytest.mark.parametrize("mode", ["video=HDMI-A-1:1920x1080@60D", "quiet video=HDMI-A-1:1280x720M@60D rootwait", "video=HDMI-A-1:640x480e"])
def test_a_connector_that_is_held_on_is_good_and_says_what_that_costs(paths, mode):
    socket(paths, "disconnected")
    line(paths, mode)
    (found,) = look(paths)
    assert found.verdict is Verdict.GOOD
    assert "không biết khi màn hình tắt" in found.observed[0]


@pytest.mark.parametrize("mode", ["video=HDMI-A-1:1920x1080@60", "video=HDMI-A-2:1920x1080@60D", "xvideo=HDMI-A-1:1920x1080@60D"])
def test_a_line_that_holds_nothing_or_another_connector_is_not_taken_for_it(paths, mode):
    socket(paths, "disconnected")
    line(paths, mode)
    assert look(paths)[0].verdict is Verdict.WARNING


def test_a_screen_without_edid_is_told_as_the_cause_of_1024x768(paths):
    socket(paths, "connected", "1024x768\n800x600\n")
    found = look(paths)
    assert [each.verdict for each in found] == [Verdict.GOOD, Verdict.WARNING]
    assert "edid_firmware" in found[1].do[0]


@pytest.mark.parametrize(
    ("name", "then", "verdict"),
    [
        ("ddcutil", "echo 'VCP 10 C 80 100'", Verdict.GOOD),
        ("ddcutil", "exit 1", Verdict.WARNING),
        ("cec-ctl", "echo 'pwr-state: on (0x00)'", Verdict.GOOD),
        ("cec-ctl", "echo 'Tx, Not Acknowledged (4), Max Retries'", Verdict.WARNING),
        ("ddcutil", "exec sleep 60", Verdict.WARNING),
    ],
)
def test_the_lamp_is_asked_when_hours_are_set_and_silence_is_a_warning(paths, monkeypatch, name, then, verdict):
    monkeypatch.setattr("provisioning.probes.monitor.PATIENCE", 0.3)
    command(paths, name, then)
    assert look(paths, DIMMED)[-1].verdict is verdict
    assert len(look(paths)) == 1, "without hours nobody asks it"


def test_a_panel_of_its_own_is_a_lamp_that_answers(paths):
    (paths.backlights / "rpi_backlight").mkdir(parents=True)
    assert look(paths, DIMMED)[-1].verdict is Verdict.GOOD


def test_a_unit_without_a_screen_of_its_own_is_told_nothing(paths):
    assert look(paths, Screen(driver=ScreenDriver.HEADLESS)) == ()
