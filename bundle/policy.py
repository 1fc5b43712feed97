"""The local rules of sound and the stop list of one channel: both signed, both enforced on the unit."""

from collections import Counter
from datetime import date, time
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from bundle.alert import Reference, RiskLevel
from bundle.area import AreaCode
from bundle.base import BulletinClass, Identifier, Instant, Line, LocalTime, Model, UnitId
from bundle.orders import LONGEST_TONE


class Weekday(StrEnum):
    """The days as RFC 5545 writes them."""

    MO = "MO"
    TU = "TU"
    WE = "WE"
    TH = "TH"
    FR = "FR"
    SA = "SA"
    SU = "SU"


class Hours(Model):
    """From *start* to *end* local time, over midnight unless end is later; *weekdays* are the days on which it starts."""

    start: LocalTime
    end: LocalTime
    weekdays: tuple[Weekday, ...] = tuple(Weekday)


class RebroadcastRules(Model):
    """When a live programme counts as received, and what it may cost. Seconds, but for *silent_below* (dBFS) and *megabytes* a slot.

    It is connected *connect_ahead* of its slot and begins with *buffer* in hand. Less than that level for *silent_for*, or nothing
    at all, is borne for *grace*; what was lost is back after *return_after* of sustained good sound.
    """

    connect_ahead: Annotated[float, Field(ge=0, le=300)] = 30.0
    buffer: Annotated[float, Field(ge=0.2, le=20)] = 3.0
    silent_below: Annotated[float, Field(ge=-90, le=-20)] = -50.0
    silent_for: Annotated[float, Field(ge=1, le=120)] = 10.0
    grace: Annotated[float, Field(ge=0, le=120)] = 10.0
    return_after: Annotated[float, Field(ge=1, le=600)] = 15.0
    megabytes: Annotated[float, Field(gt=0, le=2000)] = 100.0


class QuietHours(Hours):
    """In these hours only an emergency sounds."""


class Ceiling(Hours):
    """In these hours *classes* sound in *zones* (none named: in all) at most at *decibels* (≤ 0), or not at all when that is not given.

    0 dB is the level that was signed for each item. An emergency is never lowered, so no ceiling may name it.
    """

    classes: Annotated[tuple[BulletinClass, ...], Field(min_length=1)] = (BulletinClass.ROUTINE, BulletinClass.PRIORITY)
    zones: Annotated[tuple[Identifier, ...], Field(max_length=8)] = ()
    decibels: Annotated[float, Field(ge=-60, le=0)] | None = None

    @model_validator(mode="after")
    def _spares_emergencies(self) -> Self:
        if BulletinClass.EMERGENCY in self.classes:
            raise ValueError("a ceiling cannot name the class emergency: an emergency passes every limit of the hour")
        return self


class Holiday(Model):
    """A local *day* with rules of its own: those of the weekday *like*, or, when that is not given, no session at all."""

    day: date
    name: Line
    like: Weekday | None = None


class Caps(Model):
    """How much may be planned: sessions on a day, minutes of a session (rebroadcasts included), days with sessions from Monday to Sunday.

    Hà Nội in 2021 asked for 2 sessions a day, 5 days a week, at most 15 minutes in towns and 45 in the country.
    """

    sessions_per_day: Annotated[int, Field(ge=0, le=24)] = 4
    minutes_per_session: Annotated[float, Field(gt=0, le=360)] = 45.0
    days_per_week: Annotated[int, Field(ge=0, le=7)] = 7


class AreaCaps(Caps):
    """Other caps for the places in *areas*: this is how a town gets fewer minutes than the country around it."""

    areas: Annotated[tuple[AreaCode, ...], Field(min_length=1, max_length=500)]


MOST_AN_HOUR = 60
MOST_AT_ONCE = 20


class FeedRules(Model):
    """What the feed may do, which no person signs: alerts for these *areas* up to *level*, the newest *at_once* of them in force.

    Of one unit's hour it may take *per_hour* new alerts; more than that neither show nor sound until there is room again, and are a
    fault that is reported. What says that it was sent more than *ahead* seconds from now waits until then.
    """

    areas: Annotated[tuple[AreaCode, ...], Field(min_length=1, max_length=500)]
    level: RiskLevel = Field(default=RiskLevel.PURPLE, strict=False)
    at_once: Annotated[int, Field(ge=1, le=MOST_AT_ONCE)] = 5
    per_hour: Annotated[int, Field(ge=1, le=MOST_AN_HOUR)] = 10
    ahead: Annotated[float, Field(ge=0, le=3600)] = 120.0


