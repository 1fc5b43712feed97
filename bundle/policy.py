"""The local rules of sound and the stop list of one channel: both signed, both enforced on the unit."""

from datetime import time
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from bundle.alert import Reference
from bundle.area import AreaCode
from bundle.base import Identifier, Instant, Line, Model, UnitId


class Weekday(StrEnum):
    """The days as RFC 5545 writes them."""

    MO = "MO"
    TU = "TU"
    WE = "WE"
    TH = "TH"
    FR = "FR"
    SA = "SA"
    SU = "SU"


def _local(value: time) -> time:
    if value.tzinfo is not None:
        raise ValueError("a local time without a zone is expected")
    return value


LocalTime = Annotated[time, AfterValidator(_local)]


class QuietHours(Model):
    """From *start* to *end* local time only an emergency sounds; over midnight unless end is later; *weekdays* of the start."""

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


class Policy(Model):
    """``<channel>/policy.json``. The defaults are ours; a province or commune signs its own.

    Hà Nội in 2021 asked for 2 sessions a day, 5 days a week, at most 15 minutes in towns and 45 in the country.
    *override_minutes* is how long a person on site may speak at a time; 0 lets nobody open anything on site.
    """

    format: Literal[1]
    channel: AreaCode
    quiet_hours: Annotated[tuple[QuietHours, ...], Field(max_length=50)] = (QuietHours(start=time(21, 30), end=time(5, 0)),)
    sessions_per_day: Annotated[int, Field(ge=0, le=24)] = 4
    minutes_per_session: Annotated[float, Field(gt=0, le=360)] = 45.0
    weekdays: tuple[Weekday, ...] = tuple(Weekday)
    override_minutes: Annotated[float, Field(ge=0, le=60)] = 5.0
    caption_linger: Annotated[float, Field(ge=0, le=600)] = 20.0
    rebroadcast: RebroadcastRules = RebroadcastRules()


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
    cancelled: Annotated[tuple[Reference, ...], Field(max_length=200)] = ()
    lifted: Annotated[tuple[Lifting, ...], Field(max_length=MAX_LIFTED)] = ()
