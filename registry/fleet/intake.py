"""Reading a batch of reports: which are truly this unit's, and which of two reports is the newer. Pure."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from pydantic import ConfigDict, ValidationError

from bundle.base import Model, UnitId
from bundle.errors import Complaint, Refused, refuse
from bundle.parse import complaints, read
from evidence.packing import inflated
from evidence.records import ClockState, Gap, JournalLine, Record, Shown
from evidence.report import Batch, Report
from evidence.signing import Unproven, unproven
from registry.fleet.states import OURS, Link

MAX_BODY = 256 * 1024
MOST_UNPACKED = 4 * MAX_BODY
"""Bytes that the reports of one batch may unpack to together: a unit sends one of half a MAX_BODY, a stick fifty of a few thousand."""
MOST_LOST = 100_000_000
"""Lines that one gap may call lost: a board that turns a page each second writes as many in three years."""


@dataclass(frozen=True)
class Proven:
    """A report whose signature is the unit's; *index* is its place in the batch, *digest* SHA-256 of what was signed.

    *token* is what proves it to anybody else, *road* how it came.
    """

    index: int
    report: Report
    digest: bytes
    token: str
    road: Link


class ForeignKey(Refused):
    """A report that another key signed than that of its unit."""


@dataclass(frozen=True)
class Claim:
    """A report of *unit*, as *token* tells it in *document*; no more of it is read, and nothing believed, before :func:`prove`."""

    index: int
    token: str
    signed: Unproven
    unit: str
    document: bytes


class _Whose(Model):
    """What must be read of a report to know whose key proves it: reading all of it costs a hundred times as much."""

    model_config = ConfigDict(extra="ignore")

    unit: UnitId


@dataclass(frozen=True)
class Arrival:
    """How a report came: *now*, by which *road*, of a unit that was *heard* last then; *boot_seen*: another of its boot is kept."""

    now: datetime
    heard: datetime | None
    road: Link
    boot_seen: bool


def read_batch(body: bytes) -> Batch:
    """The batch in *body* (at most ``MAX_BODY`` bytes), else ``Refused``."""
    return read(Batch, body, "report", MAX_BODY)


def read_claim(index: int, token: str, most: int = MAX_BODY) -> Claim:
    """What one token claims in at most *most* bytes, unpacked, else ``Refused``."""
    where, signed = f"report[{index}]", unproven(token)
    document = inflated(signed.claims, where, min(most, MAX_BODY))
    if len(document) > most:
        raise refuse(where, f"hơn {most} byte / more than {most} bytes", "gửi thành nhiều lần / send it in parts")
    try:
        return Claim(index, token, signed, _Whose.model_validate_json(document).unit, document)
    except ValidationError as problem:
        raise Refused(*complaints(problem, where)) from None


def prove(claim: Claim, key: dict[str, Any], road: Link) -> Proven:
    """The claim, which came by *road*, as a report proven by the enrolled *key* of its unit (JWK).

    ``ForeignKey`` when another signed it, ``Refused`` when it cannot be read.
    """
    try:
        digest = hashlib.sha256(claim.signed.by(key)).digest()
    except Refused as problem:
        raise ForeignKey(*problem.complaints) from None
    return Proven(claim.index, read(Report, claim.document, f"report[{claim.index}]", MAX_BODY), digest, claim.token, road)


def unknown(unit: str) -> Refused:
    """How a report of a unit that nobody enrolled here is refused."""
    return refuse(
        "unit",
        f"thiết bị {unit} chưa đăng ký ở đây / unit {unit} is not enrolled here",
        "đăng ký bằng bangtin provision enrol / enrol it with bangtin provision enrol",
    )


def line_digest(line: Record) -> bytes:
    """What makes two lines the same; defaults are left out, so that a field added later changes no old line's digest."""
    return hashlib.sha256(line.model_dump_json(exclude_defaults=True).encode()).digest()


