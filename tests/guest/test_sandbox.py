"""What each service of the installed unit can do, tried from inside: a probe runs in its place, with the service's own settings."""

import json
import socket
import threading
from pathlib import Path

import pytest

from tests.guest.machine import CLOCK, HERE_IN_THE_GUEST, NETWORK, Machine
from tests.guest.unit import AGENT, AMPLIFIER, AUDIO, CARRIED, DISPLAY, PROVISIONING, SERVICES, until_up

PROBE = "/usr/local/lib/guest/probe.py"
ANSWER = "/run/probe.json"
GPIO, SOUND, SCREEN, KEY, STATE = (
    "open /dev/gpiochip0",
    "open /dev/snd/controlC0",
    "open /dev/dri/card0",
    "read key",
    "write /var/lib/bangtin",
)
NETWORKED = {AGENT, AUDIO, PROVISIONING}
"""The agent pulls, provisioning enrols, and of the voice the child that hears a rebroadcast."""
OWN = {
    AGENT: {"agent"},
    DISPLAY: {"display"},
    AUDIO: {"audio"},
    AMPLIFIER: {"amplifier"},
    PROVISIONING: {"provisioning"},
}
NEVER = (
    *("write /etc", "write /usr/lib/bangtin", "write /root", "write /home"),
    *("open /dev/mem", "open /dev/vda", "open /dev/watchdog0", "mount", "signal another", "set the clock", "become root", "load a module"),
)


@pytest.fixture(scope="module")
def machine(image, tmp_path_factory):
    """With a screen and a network on which somebody answers, and no program of ours but those that are asked for."""
    made = Machine(image, tmp_path_factory.mktemp("m"), CLOCK, screen=True, more=NETWORK)
    try:
        until_up(made, *SERVICES)
        made.commands.put(PROBE, (CARRIED / "probe.py").read_bytes())
        made.commands.run("until ip -4 route | grep -q default; do sleep 0.5; done")
        yield made
    finally:
        made.close()


@pytest.fixture(scope="module")
def listening():
    """Somebody out here who takes every call: whoever has a network in there reaches them."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_take, args=(server,), daemon=True).start()
        yield server.getsockname()[1]


def _take(server):
    while True:
        try:
            server.accept()[0].close()
        except OSError:
            return


@pytest.fixture(scope="module")
def found(machine, listening):
    """By service, what its probe could do: the reason why not, or nothing."""
    return {service: probed(machine, service, listening) for service in SERVICES}


def probed(machine, service, port):
    folder = Path(f"/run/systemd/system/{service}.service.d")
    lines = (
        *("[Service]", "Type=oneshot", "Restart=no", "WatchdogSec=0", "ExecStart=", "ExecStopPost="),
        *(f"ExecStart=/usr/bin/python3 -I {PROBE} {HERE_IN_THE_GUEST} {port}", f"StandardOutput=truncate:{ANSWER}"),
    )
    machine.commands.put(folder / "probe.conf", "\n".join(lines).encode())
    machine.commands.run(f"systemctl daemon-reload && systemctl restart {service} || {{ journalctl -b -n 20 -u {service}; false; }}")
    told = json.loads(machine.commands.get(ANSWER))
    machine.commands.run(f"rm -r {folder} && systemctl daemon-reload && systemctl restart {service}")
    print(f"\n{service}: may {sorted(what for what, why in told.items() if not why)}; {told['rights']}", end="")
    return told


def may(found, service, what):
    return found[service][what] == ""


def test_the_probe_can_do_all_of_it_where_nothing_holds_it_back(machine, listening):
    told = json.loads(machine.commands.run(f"python3 -I {PROBE} {HERE_IN_THE_GUEST} {listening}"))
    wanted = {GPIO, SOUND, SCREEN, STATE, "network", "mount", "signal another", "set the clock", "write /etc", "open /dev/vda"}
    assert {what for what in wanted if told[what]} == set(), "what nobody could do, no sandbox prevents"


@pytest.mark.parametrize("service", SERVICES)
def test_no_service_can_change_the_system_or_raise_itself(found, service):
    assert [what for what in NEVER if may(found, service, what)] == []
    assert found[service]["rights"] == "NoNewPrivs=1 Seccomp=2 CapEff=0000000000000000 CapBnd=0000000000000000"


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_can_ask_whether_the_clock_is_kept_in_step(found, service):
    assert may(found, service, "ask for the clock's step"), found[service]["ask for the clock's step"]


@pytest.mark.parametrize("service", SERVICES)
def test_only_who_needs_a_network_has_one(found, service):
    assert may(found, service, "network") == (service in NETWORKED)


@pytest.mark.parametrize("service", SERVICES)
def test_only_the_amplifier_program_can_drive_a_line(found, service):
    assert may(found, service, GPIO) == (service == AMPLIFIER)


@pytest.mark.parametrize("service", SERVICES)
def test_sound_and_screen_are_for_those_who_use_and_test_them(found, service):
    assert may(found, service, SOUND) == (service in (AUDIO, PROVISIONING))
    assert may(found, service, SCREEN) == (service == DISPLAY)


@pytest.mark.parametrize("service", SERVICES)
def test_who_made_the_key_and_who_signs_with_it_can_read_it_and_nobody_else(found, service):
    assert may(found, service, KEY) == (service in (PROVISIONING, AGENT))


@pytest.mark.parametrize("service", SERVICES)
def test_on_the_card_each_keeps_a_journal_of_its_own_alone(found, service):
    journals = {what.rpartition("/")[2] for what in found[service] if "/journal/" in what and may(found, service, what)}
    assert journals == OWN[service]