# A channel (vn.20), or one of its sessions (vn.20/buoi-sang).
InOrder = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)*(/[a-z0-9][a-z0-9-]{0,63})?$", max_length=165)]


class Policy(Caps):
    """``<channel>/policy.json``. The defaults are ours; a province or commune signs its own.

    *caps_by_area*: the first entry that names a unit's place holds there instead of the policy's own caps.
    *collision_order*: channels and sessions, the first to speak first, when several of one class want the same moment.
    *override_minutes* is how long a person on site may speak at a time; 0 lets nobody open anything on site.
    *tone_seconds* is how long a test tone that one person orders may be; 0 lets nobody order one.
    *feed*: without rules for it, the feed is not obeyed.
    *issue_time_after*: an alert that a unit gets more than so many seconds after it was sent is spoken with its issue time first.
    *reached_after*: an essential notice or announcement has reached a village after so many complete presentations outside the quiet
    hours; the registry counts them, units obey nothing by it.
    """

    format: Literal[1]
    channel: AreaCode
    quiet_hours: Annotated[tuple[QuietHours, ...], Field(max_length=50)] = (QuietHours(start=time(21, 30), end=time(5, 0)),)
    ceilings: Annotated[tuple[Ceiling, ...], Field(max_length=100)] = ()
    weekdays: tuple[Weekday, ...] = tuple(Weekday)
    holidays: Annotated[tuple[Holiday, ...], Field(max_length=200)] = ()
    caps_by_area: Annotated[tuple[AreaCaps, ...], Field(max_length=50)] = ()
    collision_order: Annotated[tuple[InOrder, ...], Field(max_length=200)] = ()
    override_minutes: Annotated[float, Field(ge=0, le=60)] = 5.0
    tone_seconds: Annotated[float, Field(ge=0, le=LONGEST_TONE)] = LONGEST_TONE
    caption_linger: Annotated[float, Field(ge=0, le=600)] = 20.0
    rebroadcast: RebroadcastRules = RebroadcastRules()
    feed: FeedRules | None = None
    issue_time_after: Annotated[float, Field(ge=0, le=24 * 3600)] = 600.0
    reached_after: Annotated[int, Field(ge=1, le=100)] = 3

    @model_validator(mode="after")
    def _each_day_once(self) -> Self:
        twice = [day for day, count in Counter(holiday.day for holiday in self.holidays).items() if count > 1]
        if twice:
            raise ValueError(f"the holiday {twice[0]} stands twice")
        return self


class Withdrawal(Model):
    """An item that must go off the air now; *version* is the newest bundle version that the withdrawal still reaches."""

    item: Identifier
    version: Annotated[int, Field(gt=0)]
    reason: Line


class Kill(Model):
    """Board to the safe page, speaker silent, for these areas and units until the same or a superior authority lifts it."""

    areas: tuple[AreaCode, ...] = ()
    units: tuple[UnitId, ...] = ()
    since: Instant
    reason: Line


MAX_LIFTED = 200
MAX_CANCELLED = 200


class Lifting(Model):
    """The kills that *channel* ordered at *since* hold no longer."""

    channel: AreaCode
    since: Instant


class StopList(Model):
    """``<channel>/stop.json``: what one single person may do to a channel, which is only to stop things.

    *cancelled* ends alerts of this channel, or of one below it, like a Cancel of the alerts' own authors.
    *lifted* ends kills of this channel, or of one below it; a kill of a channel above stays whatever stands here.
    """

    format: Literal[1]
    channel: AreaCode
    withdrawn: Annotated[tuple[Withdrawal, ...], Field(max_length=500)] = ()
    kills: Annotated[tuple[Kill, ...], Field(max_length=50)] = ()
    cancelled: Annotated[tuple[Reference, ...], Field(max_length=MAX_CANCELLED)] = ()
    lifted: Annotated[tuple[Lifting, ...], Field(max_length=MAX_LIFTED)] = ()
