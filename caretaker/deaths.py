"""Which programs died how often, and what follows from it: pure."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, ValidationError

from bundle.base import Identifier, Model, Sentence
from device.caretaker_settings import CaretakerSettings


class Death(Model):
    """A program ended otherwise than it was told to, *at* seconds of this boot; *how* as systemd says it."""

    at: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    how: Sentence


class Known(Model):
    """Of one program: its *deaths* that still count, and the second of this boot at which its last words were *kept*."""

    deaths: tuple[Death, ...] = ()
    kept: float | None = None


class Tally(Model):
    """``deaths.json``: what is known of each service."""

    services: dict[Identifier, Known] = Field(default_factory=dict)


def read_line(line: str) -> Death | None:
    """A line of `Paths.ended`: seconds since boot, result, kind of end, code or signal."""
    second, _, how = line.partition(" ")
    try:
        return Death(at=float(second), how=how)
    except (ValueError, ValidationError):
        return None


def with_deaths(tally: Tally, died: Mapping[str, tuple[Death, ...]], now: float, limits: CaretakerSettings) -> Tally:
    """The tally with those that *died* just now, without what is too long ago."""
    services = dict(tally.services)
    for name in {*services, *died}:
        known = services.get(name, Known())
        counted = tuple(death for death in (*known.deaths, *died.get(name, ())) if now - death.at <= limits.within)
        services[name] = Known(deaths=counted[-limits.deaths :], kept=known.kept)
    return Tally(services=services)


def again_and_again(tally: Tally, limits: CaretakerSettings) -> tuple[str, ...]:
    """The services that die so often that only a reboot is left to try."""
    return tuple(sorted(name for name, known in tally.services.items() if len(known.deaths) >= limits.deaths))


def due(known: Known, now: float, limits: CaretakerSettings) -> bool:
    """Whether what it said last is to be kept: at its first death in this boot, and then once in a while."""
    return known.kept is None or now - known.kept >= limits.words_every
