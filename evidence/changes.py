"""Reports that tell only what changed: how a unit shortens one, and how the registry lays it over what it holds. Pure.

A full report tells everything. A short one names the full one that it stands on (``since``) and carries each part that changed after that
one, also when a report between has told it already: so it does not matter which of those between arrived, or in which order. What is no
longer known cannot be told by leaving it out; then the report is full again. Older software knows no ``since``: a unit with it sends full
reports, which replace all that is held, and a registry with it refuses a short one whole, rather than take what is missing for gone.
"""

from dataclasses import dataclass
from datetime import timedelta

from bundle.base import EARLIEST
from evidence.health import Health, settled
from evidence.records import Stamp
from evidence.report import ProgramStatus, Report

ALIVE = 30.0
"""Seconds for which a program's last word is believed: each repeats itself every five at most."""


@dataclass(frozen=True)
class Told:
    """What was told from the full report number *full* on, made at *mono*: *standing* is all of it, *parts* are what changed after it."""

    full: int
    mono: float
    standing: Report
    parts: frozenset[str] = frozenset()


def alive(status: ProgramStatus, at: Stamp) -> bool:
    """Whether the program of *status* still ran at *at*."""
    return status.at.boot == at.boot and at.mono - status.at.mono <= ALIVE


def shortened(told: Told | None, whole: Report, full_after: float) -> tuple[Report, Told]:
    """*whole* without what was *told*, and what is told with it; it is full after so many seconds, in a new boot, and where it must be."""
    standing = whole.model_copy(update={"lines": ()})
    if told is not None and whole.health is not None and told.standing.health is not None:
        standing = standing.model_copy(update={"health": settled(told.standing.health, whole.health)})
    if told is None or _stale(told, whole, full_after) or _parts(told.standing).keys() - _parts(standing).keys():
        return whole, Told(whole.n, whole.at.mono, whole.model_copy(update={"lines": ()}))
    before, now = _parts(told.standing), _parts(standing)
    parts = told.parts | {name for name, value in now.items() if before.get(name) != value}
    health = Health.model_validate({name: value for name, value in _health(standing).items() if f"health.{name}" in parts})
    short = {
        "since": told.full,
        "programs": tuple(status for status in whole.programs if f"program.{status.program}" in parts),
        "software": whole.software if "software" in parts else None,
        "health": health if health.known() else None,
    }
    return whole.model_copy(update=short), Told(told.full, told.mono, standing, parts)


def merged(held: Report | None, candidate: Report) -> Report:
    """The newer *candidate* laid over *held*. What comes back is full, unless the full one that *candidate* stands on is not here.

    Then it keeps its ``since``, and what it does not tell is not known: the next full one comes within the hour.
    """
    if candidate.since is None or held is None or held.since is not None or held.boot != candidate.boot or held.n < candidate.since:
        return candidate
    said = {status.program: status for status in candidate.programs}
    kept = [said.pop(status.program) if status.program in said else _moved(status, held.at, candidate.at) for status in held.programs]
    laid = {
        "since": None,
        "programs": (*kept, *said.values()),
        "software": candidate.software or held.software,
        "health": Health.model_validate(_health(held) | _health(candidate)) if held.health or candidate.health else None,
    }
    return candidate.model_copy(update=laid)


def _stale(told: Told, whole: Report, full_after: float) -> bool:
    return told.standing.boot != whole.boot or whole.at.mono - told.mono > full_after


def _parts(report: Report) -> dict[str, object]:
    """What can be left out, by name, as it is compared: a status is another one when its program died, but not when it only repeats."""
    found: dict[str, object] = {f"health.{name}": value for name, value in _health(report).items()}
    if report.software is not None:
        found["software"] = report.software
    for status in report.programs:
        last = None if alive(status, report.at) else status.at
        found[f"program.{status.program}"] = status.model_dump(exclude={"at"}), last
    return found


def _health(report: Report) -> dict[str, object]:
    return report.health.known() if report.health else {}


def _moved(status: ProgramStatus, before: Stamp, now: Stamp) -> ProgramStatus:
    """A status that was left out is still true: that of a program that ran goes along with the time, that of a dead one stays."""
    if not alive(status, before):
        return status
    behind = max(0.0, before.mono - status.at.mono)
    wall = max(now.wall - timedelta(seconds=behind), EARLIEST)
    at = now.model_copy(update={"mono": now.mono - behind, "wall": wall})
    return status.model_copy(update={"at": at})
