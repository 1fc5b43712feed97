"""A drill as its file says it, and the exercise that it is at one of its times. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from bundle.alert import Airings, Alert, AlertText, CapName, MessageType, RiskLevel, Status
from bundle.area import AreaCode, covers
from bundle.asset import Clip
from bundle.base import Identifier, Language, Line, Model, Text
from bundle.errors import Complaint
from bundle.items import VIETNAMESE, Provenance
from bundle.schedule import Schedule, occurrences
from director.programme import Programme
from director.rules import quiet_between
from registry.alerts.openings import opened

LOOK_AHEAD = timedelta(days=400)
"""How far a schedule is looked at when it is added: longer than a year, for one that repeats yearly."""
A_DAY = timedelta(hours=20)


class Words(Model):
    """What a drill says in one language; the word for an exercise is put before the headline where it is missing.

    *clip* is its speech, read by *voice* when the drill was planned and answered for by *reviewer*.
    """

    language: Language
    headline: Line
    instruction: Text
    where: Line
    description: Text = ""
    clip: Clip | None = None
    voice: Line | None = None
    reviewer: Line | None = None


class Drill(Model):
    """An exercise for *areas* of *channel* (none: all of it) by a *schedule*; it is in force for *minutes*.

    *phrases* are stored phrases that begin its speech, if they say that it is an exercise. *report_after* is how many minutes later the
    table of its units is made, *late* how many it may come late before it counts as missed.
    """

    format: Literal[1]
    id: Identifier
    channel: AreaCode
    areas: Annotated[tuple[AreaCode, ...], Field(max_length=100)] = ()
    schedule: Schedule
    event: Line
    level: RiskLevel = Field(default=RiskLevel.LIGHT_BLUE, strict=False)
    minutes: Annotated[float, Field(ge=2, le=120)] = 15.0
    airings: Airings = Airings(count=1)
    phrases: Annotated[tuple[Identifier, ...], Field(max_length=4)] = ()
    report_after: Annotated[float, Field(ge=1, le=120)] = 10.0
    late: Annotated[float, Field(ge=0, le=30)] = 5.0
    issuing_body: Line
    sender: CapName
    versions: Annotated[tuple[Words, ...], Field(min_length=1, max_length=12)]

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if VIETNAMESE not in [version.language for version in self.versions]:
            raise ValueError("the Vietnamese version is missing")
        if outside := [area for area in self.areas if not covers(self.channel, area)]:
            raise ValueError(f"outside {self.channel}: {', '.join(outside)}")
        return self

    @property
    def places(self) -> tuple[AreaCode, ...]:
        """Where it is held."""
        return self.areas or (self.channel,)


def exercise(drill: Drill, at: datetime, by: str) -> Alert:
    """The exercise that *drill*, added *by* somebody, is *at* one of its times: always the same identity for the same time."""
    return Alert(
        sender=drill.sender,
        identifier=f"{drill.id}-{at:%Y%m%dT%H%M%SZ}",
        sent=at,
        status=Status.EXERCISE,
        message_type=MessageType.ALERT,
        event=opened(drill.event, Status.EXERCISE, VIETNAMESE),
        level=drill.level,
        expires=at + timedelta(minutes=drill.minutes),
        areas=drill.places,
        versions=tuple(_said(words) for words in drill.versions),
        airings=drill.airings,
        provenance=Provenance(author=by, approver=by, issuing_body=drill.issuing_body, exception=BY_SCHEDULE),
    )


BY_SCHEDULE = "diễn tập theo lịch / a drill by its schedule"


def due(drill: Drill, after: datetime, now: datetime) -> tuple[datetime, ...]:
    """Its times after *after* until *now*, the present second among them."""
    return tuple(at for at in occurrences(drill.schedule, after, now + timedelta(seconds=1)) if after < at <= now)


def too_often(times: Sequence[datetime]) -> tuple[Complaint, ...]:
    """A drill that is held more than once a day is none any more: people learn to pass by."""
    if any(later - earlier < A_DAY for earlier, later in pairwise(times)):
        return (Complaint("schedule", "hơn một lần một ngày / more than once a day", "mỗi tháng một lần / once a month"),)
    return ()


def disturbs(drill: Drill, programmes: Iterable[Programme], times: Iterable[datetime]) -> tuple[Complaint, ...]:
    """Which of these *times* would fall into quiet hours, and where; *programmes* are what is in force at its places."""
    found, times = [], tuple(times)
    for programme in programmes:
        for at in times:
            end = at + timedelta(minutes=drill.minutes)
            if quiet_between(programme, at, end):
                local = at.astimezone(ZoneInfo(programme.site.timezone))
                what = f"{programme.site.place}: {local:%H:%M %d/%m/%Y} là giờ yên tĩnh / is in the quiet hours"
                found.append(Complaint("schedule", what, "chọn giờ khác / choose another hour"))
                break
    return tuple(found)


def _said(words: Words) -> AlertText:
    return AlertText(
        language=words.language,
        headline=opened(words.headline, Status.EXERCISE, words.language),
        description=words.description,
        instruction=words.instruction,
        where=words.where,
        clip=words.clip,
        voice=words.voice,
        reviewer=words.reviewer,
    )


def with_speech(drill: Drill, spoken: Alert) -> Drill:
    """*drill* with the clips of its *spoken* exercise; what tells the hour of that one time is left out."""
    made = {text.language: {"clip": text.clip, "voice": text.voice, "reviewer": text.reviewer} for text in spoken.versions}
    return drill.model_copy(update={"versions": tuple(words.model_copy(update=made[words.language]) for words in drill.versions)})
