"""The field checklist names every probe and every step, says of each whether it is automatic or asked, and names nothing else."""

import re
from pathlib import Path

import provisioning.check
from device.settings import InputSettings, load_settings
from device.unit import read_unit
from provisioning.commissioning.table import steps

CHECKLIST = (Path(__file__).parents[3] / "docs/field-checklist.md").read_text(encoding="utf-8")
LINES = re.findall(r"^\| (?:tự động|hỏi) · (automatic|asked) \|.*\| `([^`]+)` \|$", CHECKLIST, re.MULTILINE)


def listed(who):
    return {name for kind, name in LINES if kind == who}


def test_every_probe_is_a_line_that_is_automatic():
    known = {name for name in vars(provisioning.check) if name.endswith("Probe") and name != "Probe"}
    assert listed("automatic") == known


def test_every_step_of_a_unit_with_everything_is_a_line_that_is_asked(unit):
    inputs = InputSettings.model_validate({"kill": {"pin": 26, "active_high": True, "breaks_supply": True}, "service": {"pin": 6}})
    settings = load_settings(unit.paths.unit_toml).model_copy(update={"inputs": inputs})
    ids = {step.task.id for step in steps(unit.paths, settings, read_unit(unit.paths))}
    assert {re.sub("^horn-.*", "horn-…", each) for each in ids} == listed("asked")
