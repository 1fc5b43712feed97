"""What a technician is told to do about a fault can be done without a shell: at the unit, on its page, or on its card."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PROVISIONING = Path(__file__).parents[2] / "provisioning"
LOOKED_AT = sorted(
    [
        *(PROVISIONING / "probes").glob("*.py"),
        *(PROVISIONING / "commissioning/steps").glob("*.py"),
        *(PROVISIONING / name for name in ("wiring/judge.py", "commissioning/run.py", "commissioning/sounding.py")),
        *(PROVISIONING / name for name in ("calibrating.py", "opening.py", "reset.py", "advice.py")),
    ]
)
SHELL = re.compile(r"\b(sudo|systemctl|journalctl|apt|alsamixer|dmesg|fsck|chmod|bangtin [a-z-]+|run (it|as))\b|unit\.toml")


def sentences(path: Path) -> Iterator[str]:
    """Every text of two words or more that is no docstring."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {id(node.body[0].value) for node in ast.walk(tree) if isinstance(node, kinds) and isinstance(node.body[0], ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings and " " in node.value.strip():
            yield node.value


@pytest.mark.parametrize("path", LOOKED_AT, ids=lambda path: path.relative_to(PROVISIONING).as_posix())
def test_no_advice_wants_a_shell(path: Path) -> None:
    assert [told for told in sentences(path) if SHELL.search(told)] == []
