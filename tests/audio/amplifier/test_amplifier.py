"""The amplifier program with its real socket, journal and gpiozero, on pins in memory."""

import signal
import socket
import stat
import time
from dataclasses import replace

import pytest
from gpiozero.pins.mock import MockFactory

from audio.amplifier.pins import close_lines, open_line, open_lines
from audio.amplifier.request import Ask, Request, pack, reply
from device.errors import AmplifierLost
from device.pins import make_factory
from device.settings import Amplifier, PinFactory, Settings, Wire
from device.status import read_status

HORN = Amplifier(line="horn", pin=17, active_high=False)
WIRE = Wire("horn", 17, active_high=False)


class Holder:
    """Somebody who asks the amplifier program."""

    def __init__(self, bench):
        self.link = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.link.settimeout(5)
        self.link.connect(str(bench.paths.amplifier_socket))

    def ask(self, ask, activation=0, emergency=False):
        self.link.send(pack(Request(ask, activation, emergency)))
        return reply(self.link.recv(4096)).lines["horn"]


def boot_seconds():
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def test_a_lapsed_lease_is_inactive_after_one_second_and_journalled(bench):
    bench.start_amplifier()
    holder = Holder(bench)
    asked = boot_seconds()
    assert holder.ask(Ask.RENEW, 1).active
    off = bench.switched_to(False)
    assert off.at.mono - asked == pytest.approx(1.0, abs=0.3)
    assert (off.reason, off.activation, off.simulated) == ("lease lapsed", 1, True)
    assert not holder.ask(Ask.READ).active
    holder.link.close()


def test_a_holder_that_vanishes_releases_at_once(bench):
    bench.start_amplifier()
    holder = Holder(bench)
    holder.ask(Ask.RENEW, 1)
    gone = boot_seconds()
    holder.link.close()
    off = bench.switched_to(False)
    assert off.at.mono - gone < 0.5
    assert off.reason == "released"


def test_stopping_the_program_drives_the_line_inactive_first(bench):
    program = bench.start_amplifier()
    holder = Holder(bench)
    holder.ask(Ask.RENEW, 7)
    program.send_signal(signal.SIGTERM)
    assert program.wait(5) == 0
    assert bench.switched_to(False).activation == 7
    holder.link.close()


def test_minimum_off_survives_a_restart_of_the_program(bench):
    program = bench.start_amplifier()
    holder = Holder(bench)
    holder.ask(Ask.RENEW, 1)
    bench.switched_to(True)
    program.kill()
    program.wait()
    holder.link.close()
    bench.paths.amplifier_socket.unlink()
    bench.start_amplifier()
    again = Holder(bench)
    answer = again.ask(Ask.RENEW, 2)
    assert (answer.active, answer.verdict) == (False, "resting")
    assert again.ask(Ask.RENEW, 2, emergency=True).active
    again.link.close()


def test_what_is_not_understood_switches_nothing_and_the_socket_is_not_for_others(bench):
    bench.start_amplifier()
    assert stat.S_IMODE(bench.paths.amplifier_socket.stat().st_mode) == 0o660
    holder = Holder(bench)
    for nonsense in (
        b"",
        b"{",
        b"[]",
        b'{"ask": "on", "activation": 1, "emergency": false}',
        b'{"ask": "renew", "activation": "1"}',
        b"x" * 4000,
    ):
        if nonsense:
            holder.link.send(nonsense)
    assert not holder.ask(Ask.READ).active
    assert bench.look() == []
    holder.link.close()


def test_eas_station_a_null_driver_never_reports_success_as_if_real(bench):
    bench.start_amplifier()
    holder = Holder(bench)
    holder.link.send(pack(Request(Ask.RENEW, 1)))
    assert reply(holder.link.recv(4096)).simulated
    assert bench.switched_to(True).simulated
    status = read_status(bench.paths, "amplifier")
    assert status is not None
    assert status.simulated == ("pins: mock",)
    holder.link.close()


def test_there_is_no_fallback_from_real_pins_to_others(monkeypatch):
    monkeypatch.setenv("GPIOZERO_PIN_FACTORY", "mock")
    with pytest.raises(AmplifierLost):
        make_factory(PinFactory.LGPIO)


def test_eas_station_and_gpiozero_cleanup_leaves_an_active_low_relay_off():
    factory = MockFactory()
    line = open_line(WIRE, factory)
    pin = factory.pin(17)
    assert pin.state  # an active-low relay is off when its pin is high
    line.on()
    assert not pin.state
    seen = []
    drive = pin._set_state
    pin._set_state = lambda value: (seen.append(("driven", value)), drive(value))
    close = pin.close
    pin.close = lambda: (seen.append(("closed", None)), close())
    close_lines({"horn": line})
    assert seen[0] == ("driven", 1)
    assert seen.index(("closed", None)) > 0


def spoil(lines, factory, states):
    assert [line.value for line in lines.values()] == [0, 0]
    for line in lines.values():
        line.on()
    for number in (17, 18):
        pin = factory.pin(number)
        close = pin.close
        pin.close = lambda number=number, pin=pin, close=close: (states.__setitem__(number, pin.state), close())
    raise RuntimeError


def test_lines_are_inactive_at_the_start_and_after_an_exception():
    settings = Settings(amplifier=(HORN, Amplifier(line="second", pin=18, active_high=True)))
    factory, states = MockFactory(), {}
    with pytest.raises(RuntimeError), open_lines(settings, factory) as lines:
        spoil(lines, factory, states)
    assert states == {17: 1, 18: 0}


def test_one_line_that_fails_at_the_end_does_not_keep_the_others_on():
    factory = MockFactory()
    lines = {pin: open_line(replace(WIRE, pin=pin), factory) for pin in (17, 18, 22)}
    for line in lines.values():
        line.on()
    lines[18].off = lambda: (_ for _ in ()).throw(OSError("unplugged"))
    with pytest.raises(OSError, match="unplugged"):
        close_lines(lines)
    assert (factory.pin(17).state, factory.pin(22).state) == (1, 1)
    assert all(line.closed for line in lines.values())
