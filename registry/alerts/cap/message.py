"""A CAP 1.2 message as our model: the same parts under our names, times as instants, shapes as numbers."""

from datetime import UTC, datetime
from typing import NamedTuple

from bundle.alert import Identity, Reference, Status
from bundle.base import Instant, Model
from registry.alerts.codes import CapType, Category, Certainty, ResponseType, Scope, Severity, Urgency

UNREAD = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands for a time that could not be read, only while the complaints are gathered."""


class Pair(Model):
    """A value in somebody's system of codes (``valueName``, ``value``)."""

    system: str
    value: str


class Point(NamedTuple):
    """Degrees in WGS 84."""

    latitude: float
    longitude: float


class Circle(Model):
    """All within *radius* kilometres of *centre*."""

    centre: Point
    radius: float


class CapArea(Model):
    """A place in words, its codes, and its shapes."""

    description: str
    codes: tuple[Pair, ...] = ()
    polygons: tuple[tuple[Point, ...], ...] = ()
    circles: tuple[Circle, ...] = ()


class Resource(Model):
    """A file that goes with the message: where it is (*uri*), or its own bytes, of which only the number is kept."""

    description: str
    mime: str
    uri: str = ""
    inside: int | None = None


class Info(Model):
    """What is told in one language. *path* and *line* are where it stands."""

    path: str
    line: int
    language: str
    categories: tuple[Category, ...]
    event: str
    responses: tuple[ResponseType, ...]
    urgency: Urgency
    severity: Severity
    certainty: Certainty
    codes: tuple[Pair, ...] = ()
    effective: Instant | None = None
    onset: Instant | None = None
    expires: Instant | None = None
    sender_name: str = ""
    headline: str = ""
    description: str = ""
    instruction: str = ""
    web: str = ""
    contact: str = ""
    parameters: tuple[Pair, ...] = ()
    resources: tuple[Resource, ...] = ()
    areas: tuple[CapArea, ...] = ()

    def place(self, name: str = "") -> str:
        """Where it, or its part of this *name*, is, as `Node.place` says it."""
        return f"{self.path}{'/' if name else ''}{name} (dòng / line {self.line})"


class CapMessage(Model):
    """One message; *source* is what its sender says that it comes from, *codes* the profiles that it says it keeps to.

    *names_others*: it has references, whether or not they could be read.
    """

    identifier: str
    sender: str
    sent: Instant
    status: Status
    kind: CapType
    scope: Scope
    restriction: str = ""
    addresses: str = ""
    source: str = ""
    codes: tuple[str, ...] = ()
    note: str = ""
    references: tuple[Reference, ...] = ()
    names_others: bool = False
    incidents: str = ""
    infos: tuple[Info, ...] = ()

    def identity(self) -> Identity:
        """What makes it the same message, as ``bundle.alert`` writes it."""
        return Identity(self.sender, self.identifier, self.sent.astimezone(UTC).isoformat())
