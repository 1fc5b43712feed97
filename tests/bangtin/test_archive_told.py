"""What a unit's signed reports tell of a time: when each line was, and which lines are not there."""

from datetime import UTC, datetime, timedelta

import pytest

from bangtin.archive.told import Missing, Window, read_testimony
from bundle.errors import Refused
from evidence.records import AlertSeen, ClockState, Gap, Outcome, Shown, Sounded, Stamp
from evidence.report import Journalled, Report
from evidence.signing import new_key, public_jwk
from evidence.travelling import signed

NOON = datetime(2026, 5, 4, 5, 0, tzinfo=UTC)
KEY = new_key()
CHANNEL = "vn.20.06001"


def stamp(minutes=0.0, state=ClockState.TRUSTED, boot="boot-1", wall=None):
    """Noon is at 1000 seconds of the boot."""
    return Stamp(wall=wall or NOON + timedelta(minutes=minutes), state=state, boot=boot, mono=1000.0 + 60 * minutes)


def shown(n, minutes, **how):
    began, at = stamp(minutes, **how), stamp(minutes + 0.4, **how)
    who = {"item": "tin", "channel": CHANNEL, "version": 1, "language": "vi"}
    return Shown(n=n, at=at, began=began, pages=1, of=1, frames=9, outcome=Outcome.COMPLETE, **who)


def sounded(n, minutes, outcome=Outcome.COMPLETE, key="sang@1"):
    return Sounded(n=n, at=stamp(minutes), occurrence=key, item="bai", channel=CHANNEL, version=1, outcome=outcome)


def gap(n, first, last, minutes):
    return Gap(n=n, at=stamp(minutes), first=first, last=last)


def told(*reports, at=60.0, versions=None, key=KEY, unit="loa-01", state=ClockState.TRUSTED, boot="boot-1"):
    """One report for each list of lines, an hour after noon unless told otherwise."""
    tokens = {}
    for number, lines in enumerate(reports):
        entries = tuple(Journalled(program="audio" if isinstance(line, Sounded) else "display", line=line) for line in lines)
        wall = NOON.replace(year=1980) if state is ClockState.UNKNOWN else None
        said = Report(unit=unit, boot=boot, n=number, at=stamp(at + number, state, boot, wall), versions=versions or {}, lines=entries)
        tokens[f"{number}.jws"] = signed(said, key)
    return tokens


def read(tokens):
    return read_testimony(tokens, "loa-01", public_jwk(KEY))


def window(minutes, length=1.0):
    return Window(NOON + timedelta(minutes=minutes), NOON + timedelta(minutes=minutes + length))


def numbers(found):
    return [each.line.n for each in found]


def test_only_what_touches_the_minute():
    testimony = read(told([shown(n, n * 0.5) for n in range(8)]))
    assert numbers(testimony.within(window(1))) == [2, 3]
    # What was on when the minute began, and what came on in its last second.
    assert numbers(testimony.within(window(1.2))) == [2, 3, 4]


def test_every_step_of_an_utterance_that_sounded_through_the_minute():
    testimony = read(told([sounded(0, -90, Outcome.STARTED)], [sounded(1, 45), sounded(2, 50, Outcome.MISSED, "khac@1")]))
    assert numbers(testimony.within(window(0))) == [0, 1]


def test_a_hole_in_the_numbers_is_named_and_a_loss_that_the_unit_confesses_is_told_apart():
    lines = [shown(0, 0), shown(1, 1), shown(4, 4), gap(8, 5, 7, 5), shown(9, 6), shown(12, 9)]
    found = read(told(lines)).missing(window(0, 8))
    assert sorted(found, key=lambda each: each.first) == [
        Missing("display", 2, 3, by_unit=False),
        Missing("display", 5, 7, by_unit=True),
        Missing("display", 10, 11, by_unit=False),
    ]


def test_a_hole_far_from_the_minute_is_no_affair_of_it():
    lines = [shown(0, 0), shown(5, 5), shown(6, 6), shown(7, 7), shown(20, 20)]
    assert read(told(lines)).missing(window(6)) == ()


def test_a_gap_of_the_whole_of_time_takes_no_time_to_tell():
    lines = [shown(0, 0), gap(2**62, 1, 2**62 - 1, 1), shown(2**62 + 1, 2)]
    assert read(told(lines)).missing(window(0, 3)) == (Missing("display", 1, 2**62 - 1, by_unit=True),)


def test_a_line_that_a_later_report_brings_fills_its_gap():
    testimony = read(told([gap(3, 1, 2, 1)], [shown(3, 1)]))
    assert [each.line.kind for each in testimony.lines] == ["shown"]


def test_an_unknown_clock_is_placed_by_another_stamp_of_the_same_boot():
    lost = shown(0, 3, state=ClockState.UNKNOWN, wall=NOON.replace(year=1970))
    assert numbers(read(told([lost])).within(window(3))) == [0]
    alone = read(told([lost], state=ClockState.UNKNOWN))
    assert alone.within(window(3)) == ()
    assert numbers(alone.unplaced()) == [0]


def test_versions_are_the_unit_s_own_word_before_and_after():
    early, late = {"vn/bundle.json": 1}, {"vn/bundle.json": 2}
    tokens = {"a": told([], at=-10, versions=early)["0.jws"], "b": told([], at=10, versions=late)["0.jws"]}
    before, after = read(tokens).in_force(NOON)
    assert (before[1], after[1]) == (early, late)
    assert read(tokens).in_force(NOON - timedelta(hours=1))[0] is None
    assert read(tokens).in_force(NOON + timedelta(hours=1))[1] is None


@pytest.mark.parametrize(
    "tokens",
    [told([shown(0, 0)], key=new_key()), told([shown(0, 0)], unit="loa-02"), {"0.jws": "x.y.z"}, {"0.jws": ""}],
    ids=["another key", "another unit", "no signature", "nothing"],
)
def test_what_the_unit_did_not_sign_is_refused_by_name(tokens):
    with pytest.raises(Refused, match=r"0\.jws"):
        read(tokens)


def test_an_alert_seen_is_a_line_like_any_other():
    seen = AlertSeen(n=0, at=stamp(0), identity="a,b,c", channel=CHANNEL)
    assert numbers(read(told([seen])).within(window(0))) == [0]
