"""The page of the rules of sound names tests and scenarios that exist, at least one for each rule, and leaves none out."""

import ast
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent
PAGE = (HOUSE / "docs" / "rules-of-sound.md").read_text(encoding="utf-8")
ROWS = [row.split("|")[1:-1] for row in PAGE.splitlines() if row.startswith("| ") and "shown by" not in row]
NAMED = re.compile(r"`(tests/[a-z0-9_/]+\.py::test_[a-z0-9_]+|scenarios/[a-z0-9-]+)`")


@cache
def functions_of(path: Path) -> frozenset[str]:
    """The test functions of a file, without importing it."""
    found = ast.parse(path.read_text(encoding="utf-8")).body if path.is_file() else []
    return frozenset(each.name for each in found if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef))


def exists(name: str) -> bool:
    if name.startswith("scenarios/"):
        return (HOUSE / "tests" / f"{name}.toml").is_file()
    file, _, test = name.partition("::")
    return test in functions_of(HOUSE / file)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0].strip()[:60])
def test_every_rule_names_tests_that_exist(row: list[str]) -> None:
    named = NAMED.findall(row[-1])
    assert named, "no test shows this rule"
    assert "".join(NAMED.sub("", row[-1]).split()) == "", "nothing but names of tests stands there"
    assert [name for name in named if not exists(name)] == []


def test_every_place_of_enforcement_exists() -> None:
    places = {place for row in ROWS if len(row) == 3 for place in re.findall(r"`([a-z_/]+(?:\.py)?)`", row[1])}
    assert len(places) > 10
    assert [place for place in sorted(places) if not (HOUSE / place).exists()] == []


def test_every_scenario_about_sound_is_named() -> None:
    about = {
        path.stem
        for path in (HOUSE / "tests" / "scenarios").glob("*.toml")
        if tomllib.loads(path.read_text(encoding="utf-8"))["rule"].startswith(("Rules of sound", "Bulletin classes"))
    }
    assert len(about) > 15
    assert about - set(re.findall(r"`scenarios/([a-z0-9-]+)`", PAGE)) == set()
