"""A reader who is not us: tesseract reads a picture of the board, and what it read is compared with what was meant."""

import difflib
import subprocess
from pathlib import Path


def machine_reads(picture: Path) -> str:
    """The Vietnamese that tesseract finds in *picture*."""
    return subprocess.run(["tesseract", str(picture), "-", "-l", "vie"], capture_output=True, text=True, check=True).stdout


def likeness(title: str, seen: str) -> float:
    """How much of *title* stands in *seen*, at best, whatever the line breaks; 1 is all of it."""
    wanted, words = title.split(), seen.split()
    windows = (" ".join(words[start : start + len(wanted)]) for start in range(max(1, len(words) - len(wanted) + 1)))
    return max(difflib.SequenceMatcher(None, title, window, autojunk=False).ratio() for window in windows)
