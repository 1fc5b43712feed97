"""Whether what a report brought may change the state of its unit: most say no more than that it lives. Pure."""

from datetime import datetime

from evidence.records import Commissioned, Fault, Sounded
from evidence.report import ProgramStatus, Report
from registry.fleet.holding import Taken
from registry.fleet.states import OURS, Known, clock_ahead

_FOLLOWED = (Fault, Sounded, Commissioned)
"""Lines from which a state follows."""


def changes(taken: Taken, now: datetime) -> bool:
    """Whether its unit has to be judged again; else nothing in ``standing`` is another, but that silence counts from *now* on."""
    if taken.heard is None or now - taken.heard >= OURS.network:
        # Silence may have changed the state, and that is over.
        return True
    if _told(taken.before, taken.heard) != _told(taken.after, now):
        return True
    said = {status.program for status in taken.after.programs} if taken.after else set()
    return any(isinstance(fresh.line, _FOLLOWED) or fresh.program not in said for fresh in taken.fresh)


def _told(report: Report | None, heard: datetime) -> tuple[object, ...] | None:
    """All that a row of ``standing`` has from a *report* that was *heard* then."""
    if report is None:
        return None
    ahead = report.at.wall if clock_ahead(Known(enrolled=heard, contact=heard, report=report)) else None
    return report.since is None, report.at.state, ahead, report.versions, [_said(each) for each in report.programs]


def _said(status: ProgramStatus) -> tuple[object, ...]:
    on_air = bool(status.showing), bool(status.sounding)
    return status.program, status.ready, status.reasons, on_air, status.muted, status.volume, status.simulated
