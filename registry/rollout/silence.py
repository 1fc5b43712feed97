"""Whether units fell silent because of a release: those that took it, compared with the others. Pure.

Who takes a release first is drawn by lot (``bundle.software.cohort``). So an outage falls on both alike, and how unlikely it is that a lot
hits so many of the one group is Fisher's exact test, one-sided (R. A. Fisher, "The Design of Experiments", 1935, chapter II).
"""

import math
from dataclasses import dataclass
from datetime import timedelta

from bundle.software import Health


@dataclass(frozen=True)
class Group:
    """*heard*: how many units were heard since the release is watched; *silent*: how many of these are heard no more."""

    heard: int = 0
    silent: int = 0

    def __add__(self, other: "Group") -> "Group":
        return Group(self.heard + other.heard, self.silent + other.silent)


NONE = Group()


@dataclass(frozen=True)
class Spread:
    """The units of *earlier* stages, those that the *present* one added, and those *outside*, which the release has not reached."""

    earlier: Group = NONE
    present: Group = NONE
    outside: Group = NONE


NOBODY = Spread()


def longest(health: Health, contact: timedelta) -> timedelta:
    """How long a unit that lives may be unheard, when it is otherwise heard within *contact*.

    Of a version that cannot report the unit is rid by then: it was judged, what sounded ended, and the version before reports.
    """
    return contact + timedelta(seconds=max(health.settle + health.trial, health.report) + health.silence)


def strange(spread: Spread, chance: float) -> str:
    """Why the silence is the release's doing, in Vietnamese and English; empty when a lot falls like that more often than *chance*.

    Those of all stages are compared with those outside, and the present stage's with all others: in the last stage nobody is outside.
    """
    for tried, others in ((spread.earlier + spread.present, spread.outside), (spread.present, spread.earlier + spread.outside)):
        if tried.silent and likelihood(tried, others) < chance:
            few, many = f"{tried.silent}/{tried.heard}", f"{others.silent}/{others.heard}"
            return f"{few} thiết bị của đợt im lặng, ngoài đợt {many} / of the stage's units fell silent, of the others {many}"
    return ""


def likelihood(tried: Group, others: Group) -> float:
    """How likely at least so many of the silent are among the *tried* when a lot alone decides, 0 to 1."""
    everyone = tried + others
    worse = range(tried.silent, min(tried.heard, everyone.silent) + 1)
    loud = everyone.heard - everyone.silent
    ways = _log_choose(everyone.heard, tried.heard)
    return min(
        1.0,
        math.fsum(
            math.exp(_log_choose(everyone.silent, hit) + _log_choose(loud, tried.heard - hit) - ways)
            for hit in worse
            if tried.heard - hit <= loud
        ),
    )


def _log_choose(of: int, some: int) -> float:
    # In logarithms, because thousands of units give numbers of thousands of digits.
    return math.lgamma(of + 1) - math.lgamma(some + 1) - math.lgamma(of - some + 1)
