"""Which units still carry what was stopped: by what each said last, and whether that is still news. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bundle.trust import Target, path_for
from evidence.report import ProgramStatus, Report
from registry.desk.on_air import Entry
from registry.fleet.states import OURS, Known

_NUMBER = re.compile(r"-p[0-9]+of[0-9]+$")
_OUTPUTS = ("display", "audio")


class Carry(StrEnum):
    """What becomes of a stopped entry on a unit, the most urgent first. HOLDS: it has not got the stop, and may show or sound it yet."""

    SOUNDING = "sounding"
    SHOWING = "showing"
    HOLDS = "holds"
    NOT_KNOWN = "not-known"
    GONE = "gone"


WORDS: Mapping[Carry, tuple[str, str]] = {
    Carry.SOUNDING: ("Còn đang phát", "still sounding"),
    Carry.SHOWING: ("Còn trên bảng", "still on the board"),
    Carry.HOLDS: ("Chưa nhận lệnh dừng", "has not got the stop"),
    Carry.NOT_KNOWN: ("Chưa rõ", "not known"),
    Carry.GONE: ("Đã dừng", "gone"),
}
"""Each in Vietnamese and English."""


@dataclass(frozen=True)
class Stopped:
    """*entry* of *channel*, which the stop list of this *version* (that of its role) took off the air."""

    channel: str
    entry: Entry
    version: int


def carries(known: Known, stopped: Stopped, now: datetime) -> Carry:
    """Whether a unit still carries *stopped*. Only what it obeys proves that it stopped, and only a report of lately says that."""
    report, contact = known.report, known.contact
    if report is None or contact is None or now - contact > OURS.network:
        return Carry.NOT_KNOWN
    if any(status.sounding and status.sounding.item in stopped.entry.items for status in report.programs):
        return Carry.SOUNDING
    if any(_shows(status, stopped.entry) for status in report.programs):
        return Carry.SHOWING
    return Carry.GONE if _obeys(report, path_for(stopped.channel, Target.STOP)) >= stopped.version else Carry.HOLDS


def _shows(status: ProgramStatus, entry: Entry) -> bool:
    pages = {f"{kind}-{item}" for item in entry.items for kind in ("notice", "caption")}
    pages |= {f"{page}-{language}" for page in pages for language in entry.languages}
    return _NUMBER.sub("", status.showing or "") in pages


def _obeys(report: Report, path: str) -> int:
    """The oldest version that an output of the unit obeys; a program of which the report gives none obeys all that the unit does."""
    outputs = (status.versions or report.versions for status in report.programs if status.program in _OUTPUTS)
    return min((versions.get(path, 0) for versions in outputs), default=report.versions.get(path, 0))
