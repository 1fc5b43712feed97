"""The services of a registry's machine: systemd understands them, and what they expose is little."""

import os
import re
import subprocess
import time
from pathlib import Path

import pytest

from tests.deploy.units import DEPLOY, value, values

HOUSE = DEPLOY / "registry"
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


def test_every_user_and_folder_that_a_service_names_is_made_by_the_installation(tmp_path):
    (tmp_path / "etc").mkdir()
    subprocess.run(["systemd-sysusers", f"--root={tmp_path}", HOUSE / "sysusers.conf"], check=True, capture_output=True)
    assert "bangtin-registry" in (tmp_path / "etc/passwd").read_text()
    subprocess.run(["systemd-tmpfiles", f"--root={tmp_path}", "--create", HOUSE / "tmpfiles.conf"], check=True, capture_output=True)
    for service in SERVICES:
        named = [*value(service, "ReadWritePaths").split(), *(str(Path(each).parent) for each in values(service, "EnvironmentFile"))]
        missing = [path for path in named if not (tmp_path / path.lstrip("/")).is_dir()]
        assert missing == [], service.name
    closed = [tmp_path / "var/lib/bangtin-registry/data", tmp_path / "var/backups/bangtin-registry"]
    assert {path.stat().st_mode & 0o777 for path in closed} == {0o700}


def test_old_backups_go_and_new_ones_stay(tmp_path):
    (find,) = re.findall(r"(?m)^ExecStartPost=/usr/bin/(find .*)$", (HOUSE / "bangtin-registry-backup.service").read_text())
    for age in (0, 29, 40):
        folder = tmp_path / f"{age}"
        folder.mkdir()
        (folder / "registry.db").touch()
        os.utime(folder, (time.time() - age * 86400,) * 2)
    subprocess.run(find.replace("/var/backups/bangtin-registry", str(tmp_path)).split(), check=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0", "29"]
