"""A clean Debian on which the package was installed: every service is up, and the board says what the technician is to do next."""

import pytest

from device.first_boot import FirstBoot, Step
from device.paths import Paths
from tests.display.reader import machine_reads
from tests.guest.glass import Glass, empty
from tests.guest.installed import said
from tests.guest.machine import CLOCK, Machine
from tests.guest.unit import SERVICES, until_up

HARDENED = 3.0
"""What systemd's own measure of exposure may say of any of our services at most."""


@pytest.fixture(scope="module")
def unit(image, tmp_path_factory):
    """The first start after the installation: with a screen, without any network, and nobody has written anything onto its card."""
    machine = Machine(image, tmp_path_factory.mktemp("m"), CLOCK, screen=True)
    try:
        until_up(machine, *SERVICES)
        yield machine
    finally:
        machine.close()


def test_apt_resolved_it_on_a_clean_debian(image, packages):
    words = said(image)
    assert f"Setting up {packages.product.name.split('_')[0]}" in words
    assert "error" not in words.lower()


def test_every_service_is_up_and_none_failed(unit):
    assert unit.commands.run("systemctl --failed --plain --no-legend").strip() == ""
    for service in SERVICES:
        assert unit.commands.run(f"systemctl show -P NRestarts {service}").strip() == "0", unit.commands.run(f"journalctl -b -u {service}")


def test_each_program_has_a_user_of_its_own(unit):
    users = [unit.commands.run(f"ps -o user:32= -p $(systemctl show -P MainPID {service})").strip() for service in SERVICES]
    assert len(set(users)) == len(SERVICES)
    assert all(user.startswith("bangtin-") for user in users)


def test_no_port_is_open(unit):
    assert unit.commands.run("ss -H -l -n -t -u | grep -v -e '127.0.0.1' -e '\\[::1\\]' || true").strip() == ""


def test_systemd_s_measure_of_their_exposure_is_low(unit):
    told = unit.commands.run("systemd-analyze security --no-pager 'bangtin-*' 2>/dev/null || systemd-analyze security --no-pager")
    levels = {line.split()[0]: float(line.split()[1]) for line in told.splitlines() if line.startswith("bangtin-")}
    print(f"\n{levels}")
    assert {f"{service}.service" for service in SERVICES} <= levels.keys()
    assert max(levels.values()) <= HARDENED


def test_the_board_says_what_to_do_next(unit, tmp_path):
    glass, path = Glass(unit, tmp_path), Paths().first_boot
    unit.commands.run(f'until grep -qs \'"step":"{Step.BOOT_FILE}"\' {path}; do sleep 0.5; done')
    told = FirstBoot.model_validate_json(unit.commands.get(path))
    seen = glass.until(lambda look: not empty(look) and "bangtin.toml" in machine_reads(glass.keep(look, "read")), "the set-up page")
    print(f"\n{told.step}, {[trouble.what[0] for trouble in told.troubles]}, {glass.keep(seen, 'set-up page')}")
    assert told.unit is not None
    assert told.unit in machine_reads(glass.keep(seen, "read"))
