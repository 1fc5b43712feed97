"""Why an alert has not come all the way on one unit, in one sentence for the person who then telephones there. Pure."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import chain

from bundle.alert import Alert
from evidence.changes import alive
from evidence.records import FaultCode, Outcome
from evidence.report import ProgramStatus
from registry.alerts.confirmation.ladder import Facts, Reach, stale
from registry.alerts.confirmation.raised import Raised
from registry.alerts.confirmation.steps import BOARD, VOICE, Proof, Step
from registry.fleet.states import Link, State
from registry.web.words import OUTCOMES, local_time

AMPLIFIER = "amplifier"
NO_UNIT = "ở đây không có thiết bị nào nhận tin này / no unit here gets this alert"
# Whoever lacks a language, a class or a zone hears it all the same, or was never meant to.
_HINDERS = frozenset(FaultCode) - {FaultCode.LANGUAGE_MISSING, FaultCode.CLASS_UNKNOWN, FaultCode.ZONE_UNKNOWN, FaultCode.DUTY_UNHELD}


def why(facts: Facts, first: Mapping[Step, Proof], reach: Reach, raised: Raised, now: datetime) -> str | None:
    """One sentence, None when it has come all the way."""
    match reach:
        case Reach.FULL:
            return None
        case Reach.NOT_KNOWN:
            return _silent(facts, raised.issued)
        case Reach.NOT_REACHED:
            return next(_hindered(facts), _not_received(facts))
        case Reach.RECEIVED_ONLY:
            return _received_only(facts, first, raised.alert, now)
        case Reach.BOARD_ONLY:
            return _no_sound(facts, first, raised.alert, now)
        case Reach.SOUND_ONLY:
            return _no_board(facts, first, now)
        case Reach.NO_UNIT:
            raise ValueError(f"{facts.unit} is a unit")


def _silent(facts: Facts, issued: datetime) -> str:
    contact = facts.known.contact
    last = f"liên lạc cuối {local_time(contact)}" if contact else "chưa từng liên lạc"
    match facts.standing.state:
        case State.MAINTENANCE:
            return f"{facts.standing.why[0]}; {last}"
        case State.EXPECTED:
            return f"{facts.standing.why[0]}; {last}"
        case State.OVERDUE:
            since = local_time(contact) if contact else local_time(facts.known.enrolled)
            return f"không liên lạc từ {since} / no contact since"
        case State.SILENT_FAULT | State.DEGRADED | State.SILENCED | State.QUIET | State.READY | State.PLAYING:
            if facts.known.link is Link.COURIER:
                return f"chờ người mang USB, {last} / waiting for the courier"
            when = "chưa báo về từ khi phát tin" if contact is None or contact < issued else "đã lâu không báo về"
            return f"{when}, {last} / not heard of lately"


def _not_received(facts: Facts) -> str:
    contact = facts.known.contact
    return (
        f"có liên lạc lúc {local_time(contact)} mà chưa nhận tin / in contact, not received yet"
        if contact
        else "chưa nhận tin / not received"
    )


def _hindered(facts: Facts, *programs: str) -> Iterator[str]:
    """What the unit itself says is wrong; with *programs* of these alone."""
    if facts.standing.state is State.MAINTENANCE:
        yield facts.standing.why[0]
    for fault in facts.known.faults:
        if fault.code in _HINDERS and (fault.program in programs or not programs):
            yield fault.detail


def _received_only(facts: Facts, first: Mapping[Step, Proof], alert: Alert, now: datetime) -> str:
    if any(proof.simulated for proof in first.values()):
        return _simulated(facts)
    if Step.VERIFIED not in first:
        waits = "đã nhận, chưa chương trình nào xác nhận chữ ký / received, no program has verified it"
        return next(_hindered(facts), waits)
    parts = [_no_board(facts, first, now)] if facts.board else []
    parts += [_no_sound(facts, first, alert, now)] if facts.voice else []
    return "; ".join(dict.fromkeys(parts)) or "chưa có bảng hay loa nào trả lời / no output program answers"


def _no_board(facts: Facts, first: Mapping[Step, Proof], now: datetime) -> str:
    if not facts.board:
        return "không có bảng / no board"
    if Step.PRESENTED in first:
        return _simulated(facts)
    told = next(_unready(facts, BOARD), None) or next(_hindered(facts, BOARD), None)
    return told or _unexplained(facts, now, "bảng chưa hiện", "the board has not shown it")


def _no_sound(facts: Facts, first: Mapping[Step, Proof], alert: Alert, now: datetime) -> str:
    if not facts.voice:
        return "không có loa / no loudspeaker"
    if facts.standing.state is State.SILENCED:
        return facts.standing.why[0]
    if any(first[step].simulated for step in first if step >= Step.LEFT_DRIVER):
        return _simulated(facts)
    told = chain(_muted(facts), _unready(facts, VOICE), _hindered(facts, VOICE, AMPLIFIER), _airing(facts))
    told = chain(told, _speechless(alert), _unspoken(facts))
    return next(told, None) or _unexplained(facts, now, "loa chưa phát", "it has not sounded")


def _airing(facts: Facts) -> Iterator[str]:
    """What became of its newest airing."""
    for airing in sorted(facts.airings, key=lambda each: -each.number):
        if airing.outcome is Outcome.STARTED:
            yield "đã ra lệnh phát, chưa rõ tiếng đã ra chưa / commanded, not known whether it left the driver"
        else:
            said = " / ".join(OUTCOMES[airing.outcome])
            yield f"lần phát {airing.number + 1} {said}: {airing.reason}" if airing.reason else f"lần phát {airing.number + 1} {said}"


def _speechless(alert: Alert) -> Iterator[str]:
    if not any(version.spoken for version in alert.versions):
        yield "tin này không có lời đọc, chỉ hiện trên bảng / this alert has no speech, it stands on the board only"


def _unspoken(facts: Facts) -> Iterator[str]:
    """Which languages of the village are missing: told last, because what is missing may be of another bulletin."""
    yield from (fault.detail for fault in facts.known.faults if fault.code is FaultCode.LANGUAGE_MISSING and fault.program == VOICE)


def _muted(facts: Facts) -> Iterator[str]:
    yield from (status.muted for status in _statuses(facts) if status.muted)


def _unready(facts: Facts, program: str) -> Iterator[str]:
    """Why *program* cannot do its work, or that it does not run."""
    report = facts.known.report
    mine = [status for status in _statuses(facts) if status.program == program]
    for status in mine:
        if report is not None and not alive(status, report.at):
            yield f"chương trình {program} không chạy / the program does not run"
        elif not status.ready:
            yield f"{program}: {'; '.join(status.reasons) or '?'}"
    if report is not None and report.since is None and not mine:
        yield f"chương trình {program} không trả lời / the program does not answer"


def _statuses(facts: Facts) -> tuple[ProgramStatus, ...]:
    return facts.known.report.programs if facts.known.report else ()


def _simulated(facts: Facts) -> str:
    return f"mô phỏng, không tính là đã đến / simulated, does not count: {', '.join(facts.simulated) or '?'}"


def _unexplained(facts: Facts, now: datetime, vietnamese: str, english: str) -> str:
    if stale(facts, now):
        contact = facts.known.contact
        return f"{vietnamese} khi liên lạc cuối {local_time(contact) if contact else '?'} / {english} when last heard of"
    return f"{vietnamese}, chưa rõ vì sao / {english}, not known why"
