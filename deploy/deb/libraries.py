"""Which Python libraries a unit needs of those in the lock file, each with the version and the hashes that stand there."""

import importlib.metadata
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from deploy.deb.target import Target

EXTRA = "pi"
"""What only a Pi has."""


@dataclass(frozen=True)
class Pin:
    """One library as the lock file names it; *lines* is its whole entry, hashes included."""

    name: str
    version: str
    lines: str


def pins(house: Path, target: Target) -> tuple[Pin, ...]:
    """What the unit's programs import, and what that needs, on *target*; in the order of their names."""
    project = tomllib.loads((house / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"][EXTRA]]
    locked = {pin.name: pin for pin in read_lock((house / "requirements.lock").read_text(encoding="utf-8"))}
    needed = _needed(asked, target.markers)
    if missing := sorted(needed - locked.keys()):
        raise SystemExit(f"requirements.lock: thiếu / misses, for {target}: {', '.join(missing)}; make lock")
    return tuple(locked[name] for name in sorted(needed))


def read_lock(text: str) -> tuple[Pin, ...]:
    """Every library of a lock file's *text*."""
    entries = re.findall(r"^([A-Za-z0-9._-]+)==(\S+)((?: \\\n    --hash=\S+)+)", text, flags=re.M)
    return tuple(Pin(canonicalize_name(name), version, f"{name}=={version}{hashes}") for name, version, hashes in entries)


def _needed(asked: Iterable[str], markers: dict[str, str], extras: Iterable[str] = ("",)) -> set[str]:
    """The names of what the requirements *asked* lead to; the libraries here, of the very same versions, know what they need."""
    found: set[str] = set()
    waiting = [(Requirement(text), tuple(extras)) for text in asked]
    seen: set[tuple[str, tuple[str, ...]]] = set()
    while waiting:
        wanted, given = waiting.pop()
        if wanted.marker and not any(wanted.marker.evaluate({**markers, "extra": extra}) for extra in given):
            continue
        name, its = canonicalize_name(wanted.name), ("", *sorted(wanted.extras))
        found.add(name)
        if (name, its) not in seen:
            seen.add((name, its))
            waiting += [(Requirement(text), its) for text in _requires(name)]
    return found


def _requires(name: str) -> list[str]:
    try:
        return importlib.metadata.requires(name) or []
    except importlib.metadata.PackageNotFoundError:
        # Only another release of Python needs it; what it needs itself must then be found in a test of the installed package.
        return []
