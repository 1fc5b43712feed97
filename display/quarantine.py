"""Quarantine: what was being drawn at two deaths of this program is left out for a time; another version of it may try at once."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from device.boottime import boottime
from display.errors import PageUndrawable

DEATHS = 2
"""One death may have another reason, and the item its one right to be shown; a second is no accident."""
_DRAWING = "drawing-"

REST = 600.0
"""Seconds that it is left out after the second death, and twice as long after each further one: the watchdog's kill counts too, because
whoever is killed leaves no word whether he was slow or hung. So nothing is left out for good, least of all an emergency."""


class Deaths(NamedTuple):
    """How many *times* the program died while drawing something, and when *last*, in seconds since boot."""

    times: int = 0
    last: float = 0.0

    def rests(self, now: float) -> bool:
        """Whether it is left out *now*."""
        return self.times >= DEATHS and now < self.last + REST * 2.0 ** min(self.times - DEATHS, 20)


class Quarantine:
    """Remembers in the *folder*, which lies in RAM, what is being drawn: a crash in a library leaves no time to say so.

    Only what is being laid out or painted counts, not what merely stands on the board when somebody ends the program.
    Of what two threads draw at the same time nobody knows which was the killer: both are counted. A folder that takes nothing costs
    the memory, never the drawing; *unwritten* says so.
    """

    def __init__(self, folder: Path, seconds: Callable[[], float] = boottime) -> None:
        self._folder, self._counted, self._seconds = folder, folder / "deaths.json", seconds
        self.unwritten = ""
        self._deaths: dict[str, Deaths] = _read(self._counted)
        died = [name for drawing in folder.glob(f"{_DRAWING}*") if (name := _taken(drawing))]
        for name in died:
            self._deaths[name] = Deaths(self._deaths.get(name, Deaths()).times + 1, seconds())
        if died:
            self._keep()

    @property
    def held(self) -> tuple[str, ...]:
        """The names of all that is left out now."""
        return tuple(name for name, deaths in self._deaths.items() if deaths.rests(self._seconds()))

    @property
    def told(self) -> str:
        """The same as a sentence, empty when there is nothing to tell."""
        return f"bỏ qua vì làm chết chương trình / left out, they killed the program: {', '.join(self.held)}" if self.held else ""

    @contextmanager
    def drawing(self, name: str) -> Iterator[None]:
        """While *name* is drawn; ``PageUndrawable`` at once when it is left out. Any other error is our mistake and counts as a death.

        What has no name is never left out.
        """
        if not name:
            yield
            return
        if self._deaths.get(name, Deaths()).rests(self._seconds()):
            raise PageUndrawable("chương trình đã chết nhiều lần khi vẽ tin này / the program died several times while drawing it")
        drawing = self._folder / f"{_DRAWING}{threading.get_ident()}"
        self._write(drawing, name)
        try:
            yield
        except PageUndrawable:
            _gone(drawing)
            raise
        _gone(drawing)

    def _keep(self) -> None:
        half = self._counted.with_suffix(".half")
        if self._write(half, json.dumps(self._deaths, ensure_ascii=False)):
            half.replace(self._counted)

    def _write(self, path: Path, text: str) -> bool:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        except OSError as problem:
            self.unwritten = f"{path.parent}: {problem.strerror}"
            return False
        self.unwritten = ""
        return True


def _taken(drawing: Path) -> str:
    """The name in it, which is counted once; empty where there was no room for one."""
    try:
        name = drawing.read_text(encoding="utf-8")
    except (OSError, ValueError):
        name = ""
    _gone(drawing)
    return name


def _gone(path: Path) -> None:
    with suppress(OSError):
        path.unlink()


def _read(path: Path) -> dict[str, Deaths]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return {str(name): Deaths(int(times), float(last)) for name, (times, last) in found.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
