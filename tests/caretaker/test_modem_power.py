"""The modem's power is taken at the port of the settings, only when it was asked for, and never while something sounds."""

from caretaker.modem_power import main
from device.clock import make_clock
from device.durable import replace
from device.paths import Paths
from device.settings import load_settings
from device.status import write_status, write_volatile
from evidence.report import ProgramStatus, Sounding

WIRING = '[modem.power]\nusb = "1-1.3"\noff_seconds = 1.0\n'


class Port:
    """A port whose every level is kept."""

    def __init__(self, root, wiring=WIRING):
        self.paths = Paths(root)
        replace(self.paths.unit_toml, wiring.encode())
        self.switch = self.paths.usb_devices / "1-1.3" / "authorized"
        self.switch.parent.mkdir(parents=True)
        self.switch.write_text("1")
        write_volatile(self.paths.modem_power, b"it hangs")


def test_it_is_off_for_a_moment_and_on_again(tmp_path, monkeypatch):
    port, seen = Port(tmp_path), []
    waiting = __import__("threading").Event.wait
    monkeypatch.setattr("threading.Event.wait", lambda self, t=None: seen.append((port.switch.read_text(), t)) or waiting(self, 0))
    assert main(port.paths) == 0
    assert (seen, port.switch.read_text()) == ([("0", 1.0)], "1")
    assert not port.paths.modem_power.exists(), "one request is obeyed once"


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
