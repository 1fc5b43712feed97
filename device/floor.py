"""The newest signed date that this unit has seen: time never goes below it, also after a power cut."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from device.paths import PROGRAMS, Paths

Stat = tuple[int, int]


class Floor:
    """Follows the marks of all programs; reads a file again only when it was replaced.

    It reads the dates out of the JSON and not through the models of ``bundle.trust``: the board shows its first
    picture before the library of signatures is loaded.
    """

    def __init__(self, paths: Paths) -> None:
        self._files = [paths.marks(program) for program in PROGRAMS]
        self._seen: dict[Path, Stat] = {}
        self._newest: datetime | None = None

    def newest(self) -> datetime | None:
        """The newest date, or ``None`` before there was one."""
        for path in self._files:
            try:
                found = path.stat()
            except FileNotFoundError:
                continue
            stat = (found.st_ino, found.st_mtime_ns)
            if self._seen.get(path) != stat:
                self._seen[path] = stat
                dates = [date for date in (self._newest, *_dates(path)) if date]
                self._newest = max(dates, default=None)
        return self._newest


def _dates(path: Path) -> list[datetime]:
    try:
        return list(_issued(json.loads(path.read_bytes())))
    except (ValueError, RecursionError):  # not ours to repair: its owner finds it damaged and says so
        return []


def _issued(document: Any) -> list[datetime]:
    if not isinstance(document, dict):
        return []
    found = [date for value in document.values() for date in _issued(value)]
    if isinstance(document.get("issued"), str):
        date = datetime.fromisoformat(document["issued"])
        found += [date] if date.tzinfo else []
    return found
