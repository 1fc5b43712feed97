"""What a service may do: each has a user of its own, no more devices, network and system calls than its work needs, and no capability."""

import re
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from bundle.orders import LONGEST_TUNNEL
from device.paths import PROGRAMS as PROGRAMS_OF_A_UNIT
from device.paths import Paths
from device.paths_in_ram import PathsInRam
from tests.deploy.units import DEPLOY, SERVICES, UNITS, calls, value, values

MOST = 3.0
"""systemd's own measure of exposure, 0 to 10."""
PROGRAMS = {"bangtin-agent", "bangtin-amplifier", "bangtin-audio", "bangtin-display", "bangtin-provisioning"}
ON_THE_NETWORK = {"bangtin-agent", "bangtin-audio", "bangtin-provisioning", "bangtin-tunnel"}
DEVICES = {
    "bangtin-agent": {"char-rtc r"},
    "bangtin-amplifier": {"char-gpiochip rw", "char-rtc r"},
    "bangtin-audio": {"char-alsa rw", "char-rtc r"},
    "bangtin-display": {"char-drm rw", "char-fb rw", "char-video4linux rw", "char-rtc r"},
    "bangtin-provisioning": {"char-alsa rw", "char-drm r", "char-rtc r"},
}
MODULES = {
    "char-drm": "drm",
    "char-video4linux": "videodev",
    "char-alsa": "snd",
    "char-fb": None,
    "char-rtc": None,
    "char-gpiochip": None,
    "block-sd": None,
}
"""The kernel module that registers a group of devices in /proc/devices; None where Debian's and Raspberry Pi OS's kernels have it built in,
or, for a stick, where the service is started by the device itself."""


def each(paths):
    return pytest.mark.parametrize("unit", paths, ids=lambda path: path.name)


@each(SERVICES)
def test_systemds_own_measure_of_exposure_is_low(unit):
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", unit], capture_output=True, text=True, check=False
    )
    found = re.search(r"Overall exposure level for \S+: ([0-9.]+)", done.stdout)
    assert found, done.stderr
    print(unit.name, found[1])
    assert float(found[1]) <= MOST


def test_systemd_understands_every_line_of_every_unit(tmp_path):
    for unit in UNITS:
        text = re.sub(r"/usr/lib/bangtin/(current|good)/bin/\w+", "/bin/true", unit.read_text(encoding="utf-8"))
        (tmp_path / unit.name.replace("@", "@x")).write_text(re.sub(r"(?m)^Documentation=.*\n", "", text), encoding="utf-8")
    done = subprocess.run(["systemd-analyze", "verify", *sorted(tmp_path.iterdir())], capture_output=True, text=True, check=False)
    assert [line for line in done.stderr.splitlines() if "bangtin" in line] == []


@each([unit for unit in SERVICES if value(unit, "User")])
def test_a_service_runs_as_a_user_that_the_package_makes_and_without_any_capability(unit):
    made = re.findall(r"(?m)^u (\S+)", (DEPLOY / "sysusers.d/bangtin.conf").read_text(encoding="utf-8"))
    assert value(unit, "User") in made
    assert value(unit, "CapabilityBoundingSet") == ""
    assert value(unit, "NoNewPrivileges") == "yes"
    assert value(unit, "ProtectSystem") == "strict"
    assert value(unit, "DevicePolicy") == "closed"


@each([unit for unit in SERVICES if unit.stem in PROGRAMS])
def test_every_program_is_watched_started_again_for_ever_and_leaves_a_line_when_it_dies(unit):
    assert value(unit, "StartLimitIntervalSec") == "0"
    assert (value(unit, "Type"), value(unit, "Restart"), value(unit, "WatchdogSignal")) == ("notify", "always", "SIGKILL")
    assert float(value(unit, "WatchdogSec")) > 0
    assert any("/run/bangtin/ended/%N" in line for line in values(unit, "ExecStopPost"))
    wanted = " ".join(line for key in ("Requires", "BindsTo", "Wants") for line in values(unit, key)).split()
    assert all(name.startswith("modprobe@") for name in wanted), "no program waits for another"
    assert "network" not in value(unit, "After")


@each([unit for unit in SERVICES if unit.stem.startswith("bangtin-") and unit.stem not in ON_THE_NETWORK | {"bangtin-upgrade"}])
def test_what_needs_no_network_has_none(unit):
    assert value(unit, "PrivateNetwork") == "yes"
    assert not re.search(r"AF_INET|AF_PACKET", value(unit, "RestrictAddressFamilies"))


