"""How far an alert has come on one unit, step by step, and what in its journal and status proves each step. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from director.age import usable
from evidence.records import AlertSeen, JournalLine, Outcome, Rung, Shown, Sounded, Stamp
from evidence.report import Report

ALERT = "alert:"
BOARD, VOICE, AGENT = "display", "audio", "agent"


class Step(IntEnum):
    """From the registry to people: what arrived, what is believed, what the board presented, and the four rungs of sound."""

    RECEIVED = 1
    VERIFIED = 2
    PRESENTED = 3
    COMMANDED = 4
    LEFT_DRIVER = 5
    ELECTRICAL = 6
    HEARD = 7


SOUND = (Step.COMMANDED, Step.LEFT_DRIVER, Step.ELECTRICAL, Step.HEARD)


@dataclass(frozen=True)
class Proof:
    """What a signed report proves of one *step*: *at* the unit's own time at the latest, *clock* whether that may be believed.

    *airing* counts from 0; None where no airing is meant. *simulated*: by hardware that is none, so nothing is proven of people.
    *standing* is false while only a status says so, which a receipt may still take back.
    """

    step: Step
    at: datetime
    clock: bool
    airing: int | None = None
    simulated: bool = False
    standing: bool = True


@dataclass(frozen=True)
class Airing:
    """What became of airing number *number* last: its *outcome*, and the *reason* when it was not complete."""

    number: int
    outcome: Outcome
    reason: str
    at: datetime
    rung: Rung = Rung.UNKNOWN


def is_identity(item: str) -> bool:
    """Whether *item* names an alert: three parts with commas between them, which no name of a notice or a page has."""
    return item.count(",") == 2


def airing_of(occurrence: str) -> tuple[str, int] | None:
    """(identity, number) of the airing that ``director.airings.airing_key`` named; None for any other occurrence."""
    if not occurrence.startswith(ALERT):
        return None
    _, _, rest = occurrence.removeprefix(ALERT).partition(":")
    identity, _, number = rest.rpartition("#")
    return (identity, int(number)) if identity and number.isdecimal() else None


def told_by_line(line: JournalLine) -> tuple[str, tuple[Proof, ...], Airing | None] | None:
    """The alert that *line* is about, the steps that it proves, and what became of an airing; None when it is about none."""
    match line:
        case AlertSeen():
            return line.identity, (_proof(Step.VERIFIED, line.at, line.simulated),), None
        case Shown() if is_identity(line.item):
            proofs = (_proof(Step.PRESENTED, line.began, line.simulated),) if line.frames else ()
            return line.item, proofs, None
        case Sounded():
            return _sounded(line)
        case _:
            return None


def _sounded(line: Sounded) -> tuple[str, tuple[Proof, ...], Airing | None] | None:
    named = airing_of(line.occurrence)
    if named is None:
        return None
    identity, number = named
    ended = Airing(number, line.outcome, line.reason, line.at.wall, line.rung)
    # At its end so many seconds had left: the first of them no later than that.
    first = (
        line.at if line.outcome is Outcome.STARTED else line.at.model_copy(update={"wall": line.at.wall - timedelta(seconds=line.offset)})
    )
    return identity, tuple(_proof(step, first, line.simulated, number) for step in _proven(line.rung)), ended


def _proven(rung: Rung) -> tuple[Step, ...]:
    """The steps of a rung and those without which it cannot be; a current that no sensor measured stays unknown below what was heard."""
    match rung:
        case Rung.UNKNOWN:
            return ()
        case Rung.COMMANDED:
            return (Step.COMMANDED,)
        case Rung.LEFT_DRIVER:
            return (Step.COMMANDED, Step.LEFT_DRIVER)
        case Rung.ELECTRICAL:
            return (Step.COMMANDED, Step.LEFT_DRIVER, Step.ELECTRICAL)
        case Rung.HEARD:
            return (Step.COMMANDED, Step.LEFT_DRIVER, Step.HEARD)


def told_by_status(report: Report) -> Iterator[tuple[str, Proof]]:
    """(identity, what it proves) of an alert whose samples leave the driver at this very time; the airing's receipt comes at its end."""
    for status in report.programs:
        named = airing_of(status.sounding.occurrence) if status.program == VOICE and status.sounding else None
        if named is not None and status.sounding is not None:
            yield named[0], _proof(Step.LEFT_DRIVER, status.sounding.since, bool(status.simulated), named[1], standing=False)


def arrived(report: Report | None) -> dict[str, int]:
    """The newest version by target that the unit has, believed or not: what the agent holds, and what is in force."""
    if report is None:
        return {}
    found = dict(report.versions)
    for status in report.programs:
        if status.program == AGENT:
            found |= {target: max(version, found.get(target, 0)) for target, version in status.versions.items()}
    return found


def _proof(step: Step, at: Stamp, simulated: bool, airing: int | None = None, standing: bool = True) -> Proof:
    return Proof(step, at.wall, usable(at.state), airing, simulated, standing)
