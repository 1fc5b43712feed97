"""What a step of commissioning is, and what it works with."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from pydantic import BaseModel

from bundle.errors import Refused
from device.clock import Clock
from device.machine import serial
from device.paths import Paths
from device.settings import Settings
from device.unit import UnitRecord
from evidence.records import Sounded
from evidence.self_test import Mark
from evidence.visits import Checked
from provisioning.commissioning.planning import Task
from provisioning.commissioning.state import Book
from provisioning.person import Technician
from provisioning.probe import Finding, Pair, Verdict, halves
from provisioning.questions import YesNo

MARKS = {Verdict.GOOD: Mark.GOOD, Verdict.WARNING: Mark.WARNING, Verdict.NOT_READY: Mark.NOT_READY}
UNKNOWN: Pair = ("chưa rõ", "unknown")
NEARBY = YesNo(
    "may-sound",
    ("Loa sắp kêu to. Không có ai đứng sát loa, được phát thử chứ?", "The horns will sound, loudly. Is nobody close to them: may they?"),
)

Horns = Callable[[str, str | None], Sounded]
"""Lets the technician's tone sound through one line or (None) all of them, and gives the record of its end; ``Refused`` when it cannot."""


@dataclass
class Site:
    """One unit under a technician's hands. *permitted*: the horns may sound, by their word, for this one sitting."""

    paths: Paths
    settings: Settings
    record: UnitRecord
    clock: Clock
    book: Book
    technician: Technician
    horns: Horns
    permitted: bool | None = field(default=None)

    @property
    def person(self) -> str:
        """The technician's name, as far as it is known."""
        return self.book.state.technician or "kỹ thuật viên"

    def may_sound(self) -> bool:
        """Whether the horns may sound: asked once, before the first of them. ``TechnicianDeclined`` passes through."""
        if self.permitted is None:
            self.permitted = self.technician.ask(NEARBY)
        return self.permitted


@dataclass(frozen=True)
class Outcome:
    """What a step found; *settled*: nothing is left to do about it. *answers* are fields of the state that are kept with it."""

    findings: tuple[Finding, ...]
    settled: bool
    answers: dict[str, object] = field(default_factory=dict)


class CutAwaited(Exception):
    """The technician pulls the plug now: the next start of the unit takes the commissioning up where this leaves it."""


class Step(Protocol):
    """One step: its task, and how it is done with a technician at hand."""

    @property
    def task(self) -> Task:
        """What it is, on what its result depends and what comes before it."""
        ...

    def do(self, site: Site) -> Outcome:
        """Do it. ``TechnicianDeclined`` leaves it open; it raises ``CutAwaited`` when the power must go first."""
        ...


def basis(paths: Paths, *parts: object) -> str:
    """A digest of *parts* and of the machine: what was found on another machine, or with other settings, says nothing here."""
    told = [part.model_dump(mode="json") if isinstance(part, BaseModel) else part for part in parts]
    return hashlib.sha256(json.dumps([serial(paths), *told], sort_keys=True, default=str).encode()).hexdigest()[:16]


def checked(step: str, findings: tuple[Finding, ...]) -> tuple[Checked, ...]:
    """*findings* as they are kept and reported."""
    return tuple(
        Checked(
            step=step,
            mark=MARKS[each.verdict],
            subject=_told(each.subject),
            observed=_told(each.observed),
            wanted=_told(each.wanted),
            do=_told(each.do) if each.do[0] else None,
        )
        for each in findings
    )


def not_allowed(subject: Pair, wanted: Pair) -> Outcome:
    """The technician does not let the horns sound now."""
    do = ("chờ khi không có ai gần loa, rồi làm lại", "wait until nobody is close, then do it again")
    return Outcome((Finding(Verdict.WARNING, subject, ("chưa được phát", "not allowed to sound yet"), wanted, do),), settled=False)


def unknown(subject: Pair, wanted: Pair, do: Pair) -> Finding:
    """Nobody could tell."""
    return Finding(Verdict.WARNING, subject, UNKNOWN, wanted, do)


def refusal(subject: Pair, wanted: Pair, refused: Refused) -> Finding:
    """A refusal as a finding on *subject*."""
    first = refused.complaints[0]
    return Finding(Verdict.NOT_READY, subject, halves(first.what), wanted, halves(first.do))


def _told(words: Pair) -> Pair:
    return words[0], words[1] or words[0]
