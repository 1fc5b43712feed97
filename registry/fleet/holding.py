"""What the registry holds of one unit, and what one more report changes in it. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from bundle.errors import Complaint
from evidence.changes import merged
from evidence.records import Gap, JournalLine
from evidence.report import Journalled, Report
from registry.fleet.intake import MOST_LOST, Arrival, Proven, boundless, line_digest, newer, rewritten, spans_of, used_twice

GAP = "gap"


@dataclass(frozen=True)
class Here:
    """A journal line that is kept: its *kind*, and the *digest* that makes two lines the same."""

    kind: str
    digest: bytes


@dataclass(frozen=True)
class Fresh:
    """A journal line of *program* that was not kept before, or only as part of a gap; it vouches for the lines of *span*.

    *for_gap*: under its number a gap is kept.
    """

    program: str
    line: JournalLine
    digest: bytes
    span: tuple[int, int]
    for_gap: bool = False


@dataclass(frozen=True)
class Taken:
    """What a *report* brought: its *fresh* lines, by program and number; the newest report was the one *before*, and is the one *after*.

    *heard*: when the unit was heard until then. *known*: the very same report was here already, and brought nothing.
    """

    report: Report
    before: Report | None
    after: Report | None
    heard: datetime | None
    fresh: tuple[Fresh, ...] = ()
    known: bool = False


@dataclass
class Holding:
    """What is held of one unit, as far as the reports that come ask for it.

    *digests* are those of its reports by boot and number, *boots* those of which any report is here. *kept* is how far each journal is
    whole, *top* the highest number in it, *let_go* up to where what is not here was let go of. *lines* are those of its lines that reports
    tell again, and *behind* the spans (first, last) behind a hole that may be filled.
    *heard* is when any new report last came, *due* when its state has to be judged at the latest.
    """

    channels: tuple[str, ...] = ()
    newest: Report | None = None
    digests: dict[tuple[str, int], bytes] = field(default_factory=dict)
    boots: set[str] = field(default_factory=set)
    kept: dict[str, int] = field(default_factory=dict)
    top: dict[str, int] = field(default_factory=dict)
    let_go: dict[str, int] = field(default_factory=dict)
    lines: dict[tuple[str, int], Here] = field(default_factory=dict)
    behind: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    heard: datetime | None = None
    due: datetime | None = None

    def take(self, proven: Proven, now: datetime) -> Taken | Complaint:
        """Take one report with its lines, which comes *now*, or nothing of it and say why; what is already kept is kept once."""
        report, before, heard = proven.report, self.newest, self.heard
        held = self.digests.get((report.boot, report.n))
        if held is not None:
            return Taken(report, before, before, heard, known=True) if held == proven.digest else used_twice(report)
        fresh = self._fresh(report.lines)
        if isinstance(fresh, Complaint):
            return fresh
        if newer(report, before, Arrival(now, self.heard, proven.road, report.boot in self.boots)):
            self.newest = merged(before, report)
        self.heard = now
        self.digests[report.boot, report.n] = proven.digest
        self.boots.add(report.boot)
        self._lengthen(fresh)
        return Taken(report, before, self.newest, heard, fresh)

    def _fresh(self, journalled: Iterable[Journalled]) -> tuple[Fresh, ...] | Complaint:
        """The lines not yet here, in order; or what is said of the first that contradicts one that is."""
        told: dict[tuple[str, int], JournalLine] = {}
        for entry in journalled:
            first = told.setdefault((entry.program, entry.line.n), entry.line)
            if first is not entry.line and first != entry.line:
                return rewritten(entry.program, entry.line.n)
        found, spans = [], spans_of((program, line) for (program, _), line in told.items())
        for (program, n), line in told.items():
            if isinstance(line, Gap) and line.last - line.first >= MOST_LOST:
                return boundless(program, line)
            held, digest = self.lines.get((program, n)), line_digest(line)
            if held is None:
                # What was let go of was counted when it came, and is not taken once more.
                if n > self.let_go.get(program, -1):
                    found.append(Fresh(program, line, digest, spans[program, n]))
            elif held.kind == GAP and line.kind != GAP:
                found.append(Fresh(program, line, digest, spans[program, n], for_gap=True))
            # A unit that lost its outbox calls lost what we have: a gap never contradicts a line, it only lacks it.
            elif line.kind != GAP and held.digest != digest:
                return rewritten(program, n)
        return tuple(sorted(found, key=lambda each: (each.program, each.line.n)))

    def _lengthen(self, fresh: Iterable[Fresh]) -> None:
        spans: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        for each in fresh:
            self.lines[each.program, each.line.n] = Here(each.line.kind, each.digest)
            spans[each.program].append(each.span)
        for program, new in spans.items():
            upto, left = whole_to(self.kept.get(program, -1), (*self.behind.get(program, ()), *new))
            self.kept[program], self.behind[program] = upto, left
            self.top[program] = max(self.top.get(program, -1), *(last for _, last in new))


def whole_to(upto: int, spans: Iterable[tuple[int, int]]) -> tuple[int, list[tuple[int, int]]]:
    """How far a journal that was whole *upto* there is whole with *spans*, and which of them are still behind a hole."""
    ordered = sorted(spans)
    for first, last in ordered:
        if first > upto + 1:
            break
        upto = max(upto, last)
    return upto, [span for span in ordered if span[1] > upto]
