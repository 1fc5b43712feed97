"""Numbers in reports: whatever is accepted can be kept as JSON and read again, and what is no number is refused."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bundle.errors import Refused
from bundle.parse import read
from evidence.changes import merged
from evidence.records import ClockState, Stamp, journal_line
from evidence.report import ProgramStatus, Report

STAMP = {"wall": "2026-11-21T05:00:00Z", "state": "trusted", "boot": "b", "mono": 1.0}
SOUNDED = {"kind": "sounded", "n": 0, "at": STAMP, "occurrence": "o", "item": "tin", "channel": "vn", "version": 1, "outcome": "complete"}
SHOWN = {"kind": "shown", "n": 0, "at": STAMP, "item": "tin", "channel": "vn", "version": 1, "language": "vi", "began": STAMP}
SHOWN |= {"pages": 1, "of": 1, "frames": 1, "outcome": "complete"}
SPARE = {"channel": "vn", "language": "vi"}
MARK = '"?"'


def told(where, number):
    """A report as text in which *number* stands at *where*."""
    sounded, shown, opened = dict(SOUNDED), dict(SHOWN), {"kind": "opened-on-site", "n": 1, "at": STAMP, "occurrence": "o", "holder": "Mây"}
    gap = {"kind": "gap", "n": 2, "at": STAMP, "first": 2, "last": 3}
    report = {"format": 1, "unit": "bt-mau-01", "boot": "b", "n": 1, "at": dict(STAMP), "health": {"received": 1, "sent": 1}}
    status = {"program": "audio", "at": STAMP, "ready": True, "volume": 0.0, "versions": {"a": 1}}
    opened["seconds"] = 1.0
    parts = {"report": report, "at": report["at"], "health": report["health"], "status": status, "sounded": sounded, "shown": shown}
    parts |= {"gap": gap, "opened": opened}
    part, name = where.split(".")
    parts[part][name] = "?"
    lines = [{"program": "audio", "line": line} for line in (sounded, opened, gap)] + [{"program": "display", "line": shown}]
    return json.dumps({**report, "programs": [status], "lines": lines}).replace(MARK, number).encode()


PLACES = [
    *("report.n", "report.since", "report.permit", "at.mono", "health.received", "health.celsius", "health.free", "status.volume"),
    *("sounded.n", "sounded.version", "sounded.offset", "sounded.samples", "sounded.late", "sounded.latency", "sounded.level"),
    *("shown.version", "shown.pages", "shown.of", "shown.frames", "shown.sponsor_area", "opened.seconds", "gap.first", "gap.last"),
]
ODD = [
    "NaN",
    "Infinity",
    "-Infinity",
    "1e999",
    "-1e999",
    "1e308",
    "5e-324",
    "-0.0",
    "1" + "0" * 312,
    "-1" + "0" * 400,
    str(2**63),
    "9" * 4400,
]
NUMBERS = st.one_of(st.sampled_from(ODD), st.integers().map(str), st.floats(allow_nan=False, allow_infinity=False).map(repr))


@given(st.sampled_from(PLACES), NUMBERS)
def test_what_was_accepted_can_be_read_again(where, number):
    try:
        found = read(Report, told(where, number), "report")
    except Refused:
        return
    assert Report.model_validate_json(found.model_dump_json()) == found
    for entry in found.lines:
        assert journal_line.validate_json(entry.line.model_dump_json()) == entry.line


@pytest.mark.parametrize("where", PLACES)
@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_what_is_no_number_is_refused(where, number):
    with pytest.raises(Refused):
        read(Report, told(where, number), "report")


@pytest.mark.parametrize("where", PLACES)
def test_the_report_is_good_with_a_good_number_in_every_place(where):
    good = {"sounded.level": "-1.0", "status.volume": "-1.0", "shown.sponsor_area": "0.5", "report.since": "1"}
    read(Report, told(where, good.get(where, "1")), "report")


def by(wall, mono, n=1, since=None, programs=()):
    at = Stamp(wall=wall, state=ClockState.UNKNOWN, boot="b", mono=mono)
    return Report(unit="bt-mau-01", boot="b", n=n, at=at, programs=programs, since=since)


WALLS = st.sampled_from(
    [datetime(1970, 1, 1, 0, 0, 5, tzinfo=UTC), datetime(2026, 11, 21, tzinfo=UTC), datetime(2200, 12, 31, 23, tzinfo=UTC)]
)
MONOS = st.floats(min_value=0, max_value=1e10)


@given(WALLS, MONOS, MONOS, WALLS, MONOS)
def test_a_short_report_laid_over_what_is_held_can_be_read_again(wall, mono, said, later, then):
    """A computer without a clock wakes up in 1970, and whoever holds a key may sign any number."""
    status = ProgramStatus(program="audio", at=by(wall, said).at, ready=True)
    laid = merged(by(wall, mono, programs=(status,)), by(later, then, n=2, since=1))
    assert Report.model_validate_json(laid.model_dump_json()) == laid


def test_a_program_that_ran_before_the_clock_began_is_told_at_its_begin():
    status = ProgramStatus(program="audio", at=by(datetime(1970, 1, 1, 0, 0, 5, tzinfo=UTC), 5.0).at, ready=True)
    laid = merged(
        by(datetime(1970, 1, 1, 0, 0, 25, tzinfo=UTC), 25.0, programs=(status,)), by(datetime(1970, 1, 1, 0, 0, 5, tzinfo=UTC), 5.0, 2, 1)
    )
    assert laid.programs[0].at.wall == datetime(1970, 1, 1, tzinfo=UTC)


IMPOSSIBLE = [
    *[(place, "-1") for place in PLACES if place not in ("at.mono", "sounded.late", "sounded.level", "status.volume", "health.celsius")],
    *[("sounded.samples", "1" + "0" * 312), ("sounded.samples", str(48_000 * 86_400 * 32)), ("sounded.offset", "1e18")],
    *[("at.mono", "1e18"), ("opened.seconds", "1e18"), ("sounded.late", "1e18"), ("sounded.late", "-1e18")],
    *[(place, str(2**63)) for place in ("sounded.version", "shown.version", "shown.pages", "shown.of", "shown.frames")],
]


@pytest.mark.parametrize(("where", "number"), IMPOSSIBLE)
def test_what_cannot_have_been_is_refused(where, number):
    with pytest.raises(Refused):
        read(Report, told(where, number), "report")
