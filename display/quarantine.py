"""Quarantine: an item that was being drawn at two deaths of this program is left out; another version of it may try again."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from display.errors import PageUndrawable

DEATHS = 2
"""One death may have another reason, and the item its one right to be shown; a second is no accident."""


_DRAWING = "drawing-"


class Quarantine:
    """Remembers in the *folder*, which lies in RAM, what is being drawn: a crash in a library leaves no time to say so.

    Only what is being laid out or painted counts, not what merely stands on the board when somebody ends the program.
    Of what two threads draw at the same time nobody knows which was the killer: both are counted.
    """

    def __init__(self, folder: Path) -> None:
        self._folder, self._counted = folder, folder / "deaths.json"
        folder.mkdir(parents=True, exist_ok=True)
        self._deaths: dict[str, int] = _read(self._counted)
        for drawing in folder.glob(f"{_DRAWING}*"):
            name = drawing.read_text(encoding="utf-8")
            self._deaths[name] = self._deaths.get(name, 0) + 1
            self._keep()
            drawing.unlink()

    @property
    def held(self) -> tuple[str, ...]:
        """The names of all that is left out until the unit starts anew."""
        return tuple(name for name, deaths in self._deaths.items() if deaths >= DEATHS)

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
        if self._deaths.get(name, 0) >= DEATHS:
            raise PageUndrawable(f"chương trình đã {DEATHS} lần chết khi vẽ tin này / the program died {DEATHS} times while drawing it")
        drawing = self._folder / f"{_DRAWING}{threading.get_ident()}"
        drawing.write_text(name, encoding="utf-8")
        try:
            yield
        except PageUndrawable:
            drawing.unlink()
            raise
        drawing.unlink()

    def _keep(self) -> None:
        half = self._counted.with_suffix(".half")
        half.write_text(json.dumps(self._deaths, ensure_ascii=False), encoding="utf-8")
        half.replace(self._counted)


def _read(path: Path) -> dict[str, int]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(name): deaths for name, deaths in found.items() if isinstance(deaths, int)} if isinstance(found, dict) else {}
