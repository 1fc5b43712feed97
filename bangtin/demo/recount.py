"""The counts of a demonstration, taken again from nothing but draft, journals, tape, acknowledgements and the registry's file.

``python -m bangtin.demo.recount demo-out`` prints them; the demonstration itself uses the same function.
"""

import json
import sqlite3
import sys
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from audio.driver.tape import Tape, intervals, read_tape
from bundle.items import Notice
from bundle.manifest import Bundle
from bundle.parse import parse
from device.journal import read
from device.paths import Paths
from device.settings import Settings, load_settings
from device.unit import read_unit, site
from evidence.records import Outcome, Record, Shown, Sounded, Switched

RECEIPTS = (Shown, Sounded)


@dataclass(frozen=True)
class Evidence:
    """Everything a count is taken from."""

    bundle: Bundle
    lines: dict[str, tuple[Record, ...]]
    kept: dict[str, int]
    tape: Tape
    settings: Settings
    moments: dict[str, datetime]
    reports: int


def gather(out: Path) -> Evidence:
    """Read a demonstration's folder; *moments* are when the alert was published and when the registry was stopped."""
    paths = Paths(out / "unit")
    moments = json.loads((out / "moments.json").read_text(encoding="utf-8"))
    acknowledged = json.loads(paths.acks.read_text(encoding="utf-8"))
    return Evidence(
        bundle=parse(Bundle, (out / "draft" / "bundle.json").read_bytes(), "bundle.json"),
        lines={name: tuple(read(paths.journal(name))) for name in ("display", "audio", "amplifier", "agent")},
        kept=acknowledged.get("kept", acknowledged),
        tape=read_tape(out / "speaker.raw").in_real_time(),
        settings=load_settings(paths.unit_toml),
        reports=_reports(out / "registry" / "registry.db"),
        moments={name: datetime.fromisoformat(text) for name, text in moments.items()},
    )


def count(out: Path) -> dict[str, Any]:
    """The figures of ``summary.json`` that come from evidence."""
    paths, evidence = Paths(out / "unit"), gather(out)
    unit = read_unit(paths)
    if unit is None:
        raise ValueError(f"{paths.unit_json}: the unit of a demonstration is enrolled")
    here = site(unit, evidence.settings)
    shown = [line for line in evidence.lines["display"] if isinstance(line, Shown)]
    sounded = [line for line in evidence.lines["audio"] if isinstance(line, Sounded)]
    published = [notice for notice in evidence.bundle.notices if here.addressed(notice.areas, notice.units)]
    presented = {(line.item, line.language) for line in shown if line.outcome is Outcome.COMPLETE and line.pages == line.of}
    announcements = {item.id for item in evidence.bundle.announcements}
    # What only a person on site starts is due at no time.
    planned = [session for session in evidence.bundle.sessions if not session.on_site]
    due = {(session.id, name) for session in planned for name in session.order if name in announcements}
    played = {line.occurrence for line in sounded if line.outcome is Outcome.COMPLETE and line.item in announcements}
    stopped = evidence.moments["registry_stopped"]
    return {
        "notices_published": len(published),
        "notices_presented": sum(versions_for(notice, here.languages) <= presented for notice in published),
        "announcements_due": len(due),
        "announcements_played": len(played),
        **_alert_times(evidence, shown),
        "amplifier_on_before_first_sample_ms": _lead(evidence),
        "reports_accepted": evidence.reports,
        "receipts_acknowledged": sum(
            isinstance(line, RECEIPTS) and line.n <= evidence.kept.get(name, -1)
            for name in ("display", "audio")
            for line in evidence.lines[name]
        ),
        "shown_after_registry_stopped": any(line.began.wall > stopped and line.outcome is Outcome.COMPLETE for line in shown),
    }


def versions_for(notice: Notice, languages: tuple[str, ...]) -> set[tuple[str, str]]:
    """The versions of a notice that a village with these languages must see, each as (item, language)."""
    return {(notice.id, version.language) for version in notice.versions if version.language in languages}


def _reports(database: Path) -> int:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return int(connection.execute("SELECT count(*) FROM report").fetchone()[0])


def _alert_times(evidence: Evidence, shown: list[Shown]) -> dict[str, float | None]:
    published = evidence.moments["alert_published"]
    notices = {notice.id for notice in evidence.bundle.notices} | {item.id for item in evidence.bundle.announcements}
    pages = [line.began.wall for line in shown if line.began.wall >= published and line.item not in notices and line.channel]
    lines = [
        line.at.wall for line in evidence.lines["amplifier"] if isinstance(line, Switched) and line.active and line.at.wall >= published
    ]
    return {
        "alert_published_to_presented_ms": _milliseconds(published, min(pages, default=None)),
        "alert_published_to_amplifier_ms": _milliseconds(published, min(lines, default=None)),
    }


def _milliseconds(start: datetime, end: datetime | None) -> float | None:
    return None if end is None else round((end - start).total_seconds() * 1000, 1)


def _lead(evidence: Evidence) -> float | None:
    """The shortest time by which an amplifier was on before its first sample, in ms."""
    stretches = evidence.tape.loud()
    leads = []
    for interval in intervals(evidence.lines["amplifier"], evidence.tape):
        first = min((start for start, _ in stretches if start >= interval.on), default=None)
        if first is not None:
            leads.append(first - interval.on)
    return round(min(leads) * 1000, 1) if leads else None


if __name__ == "__main__":
    click.echo(json.dumps(count(Path(sys.argv[1])), indent=2))
