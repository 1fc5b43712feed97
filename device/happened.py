"""What happened on this unit, folded from a program's own journal; it outlives the lines that were acknowledged."""

import logging
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path

from pydantic import ValidationError

from device.acks import read_acks
from device.clock import Clock
from device.durable import CARD_FAILS, replace
from device.journal import JournalWriter, encode, read
from device.paths import Paths
from director.happened import Happened, fold, later, shown_key
from director.moment import Moment
from evidence.records import AlertSeen, ClockState, JournalLine, OrderSeen, Outcome, Shown, Sounded, SourceHeard, Stamp, journal_line

log = logging.getLogger(__name__)
KEEP = timedelta(days=60)
"""Longer than an alert may stand (``bundle.alert.LONGEST_LIFE``); what is older cannot matter to a decision."""


def load_happened(paths: Paths, program: str, clock: Clock) -> Happened:
    """The history of *program* up to now."""
    return fold(Happened(), recent(_lines(paths, program), clock.now()))


def retire(paths: Paths, program: str, writer: JournalWriter, clock: Clock) -> None:
    """Delete what the registry has, and the oldest lines for which there is no room.

    What decisions still need of them is kept first. Call it at start and once an hour.
    """
    acknowledged = read_acks(paths).get(program, -1)
    if acknowledged < 0 and writer.surplus() < 0:
        return
    try:
        _retire(paths, program, writer, clock, acknowledged)
    except OSError as problem:
        if problem.errno not in CARD_FAILS:
            raise
        # Nothing is forgotten then: the lines stay where they are until the card takes what must be kept of them.
        log.warning("thẻ nhớ không ghi được, nhật ký giữ nguyên / the card takes nothing, the journal stays: %s", problem)


def _retire(paths: Paths, program: str, writer: JournalWriter, clock: Clock, acknowledged: int) -> None:
    # Of all lines, also of those that stay: the next start then reads this and the few lines after it, not a month's journal.
    lines = essential(recent(_lines(paths, program), clock.now()))
    replace(_history(paths, program), b"\n".join(encode(line) for line in lines))
    writer.forget(acknowledged)


def essential(lines: Iterable[JournalLine]) -> list[JournalLine]:
    """The lines that a fold cannot do without, in order: folding these gives what folding all gives."""
    last: dict[tuple[str, str], JournalLine] = {}
    always: dict[int, JournalLine] = {}
    latest: Stamp | None = None
    for line in lines:
        if (found := later(latest, line.at)) is not latest:
            latest, last["latest", ""] = found, line
        match line:
            case Sounded():
                last["sounded", line.occurrence] = line
                if line.outcome is Outcome.STARTED:
                    always[line.n] = line
            case SourceHeard():
                last["source", line.occurrence] = line
            case AlertSeen():
                last.setdefault(("fed" if line.feed else "seen", line.identity), line)
            case OrderSeen():
                last.setdefault(("ordered", line.identity), line)
            case Shown():
                last["shown", f"{line.outcome} {shown_key(line.channel, line.item, line.language)}"] = line
            case _:
                pass
    always.update({line.n: line for line in last.values()})
    return [always[n] for n in sorted(always)]


def recent(lines: Iterable[JournalLine], moment: Moment) -> Iterator[JournalLine]:
    """Without what is older than ``KEEP``, as far as both clocks are known."""
    for line in lines:
        unsure = ClockState.UNKNOWN in (moment.state, line.at.state)
        if unsure or moment.wall - line.at.wall <= KEEP:
            yield line


def _lines(paths: Paths, program: str) -> Iterator[JournalLine]:
    """What was kept of the lines already deleted, then the journal."""
    newest = -1
    for line in _kept(_history(paths, program)):
        newest = line.n
        yield line
    yield from read(paths.journal(program), newest)


def _kept(path: Path) -> Iterator[JournalLine]:
    raw = path.read_bytes() if path.exists() else b""
    for text in raw.splitlines():
        try:
            yield journal_line.validate_json(text, extra="ignore")
        except ValidationError:  # of a kind that another release writes
            continue


def _history(paths: Paths, program: str) -> Path:
    return paths.journal(program) / "history.jsonl"
