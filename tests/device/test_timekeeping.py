"""How far the clock is believed (docs/time.md), as tables, and as properties over any sequence of readings."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.kernel_time import EARLIEST, LATEST
from device.rtc import RtcReading, RtcRecord, Voltage
from device.settings import ClockSettings, RtcProof
from device.timekeeping import (
    AGREE,
    LIFETIME,
    REFRESH,
    SKEW,
    STEP,
    Anchor,
    Disbelief,
    Judgement,
    Reading,
    RtcDoubt,
    checked,
    judge,
    rtc_doubt,
)
from evidence.records import ClockState, TimeSource

NOON = datetime(2027, 3, 1, 5, 0, tzinfo=UTC)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
FLAG, RESTART = ClockSettings(), ClockSettings(rtc_proof=RtcProof.RESTART)
TRUSTED, HOLDOVER, UNKNOWN = ClockState.TRUSTED, ClockState.HOLDOVER, ClockState.UNKNOWN
BEGAN = NOON - 100 * SECOND

HERE, ELSEWHERE = Anchor("this", BEGAN), Anchor("that", BEGAN)
GOOD = RtcReading("rtc-pcf8523", NOON, 100.0, Voltage(0))
RECORD = RtcRecord(name="rtc-pcf8523", checked=NOON - 30 * DAY)
SOUND = {"rtc": GOOD, "record": RECORD}


def reading(wall=NOON, synchronised=False, mono=100.0, **more):
    return Reading(wall, mono, synchronised, "this", **more)


@pytest.mark.parametrize(
    ("found", "floor", "state", "source", "wall"),
    [
        (reading(synchronised=True), NOON - DAY, TRUSTED, TimeSource.NTP, NOON),
        (reading(synchronised=True, anchor=HERE), NOON - DAY, TRUSTED, TimeSource.NTP, NOON),
        (reading(anchor=HERE), NOON - DAY, HOLDOVER, TimeSource.NONE, NOON),
        (reading(anchor=ELSEWHERE), NOON - DAY, UNKNOWN, TimeSource.NONE, NOON),
        (reading(), NOON - DAY, UNKNOWN, TimeSource.NONE, NOON),
        (reading(), NOON, UNKNOWN, TimeSource.NONE, NOON),  # however recent the floor
        # The publisher's clock runs ahead: ours is right. Beyond a day ours is wrong, whoever vouches for it.
        (reading(synchronised=True), NOON + SKEW, TRUSTED, TimeSource.NTP, NOON),
        (reading(anchor=HERE), NOON + SKEW, HOLDOVER, TimeSource.NONE, NOON),
        (reading(**SOUND), NOON + SKEW, TRUSTED, TimeSource.RTC, NOON),
        (reading(anchor=HERE, **SOUND), NOON + SKEW, TRUSTED, TimeSource.RTC, NOON),
        (reading(), NOON + SKEW, UNKNOWN, TimeSource.NONE, NOON + SKEW),
        (reading(synchronised=True), NOON + SKEW + SECOND, UNKNOWN, TimeSource.NONE, NOON + SKEW + SECOND),
        (reading(anchor=HERE), NOON + 2 * DAY, UNKNOWN, TimeSource.NONE, NOON + 2 * DAY),
        (reading(**SOUND), NOON + 2 * DAY, UNKNOWN, TimeSource.NONE, NOON + 2 * DAY),
        # 2040, a receiver's rollover, the end of 32 bits: nobody waits ten years for a signed date.
        (reading(NOON + LIFETIME, True), NOON, TRUSTED, TimeSource.NTP, NOON + LIFETIME),
        (reading(NOON + LIFETIME + SECOND, True), NOON, UNKNOWN, TimeSource.NONE, NOON),
        (reading(LATEST, True), NOON, UNKNOWN, TimeSource.NONE, NOON),
        (reading(EARLIEST, True), NOON, UNKNOWN, TimeSource.NONE, NOON),
        (reading(LATEST, True), datetime.max.replace(tzinfo=UTC), TRUSTED, TimeSource.NTP, LATEST),
        # An RTC that passes every test vouches for a boot without network, and for a clock that ran on.
        (reading(**SOUND), NOON - DAY, TRUSTED, TimeSource.RTC, NOON),
        (reading(anchor=HERE, **SOUND), NOON - DAY, TRUSTED, TimeSource.RTC, NOON),
        (reading(synchronised=True, **SOUND), NOON - DAY, TRUSTED, TimeSource.NTP, NOON),
        # A step that nobody vouches for was made by hand, also when the RTC was set by the same hand.
        (reading(NOON + STEP, anchor=HERE), NOON - DAY, HOLDOVER, TimeSource.NONE, NOON),
        (reading(NOON + STEP + SECOND, anchor=HERE), NOON - DAY, UNKNOWN, TimeSource.NONE, NOON + STEP + SECOND),
        (reading(NOON - STEP - SECOND, anchor=HERE), NOON - DAY, UNKNOWN, TimeSource.NONE, NOON - STEP - SECOND),
        (
            reading(NOON + DAY, anchor=HERE, rtc=replace(GOOD, time=NOON + DAY), record=RECORD),
            NOON - DAY,
            UNKNOWN,
            TimeSource.NONE,
            NOON + DAY,
        ),
    ],
)
def test_the_state_follows_the_table(found, floor, state, source, wall):
    judgement = judge(found, floor, FLAG)
    assert (judgement.wall, judgement.state, judgement.source) == (wall, state, source)
    assert (judgement.why is None) == (state is not UNKNOWN)


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (reading(NOON - DAY - SKEW - SECOND, True), Disbelief.BEHIND),
        (reading(NOON + LIFETIME, True), Disbelief.AHEAD),
        (reading(NOON + timedelta(hours=1), anchor=HERE), Disbelief.STEPPED),
        (reading(), Disbelief.UNVOUCHED),
    ],
)
def test_an_unknown_clock_says_why(found, why):
    assert judge(found, NOON - DAY, FLAG).why is why


@pytest.mark.parametrize(
    ("found", "settings", "doubt"),
    [
        (reading(**SOUND), FLAG, None),
        (reading(record=RECORD), FLAG, RtcDoubt.ABSENT),
        (reading(rtc=replace(GOOD, time=None), record=RECORD), FLAG, RtcDoubt.STOPPED),
        (reading(rtc=replace(GOOD, voltage=Voltage.DATA_INVALID), record=RECORD), FLAG, RtcDoubt.STOPPED),
        (reading(rtc=replace(GOOD, voltage=Voltage.BACKUP_EMPTY | Voltage.BACKUP_LOW), record=RECORD), FLAG, RtcDoubt.STOPPED),
        (reading(rtc=replace(GOOD, voltage=Voltage.ACCURACY_LOW), record=RECORD), FLAG, RtcDoubt.STOPPED),
        (reading(rtc=replace(GOOD, voltage=Voltage.BACKUP_LOW | Voltage.BACKUP_SWITCH), record=RECORD), FLAG, None),
        # Unknown is never OK: a driver without the flag counts only where the technician says how the chip shows its stop.
        (reading(rtc=replace(GOOD, voltage=None), record=RECORD), FLAG, RtcDoubt.UNTOLD),
        (reading(rtc=replace(GOOD, voltage=None), record=RECORD), RESTART, None),
        (reading(rtc=replace(GOOD, voltage=Voltage.DATA_INVALID), record=RECORD), RESTART, RtcDoubt.STOPPED),
        (reading(rtc=GOOD), FLAG, RtcDoubt.UNCHECKED),
        (reading(rtc=GOOD, record=RtcRecord(name="rtc-ds1307", checked=NOON)), FLAG, RtcDoubt.UNCHECKED),
        (reading(rtc=GOOD, record=RtcRecord(name=GOOD.name, checked=NOON + AGREE)), FLAG, None),
        (reading(rtc=GOOD, record=RtcRecord(name=GOOD.name, checked=NOON + AGREE + SECOND)), FLAG, RtcDoubt.BEHIND),
        (reading(rtc=replace(GOOD, time=datetime(2000, 1, 1, tzinfo=UTC)), record=RECORD), RESTART, RtcDoubt.BEHIND),
        # 50 ppm make ten minutes in 138.9 days, 5 ppm in 1389.
        (reading(rtc=GOOD, record=RtcRecord(name=GOOD.name, checked=NOON - 138 * DAY)), FLAG, None),
        (reading(rtc=GOOD, record=RtcRecord(name=GOOD.name, checked=NOON - 139 * DAY)), FLAG, RtcDoubt.DRIFTED),
        (reading(rtc=GOOD, record=RtcRecord(name=GOOD.name, checked=NOON - 1388 * DAY)), ClockSettings(rtc_drift_ppm=5), None),
        (reading(NOON + AGREE, **SOUND), FLAG, None),
        (reading(NOON + AGREE + SECOND, **SOUND), FLAG, RtcDoubt.DISAGREES),
        (reading(NOON - AGREE - SECOND, **SOUND), FLAG, RtcDoubt.DISAGREES),
        (reading(NOON + 9 * SECOND, mono=109.0, **SOUND), FLAG, None),  # the RTC was read nine seconds ago
    ],
)
def test_an_rtc_counts_only_when_nothing_speaks_against_it(found, settings, doubt):
    assert rtc_doubt(found, settings) is doubt
    assert (judge(found, NOON - DAY, settings).state is TRUSTED) == (doubt is None)


def judged(found, settings=FLAG):
    return judge(found, NOON - DAY, settings)


def written(found, before=None, settings=FLAG):
    return checked(found, judged(found, settings), before, settings)


def test_only_a_time_service_checks_the_rtc():
    assert written(reading(synchronised=True, rtc=GOOD)) == RtcRecord(name=GOOD.name, checked=NOON)
    assert written(reading(rtc=GOOD)) is None, "nobody vouches"
    assert written(reading(**SOUND)) == RECORD, "an RTC that vouches for the clock is not vouched for by that clock"
    assert written(reading(anchor=HERE, **SOUND)) == RECORD
    assert written(reading(NOON + LIFETIME, True, rtc=replace(GOOD, time=NOON + LIFETIME))) is None, "a clock in 2037 checks nothing"


def test_a_check_is_written_down_once_a_day():
    fresh = RtcRecord(name=GOOD.name, checked=NOON - REFRESH + SECOND)
    old = RtcRecord(name=GOOD.name, checked=NOON - REFRESH)
    ahead = RtcRecord(name=GOOD.name, checked=NOON + DAY)
    other = RtcRecord(name="rtc-ds1307", checked=NOON - SECOND)
    assert written(reading(synchronised=True, rtc=GOOD, record=fresh)) == fresh
    for record in (old, ahead, other):
        assert written(reading(synchronised=True, rtc=GOOD, record=record)) == RtcRecord(name=GOOD.name, checked=NOON)


def test_an_rtc_that_a_time_service_contradicts_must_be_checked_anew():
    off = replace(GOOD, time=NOON + timedelta(minutes=1))
    old = RtcRecord(name=GOOD.name, checked=NOON - 30 * DAY)  # 50 ppm explain 129 s
    new = RtcRecord(name=GOOD.name, checked=NOON - DAY)
    assert written(reading(synchronised=True, rtc=off, record=old)) == old, "the kernel has not set it yet"
    assert written(reading(synchronised=True, rtc=off, record=new)) is None
    assert written(reading(synchronised=True, rtc=off)) is None


def test_an_rtc_that_stopped_or_was_set_by_hand_loses_its_record():
    assert written(reading(rtc=replace(GOOD, time=None), record=RECORD)) is None
    assert written(reading(rtc=replace(GOOD, voltage=Voltage.DATA_INVALID), record=RECORD)) is None
    assert written(reading(record=RECORD)) == RECORD, "a loose module may come back"
    moved = replace(GOOD, time=NOON + timedelta(minutes=1))
    late = reading(NOON + timedelta(minutes=1), rtc=moved, record=RtcRecord(name=GOOD.name, checked=NOON - DAY))
    assert written(late, before=GOOD) is None, "it jumped while nobody vouched"
    assert written(replace(late, anchor=HERE)) is None, "it left the clock that was trusted in this boot"
    assert written(replace(late, anchor=HERE), before=moved) is None
    assert written(late, before=moved) == late.record
    assert written(late, before=replace(GOOD, time=None)) == late.record
    assert written(replace(late, record=None), before=GOOD) is None


def test_drift_alone_is_not_a_hand():
    drifted = reading(rtc=replace(GOOD, time=NOON + timedelta(minutes=1)), record=RECORD, anchor=HERE)
    assert written(drifted, before=drifted.rtc) == RECORD


# Any sequence of what a machine may say. Each step: how the wall moves, how long it took, who vouches, what the RTC says.
steps = st.lists(
    st.tuples(
        st.one_of(st.just(0.0), st.floats(-2.5, 2.5), st.sampled_from([-3 * 3600.0, 13 * 365 * 86400.0, -60 * 365 * 86400.0])),
        st.floats(0.01, 40 * 86400.0),
        st.booleans(),
        st.one_of(st.none(), st.floats(-20, 20), st.just(1e9)),
        st.sampled_from([None, Voltage(0), Voltage.DATA_INVALID]),
        st.booleans(),
        st.floats(0, 400),
    ),
    max_size=12,
)


@given(steps, st.sampled_from([FLAG, RESTART]))
def test_whatever_the_clocks_do(sequence, settings):
    wall, mono, boot, floor, record = NOON, 0.0, 0, NOON - DAY, RECORD
    anchor, last = None, None
    for jump, passes, synchronised, rtc_error, voltage, reboot, signed in sequence:
        wall = min(max(wall + timedelta(seconds=jump + passes), EARLIEST), LATEST)
        mono += passes
        if reboot:
            boot, mono = boot + 1, 1.0
        rtc = None
        if rtc_error is not None:
            rtc = RtcReading(GOOD.name, min(wall + timedelta(seconds=rtc_error), LATEST), mono, voltage)
        found = Reading(wall, mono, synchronised, f"boot-{boot}", anchor, rtc, record)
        floor = max(floor, min(wall, NOON + timedelta(days=signed)))
        judgement = judge(found, floor, settings)

        assert judgement.wall >= (floor if judgement.state is UNKNOWN else floor - SKEW)
        if judgement.state is TRUSTED:
            assert synchronised or rtc_doubt(found, settings) is None
            assert (judgement.source is TimeSource.NTP) == synchronised
        else:
            assert judgement.source is TimeSource.NONE
        if judgement.state is HOLDOVER:
            assert last is not None, "nothing holds over in a boot without trust"
            assert found.boot == last[0]
        if last is not None and judgement.state is not UNKNOWN and found.boot == last[0] and not synchronised:
            assert judgement.wall >= last[1], "it runs on, never back, when nobody steers it"
            drift = (judgement.wall - last[1]).total_seconds() - (mono - last[2])
            assert drift < 0.001, "nor faster than the seconds since boot"
        anchor, record = judgement.anchor, checked(found, judgement, None, settings)
        if judgement.state is TRUSTED:
            last = (found.boot, judgement.wall, mono)


@given(st.datetimes(timezones=st.just(UTC)), st.datetimes(timezones=st.just(UTC)), st.booleans())
def test_no_date_is_too_strange(floor, record_at, synchronised):
    record_at = min(max(record_at, EARLIEST), LATEST)
    for wall in (EARLIEST, LATEST, NOON):
        found = reading(wall, synchronised, rtc=replace(GOOD, time=wall), record=RtcRecord(name=GOOD.name, checked=record_at))
        judgement = judge(found, floor, FLAG)
        assert isinstance(judgement, Judgement)
        assert min(floor, LATEST) - judgement.wall <= (timedelta(0) if judgement.state is UNKNOWN else SKEW)
        assert judgement.wall <= LATEST
        checked(found, judgement, None, FLAG)
