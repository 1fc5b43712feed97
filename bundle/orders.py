"""Orders to units, from a lower volume to a reboot. One person gives them, from a closed list, and each expires.

A kind that a unit does not know makes it refuse the whole document and keep the last one that it understood, whose orders expire by
themselves; so a new kind is published only after the software that knows it.
"""

from collections import Counter
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bundle.area import AreaCode
from bundle.base import Identifier, Instant, Line, Model, Sha256, UnitId

LONGEST = timedelta(days=7)
"""No order outlives a week: what must hold longer is a matter for the signed rules, which take two persons."""
LONGEST_TONE = 30.0
"""Seconds of a test tone, at most, in whatever a unit reads: less is for a commune's signed policy to say."""
MOST_LINES = 500
"""Lines of one program's log in an excerpt, at most: what a unit then sends has a limit in bytes of its own."""
LONGEST_TUNNEL = timedelta(hours=8)
"""A way into a machine stands for a working day at most."""
MAX_ORDERS = 100


class OrderKind(StrEnum):
    """The closed list of what one person may order."""

    VOLUME = "volume"
    MUTE = "mute"
    TONE = "tone"
    LIVE = "live"
    SERVICE = "service"
    SCREENSHOT = "screenshot"
    REBOOT = "reboot"
    LOG = "log"
    REPORT = "report"
    TUNNEL = "tunnel"


class LogOf(StrEnum):
    """Whose log may be asked for: the services of a unit that are ours, and nothing else that runs there."""

    AGENT = "agent"
    DISPLAY = "display"
    AUDIO = "audio"
    AMPLIFIER = "amplifier"
    PROVISIONING = "provisioning"
    BOOT_FILE = "boot-file"
    DEATHS = "deaths"
    REBOOT = "reboot"
    UPGRADE = "upgrade"
    MODEM_POWER = "modem-power"
    TUNNEL = "tunnel"


class _Order(Model):
    """What all orders share. *person* gave it; empty *areas* and *units* mean: everyone whom the channel covers."""

    id: Identifier
    person: Line
    areas: Annotated[tuple[AreaCode, ...], Field(max_length=200)] = ()
    units: Annotated[tuple[UnitId, ...], Field(max_length=200)] = ()
    since: Instant
    expires: Instant
    reason: Line

    @model_validator(mode="after")
    def _ends_soon_enough(self) -> Self:
        if self.expires <= self.since:
            raise ValueError("it expires before it begins")
        if self.expires - self.since > LONGEST:
            raise ValueError(f"it would hold longer than {LONGEST.days} days")
        return self


class VolumeOrder(_Order):
    """Everything but an emergency sounds *volume* dB lower than it would: the strictest ceiling counts."""

    kind: Literal[OrderKind.VOLUME]
    volume: Annotated[float, Field(ge=-30, le=0)]


class MuteOrder(_Order):
    """Silence for hours, as for a funeral: only an emergency sounds, and whoever answers for urgency on site."""

    kind: Literal[OrderKind.MUTE]


class ToneOrder(_Order):
    """A test tone of *seconds*, once, from *since* on."""

    kind: Literal[OrderKind.TONE]
    seconds: Annotated[float, Field(gt=0, le=LONGEST_TONE)]


class LiveOrder(_Order):
    """The start of a live voice under a *grant* in the channel's bundle, by the very person whom the grant names.

    *secret* is the SHA-256 of what the officer's end shows the registry, so that nobody else speaks into what it started.
    """

    kind: Literal[OrderKind.LIVE]
    grant: Identifier
    secret: Sha256


class ServiceOrder(_Order):
    """The unit opens its own service page once, at some time from *since* to *expires*, for as long as its settings say."""

    kind: Literal[OrderKind.SERVICE]


class NamedOrder(_Order):
    """One that each unit is named for: whoever means a whole commune does not mean this."""

    @model_validator(mode="after")
    def _names_units_alone(self) -> Self:
        if self.areas or not self.units:
            raise ValueError("it must name units, and no areas")
        return self


class ScreenshotOrder(NamedOrder):
    """The unit sends a picture of what its board presents."""

    kind: Literal[OrderKind.SCREENSHOT]


class RebootOrder(NamedOrder):
    """The unit starts anew, once, as soon as nothing sounds there and its budget of reboots allows."""

    kind: Literal[OrderKind.REBOOT]


class LogOrder(NamedOrder):
    """The unit sends the last *lines* of the log of one of its programs."""

    kind: Literal[OrderKind.LOG]
    program: LogOf
    lines: Annotated[int, Field(ge=1, le=MOST_LINES)]


class ReportOrder(_Order):
    """The unit reports everything at once."""

    kind: Literal[OrderKind.REPORT]


class TunnelOrder(NamedOrder):
    """The unit opens the support tunnel of its own settings, once, until *expires*; a unit whose settings name none refuses."""

    kind: Literal[OrderKind.TUNNEL]

    @model_validator(mode="after")
    def _ends_the_same_day(self) -> Self:
        if self.expires - self.since > LONGEST_TUNNEL:
            raise ValueError(f"it would stand longer than {LONGEST_TUNNEL.total_seconds() / 3600:g} hours")
        return self


SoundOrder = VolumeOrder | MuteOrder | ToneOrder | LiveOrder
MachineOrder = ServiceOrder | ScreenshotOrder | RebootOrder | LogOrder | ReportOrder | TunnelOrder
Order = SoundOrder | MachineOrder


class Orders(Model):
    """``<channel>/ops.json``: the orders in force or ended lately; an order that is no longer named here is revoked."""

    format: Literal[1]
    channel: AreaCode
    orders: Annotated[tuple[Annotated[Order, Field(discriminator="kind")], ...], Field(max_length=MAX_ORDERS)] = ()

    @model_validator(mode="after")
    def _names_are_single(self) -> Self:
        twice = [name for name, count in Counter(order.id for order in self.orders).items() if count > 1]
        if twice:
            raise ValueError(f"an order stands twice: {', '.join(twice)}")
        return self


def order_name(channel: str, order: Order) -> str:
    """How journals name *order*: another order under the same identifier is another name. One instant has one spelling."""
    return f"{channel}/{order.id}@{in_utc(order.since)}"


def in_utc(at: datetime) -> str:
    """An instant as names are made of it."""
    return at.astimezone(UTC).isoformat()
