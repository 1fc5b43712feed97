"""The end of a log made small enough for a journal line: the newest lines stay. Pure."""

from evidence.packing import deflated, inflated
from evidence.records import MOST_EXCERPT

MOST_TEXT = 64 * 1024
"""Bytes of an excerpt, unpacked."""


def packed(text: str) -> bytes:
    """As many of the last lines of *text* as fit into ``MOST_EXCERPT`` bytes; of a last line that does not fit alone, its end."""
    raw = text.encode()
    # Not from the middle of a line, unless there is no other.
    end = raw if len(raw) <= MOST_TEXT else raw[-MOST_TEXT:].partition(b"\n")[2] or raw[-MOST_TEXT:]
    lines = end.decode(errors="ignore").splitlines(keepends=True)
    fits, many = 0, len(lines)
    while fits < many:
        half = (fits + many + 1) // 2
        fits, many = (half, many) if len(_deflated(lines[-half:])) <= MOST_EXCERPT else (fits, half - 1)
    return _deflated(lines[-fits:]) if fits else deflated("".join(lines[-1:]).encode()[-MOST_EXCERPT // 2 :])


def unpacked(excerpt: bytes, where: str) -> str:
    """The text of an excerpt; ``Refused`` when *where* it came from sent something else."""
    return inflated(excerpt, where, MOST_TEXT).decode(errors="replace")


def _deflated(lines: list[str]) -> bytes:
    return deflated("".join(lines).encode())