def covers(line: Record, following: int | None) -> tuple[int, int]:
    """The first and last number that *line* vouches for: a gap record also stands for the lines it says are lost.

    Of those after its own it does so up to the line *following* it in the same report, which a unit always tells with it: a copy of a
    card could else call lost what its unit has yet to tell, and the unit would free it.
    """
    if not isinstance(line, Gap) or line.first > line.last:
        return line.n, line.n
    upto = line.n if following is None else following - 1
    return min(line.n, line.first), max(line.n, min(line.last, upto))


def spans_of(told: Iterable[tuple[str, JournalLine]]) -> dict[tuple[str, int], tuple[int, int]]:
    """What each line of one report vouches for, by program and number."""
    numbers: defaultdict[str, list[int]] = defaultdict(list)
    lines = {(program, line.n): line for program, line in told}
    for program, n in sorted(lines):
        numbers[program].append(n)
    following = {(program, n): after for program, found in numbers.items() for n, after in pairwise(found)}
    return {where: covers(line, following.get(where)) for where, line in lines.items()}


def told_of(report: Report, received: datetime) -> tuple[datetime, datetime]:
    """The earliest and the latest moment that *report* tells of; by an unknown clock that may be any before it was *received*."""
    stamps = [report.at, *(entry.line.at for entry in report.lines)]
    stamps += [entry.line.began for entry in report.lines if isinstance(entry.line, Shown)]
    if any(stamp.state is ClockState.UNKNOWN for stamp in stamps):
        return datetime.min.replace(tzinfo=UTC), received
    walls = [stamp.wall.astimezone(UTC) for stamp in stamps]
    return min(walls), max(walls)


def newer(candidate: Report, held: Report | None, arrival: Arrival) -> bool:
    """Whether *candidate* tells more recent news than *held*: late mail must not turn the page back, nor a wrong clock stop it for ever.

    A unit that speaks for itself says what is so now. Only where its clock was right when it was last heard, and it now tells an earlier
    time, this is what lay about. Of letters nobody knows how long they were under way: they are compared by clocks that may be believed.
    """
    if held is None:
        return True
    if candidate.boot == held.boot:
        return candidate.n > held.n
    earlier = _believed(candidate, arrival.now) and held.at.state is ClockState.TRUSTED and candidate.at.wall <= held.at.wall
    if arrival.road is Link.NETWORK:
        return not (earlier and arrival.heard is not None and abs(arrival.heard - held.at.wall) <= OURS.clock_ahead)
    match _believed(candidate, arrival.now), _believed(held, arrival.heard or arrival.now):
        case True, True:
            return not earlier
        case False, False:
            return not arrival.boot_seen
        case believed, _:
            return believed


def _believed(report: Report, received: datetime) -> bool:
    """Whether its time is an argument: one that lies ahead of the moment at which it was received is wrong, whatever the unit trusts."""
    return report.at.state is ClockState.TRUSTED and report.at.wall - received <= OURS.clock_ahead


@dataclass(frozen=True, order=True)
class Contradiction(Complaint):
    """Two things that one unit cannot both have said: its card was copied, or it forgot how far it had counted."""


def used_twice(report: Report) -> Contradiction:
    """Two different reports under one number."""
    return Contradiction(
        "n",
        f"số báo cáo {report.n} đã có với nội dung khác / report number {report.n} is already kept with other content",
        "kiểm tra thẻ nhớ bị sao chép / look for a copied card",
    )


def boundless(program: str, line: Gap) -> Contradiction:
    """A gap that names more lines than a unit ever wrote."""
    return Contradiction(
        f"{program}[{line.n}]",
        f"báo mất {line.last - line.first + 1} dòng nhật ký / calls {line.last - line.first + 1} journal lines lost",
        "kiểm tra thẻ nhớ bị sao chép / look for a copied card",
    )


def rewritten(program: str, n: int) -> Contradiction:
    """A journal line that was already kept comes again, saying something else."""
    return Contradiction(
        f"{program}[{n}]",
        f"dòng nhật ký {n} đã có với nội dung khác / journal line {n} is already kept with other content",
        "kiểm tra thẻ nhớ bị sao chép / look for a copied card",
    )
