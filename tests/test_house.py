"""The house rules that a tool can keep: file sizes, first sentences, and no trace of where this was written."""

import ast
import re
import statistics
import subprocess
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "--", *patterns], cwd=HOUSE, capture_output=True, text=True, check=True).stdout
    return [HOUSE / name for name in listed.splitlines() if (HOUSE / name).is_file()]


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_files_are_small() -> None:
    sizes = {path.relative_to(HOUSE).as_posix(): lines(path) for path in tracked("*.py")}
    assert [name for name, size in sizes.items() if size > 400] == []
    assert statistics.median(sizes.values()) <= 150


@pytest.mark.parametrize("path", tracked("*.py"), ids=lambda path: path.relative_to(HOUSE).as_posix())
def test_a_file_opens_with_one_sentence_that_says_what_it_is(path: Path) -> None:
    opening = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert opening, "no docstring"
    assert opening.splitlines()[0].rstrip().endswith((".", ":")), opening.splitlines()[0]


def test_lock_file_has_hashes_and_no_addresses() -> None:
    lock = (HOUSE / "requirements.lock").read_text(encoding="utf-8")
    assert "--hash=sha256:" in lock
    assert "://" not in lock


def test_the_service_button_has_one_name_in_vietnamese() -> None:
    found = [
        path.name for path in tracked("*.py", "*.md", "*.html", "*.svg") if "nút kỹ" + " thuật" in path.read_text(encoding="utf-8").lower()
    ]
    assert found == []


@pytest.mark.parametrize(
    ("words", "folders"),
    [
        (r"mark\.endtoend", ("endtoend",)),
        (r"mark\.browser", ("registry",)),
        (r"from tests\.audio\.conftest import .*\bbench\b", ("audio", "deploy", "endtoend", "kills")),
    ],
)
def test_what_has_a_run_of_its_own_lies_where_make_looks_for_it(words: str, folders: tuple[str, ...]) -> None:
    tests = HOUSE / "tests"
    found = [path.relative_to(tests).as_posix() for path in tracked("tests/*/*.py") if re.search(words, path.read_text(encoding="utf-8"))]
    assert found
    assert [name for name in found if name.split("/")[0] not in folders] == []