@each([unit for unit in SERVICES if unit.stem in DEVICES])
def test_a_program_may_open_the_devices_of_its_work_and_no_others(unit):
    assert set(values(unit, "DeviceAllow")) == DEVICES[unit.stem]


@each([unit for unit in SERVICES if any(line.startswith(("char-", "block-")) for line in values(unit, "DeviceAllow"))])
def test_the_module_behind_a_group_of_devices_is_there_before_the_service_starts(unit):
    """systemd looks the group up in /proc/devices once, at the start: what is not registered then cannot be opened until the next one."""
    modules = {MODULES[line.split()[0]] for line in values(unit, "DeviceAllow") if line.startswith(("char-", "block-"))}
    needed = {f"modprobe@{module}.service" for module in modules if module is not None}
    assert needed == {name for line in values(unit, "Wants") for name in line.split() if name.startswith("modprobe@")}
    assert needed <= {name for line in values(unit, "After") for name in line.split()}


def test_the_manual_says_gpio_of_those_that_may_open_it_and_of_no_others():
    rows = [row for row in (DEPLOY.parent / "docs/package.md").read_text(encoding="utf-8").splitlines() if row.startswith("| `bangtin-")]
    told = {row.split("`")[1] for row in rows if "GPIO" in row}
    assert told == {unit.stem for unit in SERVICES if any("gpiochip" in line for line in values(unit, "DeviceAllow"))}


@each([unit for unit in UNITS if value(unit, "Documentation")])
def test_the_page_that_a_unit_file_names_is_one_that_its_package_carries(unit):
    for name in value(unit, "Documentation").split():
        found = re.fullmatch(r"file:/usr/lib/bangtin/(?:current|good)/doc/([a-z-]+\.md)", name)
        assert found, name
        assert (DEPLOY.parent / "docs" / found[1]).is_file(), name


def test_the_agent_and_provisioning_are_the_only_ones_that_can_read_the_units_key():
    lines = (DEPLOY / "sysusers.d/bangtin.conf").read_text(encoding="utf-8").splitlines()
    assert sorted(line.split()[1] for line in lines if line.startswith("m ") and line.endswith("bangtin-key")) == [
        "bangtin-agent",
        "bangtin-provision",
    ]
    assert re.search(r"(?m)^z /var/lib/bangtin/key +0640 bangtin-provision bangtin-key$", tmpfiles())


def test_provisioning_may_give_the_key_that_it_made_to_the_group_of_the_agent():
    """Refused, it calls the card faulty until the next start, and a unit does not enrol in the meantime."""
    giving = {"chown", "fchownat"}
    assert giving <= calls(DEPLOY / "systemd/bangtin-provisioning.service")
    assert not giving & calls(DEPLOY / "systemd/bangtin-agent.service"), "nobody else needs it"


def test_the_hardware_resets_a_unit_whose_systemd_hangs_within_a_quarter_of_a_minute():
    seconds = re.search(r"(?m)^RuntimeWatchdogSec=(\d+)s$", (DEPLOY / "system.conf.d/bangtin.conf").read_text(encoding="utf-8"))
    assert seconds
    assert 0 < int(seconds[1]) <= 15


def test_the_log_lies_in_ram_and_is_bounded():
    text = (DEPLOY / "journald.conf.d/bangtin.conf").read_text(encoding="utf-8")
    assert "Storage=volatile" in text
    assert re.search(r"(?m)^RuntimeMaxUse=\d+M$", text)


def test_every_folder_that_a_service_writes_to_is_made_by_the_package():
    made = set(re.findall(r"(?m)^d (\S+)", tmpfiles()))
    for unit in SERVICES:
        wanted = {path for line in values(unit, "ReadWritePaths") for path in line.split() if not path.startswith("-")}
        assert wanted <= made, unit.name


WRITERS = {
    "the agent": ("agent",),
    "the display": ("display",),
    "the audio program": ("audio",),
    "the amplifier program": ("amplifier",),
    "provisioning": ("provisioning",),
    "the service of provisioning": ("provisioning",),
    "the tunnel": ("tunnel",),
    "the caretaker": ("deaths", "last-words", "log", "reboot", "upgrade"),
}
"""Whom a docstring of Paths means: one of these services must be able to write there."""


