"""What the sound process asks of the amplifier program and what it is told: one JSON object per datagram, both ways.

Only the standard library: the sound process imports this file.
"""

import json
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

MAX_DATAGRAM = 4096


class Ask(StrEnum):
    """RENEW the lease of an activation, RELEASE it, or only READ the lines' real state."""

    RENEW = "renew"
    RELEASE = "release"
    READ = "read"


@dataclass(frozen=True)
class Request:
    """*activation* numbers the use; *emergency* may skip the minimum off-time; *lines* names those that are meant, none means all."""

    ask: Ask
    activation: int = 0
    emergency: bool = False
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class LineState:
    """One line as its pin reads back: *since* is when it was last driven (seconds since boot), *rested* when it may start again.

    *read_back*: the wired contact says that the amplifier has power; *current*: current flows through it. None is a sensor that
    is not wired, or says nothing yet: unknown, never OK.
    """

    active: bool
    activation: int | None
    since: float
    rested: float
    verdict: str = ""
    read_back: bool | None = None
    current: bool | None = None

    @property
    def electrical(self) -> bool | None:
        """Whether the amplifier has power, by what is wired: one sensor that denies it is enough, none that speaks is unknown."""
        said = [sense for sense in (self.read_back, self.current) if sense is not None]
        return all(said) if said else None


@dataclass(frozen=True)
class Reply:
    """The real state of every line, by name, after the request was obeyed or refused."""

    lines: dict[str, LineState] = field(default_factory=dict)
    simulated: bool = False


def pack(message: Request | Reply) -> bytes:
    """One datagram."""
    return json.dumps(asdict(message)).encode()


def request(datagram: bytes) -> Request | None:
    """The request in *datagram*, or None when it is none: what is not understood never switches anything."""
    match _object(datagram):
        case {"ask": str(ask), "activation": int(activation), "emergency": bool(emergency), "lines": list(lines)} if ask in set(
            Ask
        ) and all(isinstance(line, str) for line in lines):
            return Request(Ask(ask), activation, emergency, tuple(lines))
        case _:
            return None


def reply(datagram: bytes) -> Reply:
    """The reply in *datagram*; it comes from our own program, so a wrong one is our mistake and raises."""
    document = _object(datagram) or {}
    return Reply({name: LineState(**state) for name, state in document["lines"].items()}, document["simulated"])


def _object(datagram: bytes) -> dict[str, Any] | None:
    try:
        document = json.loads(datagram)
    except ValueError:
        return None
    return document if isinstance(document, dict) else None
