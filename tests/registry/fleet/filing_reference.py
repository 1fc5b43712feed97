"""The filer as one would say it in a sentence a rule: one report after another, everything in memory, nothing clever."""

from dataclasses import dataclass, field
from datetime import datetime

from evidence.packing import inflated
from evidence.records import Fault, Gap
from evidence.report import Report
from evidence.signing import claimed
from registry.fleet.intake import Arrival, newer
from registry.fleet.states import Link


@dataclass
class Shelf:
    """What is kept of one unit."""

    reports: dict = field(default_factory=dict)
    lines: dict = field(default_factory=dict)
    spans: dict = field(default_factory=dict)
    faults: dict = field(default_factory=dict)
    newest: Report | None = None
    heard: datetime | None = None

    def file(self, token, now):
        """Whether the report in *token* was new, known or refused."""
        report = Report.model_validate_json(inflated(claimed(token), "", 1 << 20))
        if (report.boot, report.n) in self.reports:
            return "known" if self.reports[report.boot, report.n] == claimed(token) else "refused"
        told = {}
        for entry in report.lines:
            where = entry.program, entry.line.n
            if told.get(where, entry.line) != entry.line:
                return "refused"
            told[where] = entry.line
        for where, line in told.items():
            held = self.lines.get(where)
            if held is not None and held != line and not isinstance(held, Gap) and not isinstance(line, Gap):
                return "refused"
        seen = any(boot == report.boot for boot, _ in self.reports)
        if newer(report, self.newest, Arrival(now, self.heard, Link.NETWORK, seen)):
            self.newest = report.model_copy(update={"lines": ()})
        self.heard = now
        self.reports[report.boot, report.n] = claimed(token)
        for where, line in sorted(told.items(), key=lambda item: item[0]):
            self.keep(*where, line, [n for program, n in told if program == where[0] and n > line.n])
        return "new"

    def keep(self, program, n, line, later):
        held = self.lines.get((program, n))
        if held is not None and (isinstance(line, Gap) or not isinstance(held, Gap)):
            return
        self.lines[program, n] = line
        covered = {n}
        if isinstance(line, Gap):
            # Of what comes after it, a gap vouches up to the next line of the same report, and for nothing without one.
            covered |= {lost for lost in range(line.first, line.last + 1) if lost < n or lost < min(later, default=n)}
        self.spans.setdefault(program, set()).update(range(min(covered), max(covered) + 1))
        if isinstance(line, Fault) and line.n > self.faults.get((program, line.code), (-1, None))[0]:
            self.faults[program, line.code] = line.n, line.active

    @property
    def kept(self):
        """Per program the last number before the first hole."""
        return {program: next(n for n in range(-1, 10_000) if n + 1 not in spans) for program, spans in self.spans.items()}
