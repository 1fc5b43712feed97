"""When something is so wrong for so long that a person must know, and when that is over: never by one flap of a link. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from registry.fleet.doubts import Doubt
from registry.fleet.states import State


class Kind(StrEnum):
    """What an alarm is about, the most urgent first; the closed list. Every doubt is one as well."""

    COMMUNE = "commune"
    CLONED = Doubt.CLONED.value
    FOREIGN_KEY = Doubt.FOREIGN_KEY.value
    REVOKED = Doubt.REVOKED.value
    UNIT = "unit"
    CLOCK = "clock"
    UNKNOWN = Doubt.UNKNOWN.value


class Level(StrEnum):
    """How it stands with what is watched: *high* asks for an alarm, *low* for its end, and what is between changes nothing."""

    HIGH = "high"
    BETWEEN = "between"
    LOW = "low"


@dataclass(frozen=True)
class Patience:
    """An alarm opens when its cause stands *after* so long, and closes when nothing of it is left for *clear*."""

    after: timedelta
    clear: timedelta


@dataclass(frozen=True)
class Rules:
    """All numbers are ours.

    A commune's alarm opens when *many* of its units are down, or *share* of them and at least *few*; it closes when it is less than
    *low_share* of them, and fewer than *few*. *units*: how long a unit may be in which state.
    """

    many: int = 10
    few: int = 2
    share: float = 0.3
    low_share: float = 0.15
    commune: Patience = Patience(timedelta(minutes=20), timedelta(minutes=30))
    units: Mapping[State, timedelta] = field(
        default_factory=lambda: {
            State.SILENT_FAULT: timedelta(hours=2),
            State.OVERDUE: timedelta(hours=6),
            State.DEGRADED: timedelta(hours=48),
        }
    )
    unit_clear: timedelta = timedelta(hours=1)
    clock: Patience = Patience(timedelta(minutes=30), timedelta(minutes=30))
    doubt: Patience = Patience(timedelta(), timedelta(hours=24))


PAUSED = (State.MAINTENANCE, State.EXPECTED)
"""In these states nothing is known of what was wrong before: they end no alarm."""
DOWN = (State.SILENT_FAULT, State.OVERDUE)
"""In these states a unit reaches nobody as far as is known: they count for its commune."""
NOW = timedelta(minutes=5)
"""For so long what was not believed counts as going on."""


@dataclass(frozen=True)
class Watch:
    """What is watched stands at *level* *since* then; *opened*: an alarm is open."""

    level: Level
    since: datetime
    opened: bool = False


def step(watch: Watch | None, level: Level, patience: Patience, now: datetime, stands: datetime | None = None) -> Watch | None:
    """What is watched after a look at *now*, None when nothing is left to watch; *stands*: since when it stands so by its own account."""
    before = watch or Watch(Level.LOW, now)
    since = stands or (before.since if before.level is level else now)
    lasted = now - since
    if before.opened:
        return None if level is Level.LOW and lasted >= patience.clear else Watch(level, since, opened=True)
    return Watch(level, since, opened=lasted >= patience.after) if level is Level.HIGH else None


def commune_level(down: int, total: int, rules: Rules) -> Level:
    """How it stands with a commune of which *down* of *total* units reach nobody."""
    share = down / total if total else 0.0
    if down >= rules.many or (down >= rules.few and share >= rules.share):
        return Level.HIGH
    return Level.LOW if down < rules.few and share < rules.low_share else Level.BETWEEN


def unit_patience(state: State, rules: Rules) -> Patience:
    """How long a unit may be in *state*, if that is a fault at all."""
    return Patience(rules.units.get(state, timedelta.max), rules.unit_clear)


def doubt_level(last: datetime, now: datetime) -> Level:
    """How it stands with what came *last* then and was not believed."""
    return Level.HIGH if now - last < NOW else Level.LOW
