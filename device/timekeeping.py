"""How far the clock may be believed: a pure rule over what the machine says (docs/time.md)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from device.floor import AHEAD
from device.kernel_time import LATEST
from device.rtc import RtcReading, RtcRecord
from device.settings import ClockSettings, RtcProof
from evidence.records import ClockState, TimeSource

SKEW = AHEAD
"""How far a clock that somebody vouches for may lag behind a signed date: as far as we let a publisher's clock run ahead of it."""

LIFETIME = timedelta(days=3653)
"""Nobody waits longer for the next signed date: a clock that stands further ahead (2040, a GNSS receiver's rollover) is wrong."""

STEP = timedelta(seconds=2)
"""Between two looks the wall and the seconds since boot part only when somebody steps the clock; a leap second is allowed."""

AGREE = timedelta(seconds=5)
"""How near system time and RTC must be: an RTC tells whole seconds, and the system drifts a little before it is compared."""

REFRESH = timedelta(days=1)
"""How often the check of the RTC is written down: the card is not written for every look."""


class Disbelief(StrEnum):
    """Why the clock is unknown: before a signed date, impossibly far ahead, set by hand, or vouched for by nobody."""

    BEHIND = "behind"
    AHEAD = "ahead"
    STEPPED = "stepped"
    UNVOUCHED = "unvouched"


class RtcDoubt(StrEnum):
    """Why the RTC cannot vouch for the clock."""

    ABSENT = "absent"
    STOPPED = "stopped"
    UNTOLD = "untold"
    UNCHECKED = "unchecked"
    BEHIND = "behind"
    DRIFTED = "drifted"
    DISAGREES = "disagrees"


@dataclass(frozen=True)
class Anchor:
    """The date at which *boot* *began* by a clock that was trusted in it: neither drift nor slewing moves it, only a step."""

    boot: str
    began: datetime


@dataclass(frozen=True)
class Reading:
    """What the machine says: system time, seconds since *boot* began, whether a time service keeps it in step, and the RTC."""

    wall: datetime
    mono: float
    synchronised: bool
    boot: str
    anchor: Anchor | None = None
    rtc: RtcReading | None = None
    record: RtcRecord | None = None

    @property
    def began(self) -> datetime:
        """When this boot began by the system time."""
        return self.wall - timedelta(seconds=self.mono)


@dataclass(frozen=True)
class Judgement:
    """The time to go by, how far to believe it and on whose word; *anchor* is to be remembered until the boot ends.

    *why* is given when the state is unknown, and only then.
    """

    wall: datetime
    state: ClockState
    source: TimeSource
    anchor: Anchor | None
    why: Disbelief | None = None


def judge(reading: Reading, floor: datetime, settings: ClockSettings) -> Judgement:
    """The time to go by and how far to believe it. *floor* is the newest signed date seen: unless somebody vouches, time is not below it.

    Else an officer whose PC is an hour ahead would stop a village's clock for that hour, or silence the village by making it unknown.
    """
    floor = min(floor, LATEST)
    anchor = reading.anchor if reading.anchor and reading.anchor.boot == reading.boot else None
    wall = max(reading.wall, floor)
    if reading.wall > floor + LIFETIME:
        return _unknown(floor, anchor, Disbelief.AHEAD)
    if floor - reading.wall > SKEW:
        return _unknown(wall, anchor, Disbelief.BEHIND)
    if reading.synchronised:
        return Judgement(reading.wall, ClockState.TRUSTED, TimeSource.NTP, Anchor(reading.boot, reading.began))
    doubt = rtc_doubt(reading, settings)
    if anchor is None:
        # A recent floor proves nothing about now: without RTC a unit may have been off for weeks.
        if doubt:
            return _unknown(wall, None, Disbelief.UNVOUCHED)
        return Judgement(reading.wall, ClockState.TRUSTED, TimeSource.RTC, Anchor(reading.boot, reading.began))
    if abs(reading.began - anchor.began) > STEP:
        return _unknown(wall, anchor, Disbelief.STEPPED)
    steady = anchor.began + timedelta(seconds=reading.mono)
    if doubt:
        return Judgement(steady, ClockState.HOLDOVER, TimeSource.NONE, anchor)
    return Judgement(steady, ClockState.TRUSTED, TimeSource.RTC, anchor)


def _unknown(wall: datetime, anchor: Anchor | None, why: Disbelief) -> Judgement:
    return Judgement(wall, ClockState.UNKNOWN, TimeSource.NONE, anchor, why)


def rtc_doubt(reading: Reading, settings: ClockSettings) -> RtcDoubt | None:
    """Why the RTC does not vouch for the system time of *reading*, or ``None`` when it does."""
    rtc, record = reading.rtc, reading.record
    if rtc is None:
        return RtcDoubt.ABSENT
    if rtc.stopped or rtc.time is None or rtc.began is None:
        return RtcDoubt.STOPPED
    if rtc.voltage is None and settings.rtc_proof is RtcProof.FLAG:
        return RtcDoubt.UNTOLD
    if record is None or record.name != rtc.name:
        return RtcDoubt.UNCHECKED
    if rtc.time < record.checked - AGREE:
        return RtcDoubt.BEHIND
    if _drift(rtc.time - record.checked, settings) > timedelta(seconds=settings.rtc_error_seconds):
        return RtcDoubt.DRIFTED
    return RtcDoubt.DISAGREES if abs(rtc.began - reading.began) > AGREE else None


def checked(reading: Reading, judgement: Judgement, before: RtcReading | None, settings: ClockSettings) -> RtcRecord | None:
    """The record of the RTC that stands after *reading*; ``None``: the RTC must be checked anew before it counts.

    Only a time service can check it: an RTC that vouched for the clock must not be vouched for by that clock. *before* is the
    agent's last look in this boot: an RTC that jumps while no time service sets it was set by hand.
    """
    rtc, record = reading.rtc, reading.record
    if rtc is None:
        return record  # a loose module may come back; its name and its time are judged then
    if rtc.began is None or rtc.stopped:
        return None
    if judgement.source is TimeSource.NTP:
        return _compared(rtc, rtc.began - reading.began, reading, settings)
    before_began = before.began if before else None
    expected = judgement.anchor.began if judgement.anchor else before_began
    if expected is None or record is None:
        return record
    allowed = AGREE + _drift(abs(reading.wall - record.checked), settings) if judgement.anchor else AGREE
    jumped = before_began is not None and abs(rtc.began - before_began) > AGREE
    return None if jumped or abs(rtc.began - expected) > allowed else record


def _compared(rtc: RtcReading, error: timedelta, reading: Reading, settings: ClockSettings) -> RtcRecord | None:
    """After a comparison with a time service: written down anew, left as it is, or worth nothing any more."""
    record = reading.record if reading.record and reading.record.name == rtc.name else None
    age = reading.wall - record.checked if record else timedelta.max
    if abs(error) <= AGREE:
        return record if timedelta(0) <= age < REFRESH else RtcRecord(name=rtc.name, checked=reading.wall)
    # The kernel sets the RTC within eleven minutes; until then the old check holds, if drift alone explains the difference.
    return record if record and abs(error) <= AGREE + _drift(abs(age), settings) else None


def _drift(age: timedelta, settings: ClockSettings) -> timedelta:
    return age * (settings.rtc_drift_ppm / 1e6)
