"""The one state a unit is in: nine of them, mutually exclusive, so that totals add up. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from evidence.records import ClockState, FaultCode, Outcome, Sounded
from evidence.report import ProgramStatus, Report


class State(StrEnum):
    """FIELD's states, the most urgent first; the link is another axis."""

    SILENT_FAULT = "silent-fault"
    OVERDUE = "overdue"
    DEGRADED = "degraded"
    SILENCED = "silenced"
    MAINTENANCE = "maintenance"
    EXPECTED = "expected"
    QUIET = "quiet"
    READY = "ready"
    PLAYING = "playing"


class Link(StrEnum):
    """How a unit is reached."""

    NETWORK = "network"
    COURIER = "courier"


@dataclass(frozen=True)
class Allowance:
    """How long silence is expected: three missed polls on a network, the courier's round otherwise (our numbers).

    *quiet*: how long after a rule silenced what was due, and nothing was due since, a unit counts as quiet by rule.
    """

    network: timedelta = timedelta(minutes=45)
    courier: timedelta = timedelta(days=14)
    clock_ahead: timedelta = timedelta(minutes=5)
    quiet: timedelta = timedelta(hours=12)

    def of(self, link: Link) -> timedelta:
        """How long a unit on this *link* may be silent."""
        return self.network if link is Link.NETWORK else self.courier


@dataclass(frozen=True)
class OpenFault:
    """A fault that a unit's journal says is active."""

    program: str
    code: FaultCode
    detail: str


@dataclass(frozen=True)
class Known:
    """All that the registry knows of one unit: its newest *report*, when any new one last came, its *last_sound* receipt."""

    enrolled: datetime
    contact: datetime | None = None
    report: Report | None = None
    faults: Sequence[OpenFault] = ()
    link: Link = Link.NETWORK
    maintenance_until: datetime | None = None
    last_sound: Sounded | None = None


@dataclass(frozen=True)
class Standing:
    """The *state*, and the sentences that led to it."""

    state: State
    why: tuple[str, ...] = ()


OURS = Allowance()
# What is missing from the content, or meant for horns of others, is not the unit's: shown, but no fault of its own.
NOT_THE_UNITS = frozenset({FaultCode.LANGUAGE_MISSING, FaultCode.CLASS_UNKNOWN, FaultCode.ZONE_UNKNOWN, FaultCode.FEED_HELD_BACK})
OUTPUTS = ("display", "audio")
SILENCED_TOKENS = ("silenced-on-site",)
UNCONFIRMED_TOKENS = ("unconfirmed",)
_UNREPORTED = "chưa có báo cáo đầu tiên / no first report yet"
_UNREADABLE = "báo cáo đã lưu không đọc được / the kept report cannot be read"


def standing(known: Known, now: datetime, allowance: Allowance = OURS) -> Standing:
    """The state of a unit at *now*. Expected silence is no fault; a fault known of a courier-served unit stays one."""
    if known.maintenance_until and now < known.maintenance_until:
        return Standing(State.MAINTENANCE, ("đang bảo trì / under maintenance",))
    silent_for = now - (known.contact or known.enrolled)
    if silent_for >= allowance.of(known.link):
        return Standing(State.OVERDUE, ("quá hạn liên lạc / contact is overdue",))
    if known.report is None:
        return Standing(State.EXPECTED, (_UNREPORTED if known.contact is None else _UNREADABLE,))
    if known.report.since is not None:
        # What it stands on is not here, as after a restored backup: what it does not tell is not known, and no fault.
        return Standing(State.EXPECTED, ("chờ báo cáo đủ / a full report is awaited",))
    wrong = _wrong(known, known.report, allowance)
    if _says(known.report, UNCONFIRMED_TOKENS):
        return Standing(State.MAINTENANCE, ("đang lắp, chưa xác nhận nơi lắp / being installed, the site is not confirmed", *wrong))
    if not any(status.ready for status in _outputs(known.report)):
        return Standing(State.SILENT_FAULT, wrong)
    if _says(known.report, SILENCED_TOKENS):
        return Standing(State.SILENCED, ("tắt tiếng tại chỗ / silenced on site",))
    if wrong:
        return Standing(State.DEGRADED, wrong)
    if silent_for >= allowance.network:
        return Standing(State.EXPECTED, ("chờ người mang USB / waiting for the courier",))
    return Standing(_well(known.report, known.last_sound, now, allowance), tuple(_ordered(known.report)))


def edges(known: Known, allowance: Allowance = OURS) -> tuple[datetime, ...]:
    """The moments at which time alone may change the state, in order (UTC)."""
    since = known.contact or known.enrolled
    found = {since + allowance.network, since + allowance.of(known.link)}
    if known.maintenance_until:
        found.add(known.maintenance_until)
    if known.last_sound and known.last_sound.outcome is Outcome.REFUSED_BY_RULE:
        found.add(known.last_sound.at.wall + allowance.quiet)
    return tuple(sorted(edge.astimezone(UTC) for edge in found))


def clock_ahead(known: Known, allowance: Allowance = OURS) -> bool:
    """Whether the unit's own clock is so far ahead of the registry's that one of the two is wrong."""
    report = known.report
    if report is None or known.contact is None or report.at.state is ClockState.UNKNOWN or _clock_simulated(report):
        return False
    return report.at.wall - known.contact > allowance.clock_ahead


def _well(report: Report, last: Sounded | None, now: datetime, allowance: Allowance) -> State:
    speaking = any(status.sounding for status in report.programs)
    if not speaking and any(status.muted for status in report.programs):
        return State.QUIET
    if not speaking and last and last.outcome is Outcome.REFUSED_BY_RULE and now - last.at.wall < allowance.quiet:
        return State.QUIET
    return State.PLAYING if speaking or any(status.showing for status in report.programs) else State.READY


def _ordered(report: Report) -> Iterator[str]:
    """What orders leave of its sound, for whoever wonders why it is quiet."""
    for status in report.programs:
        if status.muted:
            yield status.muted
        if status.volume:
            yield f"âm lượng {status.volume:g} dB theo lệnh / volume by order"


def _wrong(known: Known, report: Report, allowance: Allowance) -> tuple[str, ...]:
    unready = [(status.program, reason) for status in report.programs if not status.ready for reason in status.reasons or ("?",)]
    # That the site is not confirmed is a state of its own, told in its own words.
    found = [f"{program}: {reason}" for program, reason in unready if _token(reason) not in UNCONFIRMED_TOKENS]
    if not _outputs(report):
        found.append("không chương trình phát nào trả lời / no output program answers")
    found += [f"{fault.program}: {fault.detail}" for fault in known.faults if fault.code not in NOT_THE_UNITS]
    if report.at.state is ClockState.UNKNOWN:
        found.append("đồng hồ chưa tin được / the clock is unknown")
    elif clock_ahead(known, allowance):
        found.append(f"đồng hồ chạy trước máy chủ / the clock is ahead of the registry's: {report.at.wall:%Y-%m-%d %H:%M} UTC")
    return tuple(found)


def _outputs(report: Report) -> list[ProgramStatus]:
    return [status for status in report.programs if status.program in OUTPUTS]


def _says(report: Report, tokens: Sequence[str]) -> bool:
    return any(_token(reason) in tokens for status in report.programs for reason in status.reasons)


def _token(reason: str) -> str:
    return reason.split(":")[0]


def _clock_simulated(report: Report) -> bool:
    return any("clock" in name for status in report.programs for name in status.simulated)
