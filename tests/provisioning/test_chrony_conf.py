"""The time service's settings that the unit relies on: lose one of these lines and the clock is never believed, or by anybody."""

import re
from pathlib import Path

import pytest

DEPLOY = Path(__file__).parents[2] / "deploy/chrony"


@pytest.fixture(scope="module")
def directives():
    lines = (DEPLOY / "bangtin.conf").read_text(encoding="utf-8").splitlines()
    return [line.split() for line in lines if line.strip() and not line.startswith("#")]


def named(directives, name):
    return [words[1:] for words in directives if words[0] == name]


def test_the_kernel_is_told_so_that_the_unit_can_know(directives):
    """Without rtcsync chronyd leaves the kernel's flag at *unsynchronised* and the RTC unset."""
    assert named(directives, "rtcsync") == [[]]
    assert named(directives, "rtcfile") == [], "chronyd refuses both"


def test_nobody_can_ask_or_command_over_the_network(directives):
    assert named(directives, "port") == [["0"]]
    assert named(directives, "cmdport") == [["0"]]
    assert {"allow", "cmdallow", "bindcmdaddress", "local", "manual"}.isdisjoint(words[0] for words in directives)


def test_no_hotspot_names_our_time_servers(directives):
    assert not [words for words in directives if "dhcp" in " ".join(words)]


def test_one_server_alone_sets_no_clock_and_those_that_prove_themselves_win(directives):
    proven = [words for words in named(directives, "server") if "nts" in words]
    assert len(proven) >= 3, "of three one may be wrong"
    assert all("trust" in words and "require" not in words for words in proven), "a carrier that blocks NTS must not stop the clock"
    assert int(named(directives, "minsources")[0][0]) >= 2
    assert named(directives, "authselectmode") == [["ignore"]]


def test_a_jump_must_insist_and_then_chronyd_comes_back(directives):
    (_, updates) = named(directives, "makestep")[0]
    (_, start, ignored) = map(int, named(directives, "maxchange")[0])
    assert start >= int(updates), "the first corrections may be of any size"
    assert ignored > 0
    dropin = (DEPLOY / "chrony.service.d/bangtin.conf").read_text(encoding="utf-8")
    assert "Restart=always" in dropin
    (command,) = re.findall(r"^ExecStart=(!\S.*)$", dropin, re.MULTILINE)
    assert {"-s", "-f", "/etc/chrony/bangtin.conf"} <= set(command.split())
