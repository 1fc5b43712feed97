"""What a probe is: it looks at one object and says what it observed, what was wanted, and what to do."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

Pair = tuple[str, str]


class Verdict(IntEnum):
    """How one finding, or all of them together, stands; the value is the exit code."""

    GOOD = 0
    WARNING = 1
    NOT_READY = 2


@dataclass(frozen=True)
class Finding:
    """One comparison of *observed* with *wanted* on one *subject*; *do* says what helps. Each in Vietnamese and English."""

    verdict: Verdict
    subject: Pair
    observed: Pair
    wanted: Pair
    do: Pair = ("", "")


class Probe(Protocol):
    """Anything that can look: a program, or a person who is asked (:mod:`provisioning.person`)."""

    def look(self) -> tuple[Finding, ...]:
        """Look once; a probe reports what is wrong, it never raises for it."""
        ...


def overall(findings: Iterable[Finding]) -> Verdict:
    """The worst verdict among *findings*."""
    return max((finding.verdict for finding in findings), default=Verdict.GOOD)


def halves(text: str) -> Pair:
    """A sentence "chữ Việt / English" as a pair."""
    vietnamese, _, english = text.partition(" / ")
    return vietnamese, english or vietnamese
