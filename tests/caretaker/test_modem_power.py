"""The modem's port is switched off at the hub, when it was asked for and nothing sounds, and no more is claimed."""

import logging

import pytest

from caretaker.modem_power import USB, main
from device.clock import make_clock
from device.durable import replace
from device.paths import Paths
from device.settings import load_settings
from device.status import write_status, write_volatile
from evidence.report import ProgramStatus, Sounding

WIRING = '[modem.power]\nusb = "1-1.3"\noff_seconds = 1.0\n'


class Port:
    """A port with a modem in it. *switch* is below the hub's interface, as of kernel 6.0, or the device's own before."""

    def __init__(self, root, wiring=WIRING, switch="1-1:1.0/1-1-port3/disable", on="0"):
        self.paths = Paths(root)
        replace(self.paths.unit_toml, wiring.encode())
        self.switch = self.paths.root / USB / switch
        self.switch.parent.mkdir(parents=True)
        self.switch.write_text(on)
        write_volatile(self.paths.modem_power, b"it hangs")


@pytest.fixture
def waits(monkeypatch):
    """What each switch showed while somebody waited."""
    seen, waiting = [], __import__("threading").Event.wait

    def watch(*ports):
        def wait(self, seconds=None):
            seen.extend((port.switch.read_text(), seconds) for port in ports)
            return waiting(self, 0)

        monkeypatch.setattr("threading.Event.wait", wait)
        return seen

    return watch


@pytest.mark.parametrize(
    ("usb", "switch"),
    [
        ("1-1.3", "1-1:1.0/1-1-port3/disable"),
        ("1-1.3.4", "1-1.3:1.0/1-1.3-port4/disable"),
        ("2-1", "2-0:1.0/usb2-port1/disable"),
    ],
)
def test_uhubctl_the_hubs_port_is_off_for_a_moment_and_on_again(tmp_path, waits, caplog, usb, switch):
    caplog.set_level(logging.INFO)
    port = Port(tmp_path, WIRING.replace("1-1.3", usb), switch)
    seen = waits(port)
    assert main(port.paths) == 0
    assert (seen, port.switch.read_text()) == ([("1", 1.0)], "0")
    assert not port.paths.modem_power.exists(), "one request is obeyed once"
    assert "only a hub that can switch power" in caplog.text


def test_where_no_port_can_be_switched_it_begins_anew_and_that_is_called_a_reset(tmp_path, waits, caplog):
    caplog.set_level(logging.INFO)
    port = Port(tmp_path, switch="1-1.3/authorized", on="1")
    seen = waits(port)
    assert main(port.paths) == 0
    assert (seen, port.switch.read_text()) == ([("0", 1.0)], "1")
    assert "a reset" in caplog.text
    assert "kept its power" in caplog.text


def test_nothing_is_switched_while_something_sounds_or_without_a_port_in_the_settings(tmp_path):
    port = Port(tmp_path / "a")
    at = make_clock(load_settings(port.paths.unit_toml), port.paths).now().stamp()
    heard = Sounding(occurrence="x", item="bai-1", channel="vn.20", language="vi", since=at)
    write_status(port.paths, ProgramStatus(program="audio", at=at, ready=True, sounding=heard, versions={}))
    port.switch.chmod(0o400)
    assert main(port.paths) == 1
    assert not port.paths.modem_power.exists()
    assert main(Port(tmp_path / "b", "").paths) == 1


def test_a_port_that_is_not_there_is_told(tmp_path):
    port = Port(tmp_path)
    port.switch.unlink()
    port.switch.parent.rmdir()
    assert main(port.paths) == 1
