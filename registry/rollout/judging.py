"""Whether a release goes on, stops or has arrived: a judgement over counts. Pure."""

import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bundle.software import COHORTS, Release
from registry.rollout.silence import NOBODY, Spread, strange


class Going(StrEnum):
    """How a release stands: it spreads, it is halted, it has arrived, or a newer one took its place."""

    RUNNING = "running"
    HALTED = "halted"
    DONE = "done"
    OVERTAKEN = "overtaken"


@dataclass(frozen=True)
class Counts:
    """What is known of a release: how many *units* the present stage has, and how many of all went back.

    *good*: how many of the stage found it good and are still heard. *spread*: how many fell silent, where; *silent* are those of the stage.
    """

    units: int
    good: int
    failed: int
    spread: Spread = NOBODY
    silent: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rollout:
    """The roll-out of the release *number* of *channel*: at the *stage* with that place *since* then. *excused* failures stop nothing.

    *reason* is why it is halted. Only a unit that was heard since it is *watched* can have fallen silent by it.
    """

    channel: str
    number: str
    since: datetime
    stage: int = 0
    going: Going = Going.RUNNING
    reason: str | None = None
    excused: int = 0
    watched: datetime | None = None

    def percent(self, release: Release) -> int:
        """How many cohorts may have it now."""
        match self.going:
            case Going.RUNNING:
                return release.stages[self.stage].percent
            case Going.DONE:
                return COHORTS
            case Going.HALTED | Going.OVERTAKEN:
                return 0


def judged(rollout: Rollout, release: Release, counts: Counts, now: datetime, chance: float) -> Rollout:
    """*rollout* after a look at *counts*: at most one step further. Silence that is less likely than *chance* is the release's doing."""
    stage = release.stages[rollout.stage]
    match rollout.going:
        case Going.HALTED | Going.OVERTAKEN:
            return rollout
        case Going.RUNNING | Going.DONE:
            failed = counts.failed - rollout.excused
            if failed > stage.failures:
                why = f"{failed} thiết bị đã quay về bản cũ / units went back, more than {stage.failures}"
                return replace(rollout, going=Going.HALTED, reason=why)
    if rollout.going is Going.RUNNING and (why := strange(counts.spread, chance)):
        return replace(rollout, going=Going.HALTED, reason=why)
    if rollout.going is Going.DONE or not _long_enough(rollout, release, now) or counts.good < needed(stage.good, counts.units):
        return rollout
    last = rollout.stage == len(release.stages) - 1
    return replace(rollout, going=Going.DONE, since=now) if last else replace(rollout, stage=rollout.stage + 1, since=now)


def needed(percent: int, units: int) -> int:
    """How many of *units* must have found it good."""
    return math.ceil(units * percent / 100)


def _long_enough(rollout: Rollout, release: Release, now: datetime) -> bool:
    # A unit counts from the signed date and the registry from when it began: the later of the two is the one that holds.
    after = rollout.since + timedelta(hours=release.stages[rollout.stage].hours)
    return now >= max(after, release.opens(rollout.stage + 1))