def written():
    """Each path of a unit that is written by a program, with the services of which one must be able to."""
    paths = Paths()
    for program in (*PROGRAMS_OF_A_UNIT, "provisioning"):
        yield from ((place(program), (program,)) for place in (paths.status, paths.journal, paths.journal_ram))
    for program in ("display", "audio"):
        yield from ((place(program), (program,)) for place in (paths.marks, paths.kept))
    for name, member in (*vars(Paths).items(), *vars(PathsInRam).items()):
        told = re.search(r"written by (the service of provisioning|the \w+ program|the \w+|provisioning)\b", member.__doc__ or "")
        if told and told[1] in WRITERS:
            yield getattr(paths, name), WRITERS[told[1]]


def writable(service):
    """The folders below which systemd lets *service* write; all of them where nothing is read-only."""
    unit = DEPLOY / f"systemd/bangtin-{service}.service"
    if value(unit, "ProtectSystem") != "strict":
        return [Path("/")]
    made = [f"/var/lib/{name}" for line in values(unit, "StateDirectory") for name in line.split()]
    return [Path(path.lstrip("-")) for path in [*made, *(path for line in values(unit, "ReadWritePaths") for path in line.split())]]


def test_a_service_can_write_whatever_its_program_writes():
    found = dict(written())
    assert {Paths().recordings, Paths().stop_latch, Paths().photos, Paths().shelf, Paths().last_words} <= found.keys()
    lacking = {
        path
        for path, services in found.items()
        if not any(path.is_relative_to(folder) for service in services for folder in writable(service))
    }
    assert lacking == set()


def test_the_folder_that_root_installs_from_is_made_for_root_before_any_program_could_make_it():
    lines = [line.split() for line in tmpfiles().splitlines() if line.startswith("d ")]
    made = {line[1]: (int(line[2], 8), line[3]) for line in lines}
    mode, owner = made[str(Paths().upgrades.parent)]
    assert (mode & 0o022, owner) == (0, "root")


def test_one_rules_file_says_what_polkit_lets_our_users_do_and_names_each_action():
    (rules,) = (DEPLOY / "polkit").iterdir()
    text = rules.read_text(encoding="utf-8")
    assert not re.search(r"indexOf\(\"|startsWith|match\(|\.test\(", text), "a prefix allows what nobody thought of"
    assert "settings.modify.system" in text


def tmpfiles():
    return (DEPLOY / "tmpfiles.d/bangtin.conf").read_text(encoding="utf-8")


@each([unit for unit in SERVICES if "/usr/lib/bangtin" in value(unit, "ExecStart")])
def test_every_program_can_ask_the_kernel_whether_its_clock_is_kept_in_step(unit):
    """Refused, it takes every clock for unknown: then no routine announcement sounds, and a session about to begin is not seen."""
    assert value(unit, "ProtectClock") == "", "it refuses even to ask"
    assert {"adjtimex", "clock_adjtime"} <= calls(unit)
    assert "clock_settime" not in calls(unit)
    assert value(unit, "SystemCallErrorNumber") == "EPERM", "a call that is not expected must not kill"


def test_the_agent_sees_what_a_shutdown_left_and_the_machines_own_interfaces():
    """From these it tells why the unit started and what it sent today; refused, it would call both unknown for ever."""
    agent = DEPLOY / "systemd/bangtin-agent.service"
    made = {line.split()[1]: line.split()[2:5] for line in tmpfiles().splitlines() if line.startswith("d ")}
    for folder in (Paths().last_words, Paths().reboots.parent):
        mode, _, group = made[str(folder)]
        assert int(mode, 8) & (0o050 if group == value(agent, "Group") else 0o005), folder
    assert (value(agent, "PrivateNetwork"), value(agent, "ProcSubset")) == ("", "")
    assert not values(agent, "InaccessiblePaths")


def test_only_the_agent_can_have_the_support_tunnel_opened_and_nobody_else_reads_its_key():
    made = {line.split()[1]: line.split()[2:4] for line in tmpfiles().splitlines() if line.startswith("d ")}
    mode, owner = made[str(Paths().tunnel_wanted.parent)]
    assert (int(mode, 8) & 0o022, owner) == (0, "bangtin-agent")
    assert made[str(Paths().tunnel_key.parent)] == ["0700", "bangtin-tunnel"]


def test_no_tunnel_outlives_the_longest_order_even_when_its_program_hangs():
    hours = re.fullmatch(r"(\d+)h", value(DEPLOY / "systemd/bangtin-tunnel.service", "RuntimeMaxSec"))
    assert hours
    assert timedelta(hours=int(hours[1])) == LONGEST_TUNNEL
