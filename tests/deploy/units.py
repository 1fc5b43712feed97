"""The unit files of deploy/, read as systemd reads them: a key may stand several times."""

import subprocess
from functools import cache
from pathlib import Path

DEPLOY = Path(__file__).parent.parent.parent / "deploy"
UNITS = sorted(path for path in (DEPLOY / "systemd").iterdir() if path.suffix in (".service", ".path", ".timer"))
SERVICES = [path for path in UNITS if path.suffix == ".service"]


def values(path: Path, key: str) -> list[str]:
    """Every value of *key*, whatever its section."""
    lines = path.read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    return [line.partition("=")[2].strip() for line in lines if line.startswith(f"{key}=")]


def value(path: Path, key: str) -> str:
    """The last value of *key*; empty when it is not there."""
    return (values(path, key) or [""])[-1]


def calls(path: Path) -> frozenset[str]:
    """The system calls that the unit's filter lets through: systemd takes its lines in their order, a later one overrules."""
    found: set[str] = set()
    for line in values(path, "SystemCallFilter"):
        told = {call for word in line.removeprefix("~").split() for call in _meant(word)}
        found = found - told if line.startswith("~") else found | told
    return frozenset(found)


@cache
def _meant(word: str) -> frozenset[str]:
    """The calls of a group that begins with @, groups in it included, as this machine's systemd lists them; else that call."""
    if not word.startswith("@"):
        return frozenset((word,))
    done = subprocess.run(["systemd-analyze", "syscall-filter", "--no-pager", word], capture_output=True, text=True, check=True)
    words = [line.strip() for line in done.stdout.splitlines()[1:]]
    return frozenset(call for each in words if each and not each.startswith("#") for call in _meant(each))
