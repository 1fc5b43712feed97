"""The kernel's own small files as text; what is not there, or cannot be read, says nothing."""

from pathlib import Path


def text(path: Path) -> str:
    """What stands at *path*, without the space around it; empty when nothing does."""
    try:
        return path.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""


def whole_number(path: Path) -> int | None:
    """The number at *path*, also as ``0x0a``; None when there is none."""
    try:
        return int(text(path), 0)
    except ValueError:
        return None
