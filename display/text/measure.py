"""The seam to the text library."""

from typing import Protocol

from display.page import Face, Runs


class Measure(Protocol):
    """What a text library knows of letters."""

    def break_lines(self, runs: Runs, face: Face, width: int) -> tuple[Runs, ...]:
        """*runs* as lines at most *width* pixels wide; joined again they are the same text."""

    def width(self, runs: Runs, face: Face) -> int:
        """How wide *runs* are on one line, in pixels."""
