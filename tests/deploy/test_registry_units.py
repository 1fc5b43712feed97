"""The services of a registry's machine: systemd understands them, and what they expose is little."""

import re
import subprocess

import pytest

from tests.deploy.units import DEPLOY, value

UNITS = sorted(path for path in (DEPLOY / "registry").iterdir() if path.suffix in (".service", ".timer"))
SERVICES = [path for path in UNITS if path.suffix == ".service"]
MOST = 4.0


def test_systemd_understands_every_line_of_the_registrys_units(tmp_path):
    for unit in UNITS:
        text = unit.read_text(encoding="utf-8").replace("/opt/bangtin/bin/bangtin", "/bin/true")
        (tmp_path / unit.name.replace("@", "@8081")).write_text(text, encoding="utf-8")
    done = subprocess.run(["systemd-analyze", "verify", *sorted(tmp_path.iterdir())], capture_output=True, text=True, check=False)
    assert [line for line in done.stderr.splitlines() if "bangtin" in line] == []


@pytest.mark.parametrize("unit", SERVICES, ids=lambda path: path.name)
def test_what_a_service_of_the_registry_exposes_is_little(unit):
    line = ["systemd-analyze", "security", "--offline=true", "--no-pager", unit]
    found = re.search(
        r"Overall exposure level for \S+: ([0-9.]+)", subprocess.run(line, capture_output=True, text=True, check=False).stdout
    )
    assert found
    assert float(found[1]) <= MOST, found[1]
    assert value(unit, "User") == "bangtin-registry"
    assert value(unit, "CapabilityBoundingSet") == ""
