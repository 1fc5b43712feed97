"""Emergencies of one channel, after CAP 1.2: identity, life cycle, area, languages, and how often they sound."""

from datetime import UTC, timedelta
from enum import IntEnum, StrEnum
from hashlib import sha256
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from bundle.area import AreaCode
from bundle.asset import Asset, Clip
from bundle.base import Instant, Language, Line, LocalTime, Model, Text, UnitId, clean
from bundle.items import VIETNAMESE, Provenance

MOST_ALERTS = 200
MOST_REFERENCES = 20
"""Every unit downloads them with the alert, and weighs each against what it holds."""
WORDS = 32
"""Hexadecimal digits of the name of an alert's words: nobody finds other words with the same name."""
LONGEST_LIFE = timedelta(days=45)
"""Units remember for longer than this what has sounded (``device.happened.KEEP``), so nothing sounds beyond its count."""
CapName = Annotated[str, StringConstraints(pattern=r"^[^\s,<&]{1,120}$"), AfterValidator(clean)]


class Identity(NamedTuple):
    """What makes an alert the same alert (CAP 1.2 §3.2.1): sender, identifier and ``sent``, written in UTC.

    One instant in two time zones is one identity: a Cancel must reach the alert however its sender writes the hour.
    """

    sender: str
    identifier: str
    sent: str

    def __str__(self) -> str:
        return ",".join(self)


class Status(StrEnum):
    """Only *ACTUAL* sounds as real; *EXERCISE* and *TEST* say so first; the others never sound."""

    ACTUAL = "Actual"
    EXERCISE = "Exercise"
    TEST = "Test"
    SYSTEM = "System"
    DRAFT = "Draft"


class MessageType(StrEnum):
    """What an alert message does to those before it."""

    ALERT = "Alert"
    UPDATE = "Update"
    CANCEL = "Cancel"


class RiskLevel(IntEnum):
    """Disaster risk levels with their colours (QĐ 18/2021): light blue, light yellow, orange, red, purple."""

    LIGHT_BLUE = 1
    LIGHT_YELLOW = 2
    ORANGE = 3
    RED = 4
    PURPLE = 5


class Reference(Model):
    """Another alert, by its identity."""

    sender: CapName
    identifier: CapName
    sent: Instant

    def identity(self) -> Identity:
        """The identity this refers to."""
        return Identity(self.sender, self.identifier, self.sent.astimezone(UTC).isoformat())


class AlertText(Model):
    """One language's words: what happens (*headline*, *description*), *where*, what to do (*instruction*), and the speech.

    The speech is *phrases* of the reviewed library, which lie on the units already and so sound at once, then the *clip* made for this
    alert, as soon as it has come. *voice* is who or what speaks in the clip, *reviewer* who has heard it. *issued* says when the alert was
    sent, for airings that come late.
    """

    language: Language
    headline: Line
    description: Text = ""
    instruction: Text
    where: Line
    phrases: Annotated[tuple[Clip, ...], Field(max_length=4)] = ()
    clip: Clip | None = None
    issued: Clip | None = None
    voice: Line | None = None
    reviewer: Line | None = None

    @property
    def spoken(self) -> tuple[Clip, ...]:
        """What is said of the alert itself, in this order; without the hour at which it was sent."""
        return (*self.phrases, *((self.clip,) if self.clip is not None else ()))

    @property
    def clips(self) -> tuple[Clip, ...]:
        """Every clip of it, what is said of the alert itself first."""
        return (*self.spoken, *((self.issued,) if self.issued is not None else ()))


class Daytime(Model):
    """From *start* until *end* by the village's clock, over midnight unless end is later."""

    start: LocalTime
    end: LocalTime


class Airings(Model):
    """How often it sounds: *count* times, one each *every* seconds; never unbounded.

    *between*: repetitions keep to these hours of the day (hourly from 07:00 to 20:00); the first airing waits for nothing.
    """

    count: Annotated[int, Field(ge=1, le=48)] = 2
    every: Annotated[float, Field(ge=60, le=24 * 3600)] = 600.0
    between: Daytime | None = None


class Alert(Reference):
    """One message. *wake* (đánh thức) lets an update of the same or a lower level sound at night. *link* leads to more (CAP's ``web``)."""

    status: Status
    message_type: MessageType
    references: Annotated[tuple[Reference, ...], Field(max_length=MOST_REFERENCES)] = ()
    event: Line
    level: RiskLevel = Field(strict=False)
    onset: Instant | None = None
    expires: Instant | None = None
    areas: tuple[AreaCode, ...] = ()
    units: tuple[UnitId, ...] = ()
    versions: Annotated[tuple[AlertText, ...], Field(max_length=12)] = ()
    airings: Airings = Airings()
    wake: bool = False
    link: Annotated[str, StringConstraints(pattern=r"^https?://\S+$", max_length=200)] | None = None
    provenance: Provenance

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if self.message_type is MessageType.CANCEL:
            if not self.references:
                raise ValueError("a Cancel names the alerts that it ends")
        elif VIETNAMESE not in [version.language for version in self.versions]:
            raise ValueError("the Vietnamese version is missing")
        if self.expires is not None and self.expires <= self.sent:
            raise ValueError("it expires before it was sent")
        if self.expires is not None and self.expires - self.sent > LONGEST_LIFE:
            raise ValueError(f"it expires more than {LONGEST_LIFE.days} days after it was sent: send an update before it ends instead")
        return self


def said_in(alert: Alert) -> str:
    """A short name of what people hear and read of *alert*: another as soon as a word or a clip differs, not when it is signed again."""
    heard = alert.model_dump_json(include={"status", "message_type", "event", "level", "versions"})
    return sha256(heard.encode()).hexdigest()[:WORDS]


class AlertSet(Model):
    """``<channel>/alerts.json``: what this authority has in force or ended lately. Absence never cancels.

    ``<channel>/feed.json`` has the same form: what an allow-listed source sent and no person stopped while it was held back.
    """

    format: Literal[1]
    channel: AreaCode
    alerts: Annotated[tuple[Alert, ...], Field(max_length=MOST_ALERTS)] = ()


def alert_assets(alerts: AlertSet) -> dict[str, Asset]:
    """Every speech blob the alerts need, by SHA-256."""
    return {clip.sha256: clip for alert in alerts.alerts for version in alert.versions for clip in version.clips}
