"""What one door for machines takes and answers, said beside its route; :mod:`registry.web.openapi` makes the document of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import BaseModel

from registry.web.answers import Refusal

JSON, PLAIN = "application/json", "text/plain"


class Place(StrEnum):
    """Where a parameter stands, in OpenAPI's words."""

    PATH = "path"
    QUERY = "query"
    HEADER = "header"


class Secret(StrEnum):
    """The bearer tokens that some doors want."""

    SOURCE = "source"
    SPEAKER = "speaker"


@dataclass(frozen=True)
class Parameter:
    """One value beside the body; *type* is the one that pydantic makes a schema of."""

    place: Place
    name: str
    type: Any
    what: str
    required: bool = False


@dataclass(frozen=True)
class Body:
    """What is sent: *type* (``Any``: bytes), of one of the kinds *media*. *documents* are those in it that must say their format."""

    type: Any
    what: str
    media: tuple[str, ...] = (JSON,)
    documents: tuple[type[BaseModel], ...] = ()


@dataclass(frozen=True)
class Answer:
    """One *status*, when it is given (*what*), and its body: *type* (``Any``: bytes), or none where *media* is empty."""

    status: int
    what: str
    type: Any = Any
    media: str = JSON
    headers: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Operation:
    """One method of one *path*, as OpenAPI writes it; every sentence is Vietnamese / English."""

    method: str
    path: str
    what: str
    answers: tuple[Answer, ...]
    parameters: tuple[Parameter, ...] = ()
    body: Body | None = None
    secret: Secret | None = None

    def by_status(self) -> dict[int, list[Answer]]:
        """What it answers, with what is refused before any door is asked."""
        found: dict[int, list[Answer]] = {}
        for answer in (*self.answers, _NOT_HTTP):
            found.setdefault(answer.status, []).append(answer)
        return found


def refused(status: int, what: str, **headers: str) -> Answer:
    """The answer that says what is wrong and what to do."""
    return Answer(status, what, Refusal, headers=headers)


def empty(status: int, what: str, **headers: str) -> Answer:
    """An answer without a body."""
    return Answer(status, what, media="", headers=headers)


_NOT_HTTP = Answer(400, "không phải HTTP, hoặc có dòng dài quá 8190 byte / not HTTP, or a line of more than 8190 bytes", str, PLAIN)
LATER = {"Retry-After": "số giây phải chờ / seconds to wait"}
TOO_LONG = refused(413, "dài quá / the body is too long")
