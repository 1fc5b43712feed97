"""The newest signed date that this unit has seen, also before a power cut: what every clock is held against."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bundle.errors import refuse
from device.paths import PROGRAMS, Paths
from director.moment import Moment
from evidence.records import ClockState

AHEAD = timedelta(hours=24)
"""A date this far beyond a clock that may be believed is wrong; accepted once, it would hold the clock there."""

Stat = tuple[int, int]
Seen = tuple[int, datetime]
NEVER: Seen = (0, datetime.min.replace(tzinfo=UTC))


def not_ahead(issued: datetime, moment: Moment, where: str) -> None:
    """``Refused`` when something was *issued* far beyond a clock that may be believed; an unknown one has nothing to compare."""
    if moment.state is not ClockState.UNKNOWN and issued > moment.wall + AHEAD:
        what = f"ngày ký {issued:%d/%m/%Y} ở tương lai (signed in the future)"
        raise refuse(where, what, "chỉnh đồng hồ nơi phát hành / correct the publisher's clock")


class Floor:
    """Follows the marks of all programs; reads a file again only when it was replaced.

    It reads the dates out of the JSON and not through the models of ``bundle.trust``: the board shows its first
    picture before the library of signatures is loaded.
    """

    def __init__(self, paths: Paths) -> None:
        self._files = [paths.marks(program) for program in PROGRAMS]
        self._seen: dict[Path, Stat] = {}
        self._newest = NEVER

    def newest(self) -> datetime | None:
        """The newest date of the newest epoch, or ``None`` before there was one.

        Dates of older epochs were signed with keys that are revoked since: a newer epoch may lower the floor, nothing else does.
        """
        for path in self._files:
            try:
                found = path.stat()
            except FileNotFoundError:
                continue
            stat = (found.st_ino, found.st_mtime_ns)
            if self._seen.get(path) != stat:
                self._seen[path] = stat
                self._newest = max(self._newest, *_dates(path))
        return None if self._newest is NEVER else self._newest[1]


def _dates(path: Path) -> list[Seen]:
    try:
        return [NEVER, *_issued(json.loads(path.read_bytes()))]
    except (ValueError, RecursionError):  # not ours to repair: its owner finds it damaged and says so
        return [NEVER]


def _issued(document: Any) -> Iterator[Seen]:
    if not isinstance(document, dict):
        return
    for value in document.values():
        yield from _issued(value)
    if isinstance(document.get("issued"), str):
        date, epoch = datetime.fromisoformat(document["issued"]), document.get("epoch", 1)
        if date.tzinfo and isinstance(epoch, int):
            yield epoch, date
