"""When one amplifier line may be active: pure rules of lease, maximum on-time, minimum off-time and activation numbers.

The rules:
1. A line is active only while a lease runs. A renewal gives it LEASE seconds more; without one it falls inactive.
2. An activation is one use from warm-up to off. Numbers only grow: what belongs to an older activation changes nothing,
   and an activation that has ended (released, lapsed, overrun, superseded) can never be renewed.
3. No activation lasts longer than the maximum on-time, however often it is renewed.
4. After it fell inactive a line stays so for its minimum off-time; only an emergency may skip that, if the line's record allows.
5. Lines start one after the other, so that one supply never sees all inrush currents at once: who calls says from when on a line may.
6. A line may leave an activation that goes on in other zones, and join it again after its minimum off-time; the maximum
   on-time counts from the first start.
Times are seconds of one monotonic clock.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

LEASE = 1.0


class Verdict(StrEnum):
    """The answer to a request."""

    HELD = "held"
    WAITING = "waiting"
    RESTING = "resting"
    OLD = "old"
    OVERRUN = "overrun"
    STOPPED = "stopped on site"
    OUTSIDE = "for other lines"


class Cause(StrEnum):
    """Why a line was driven; written into the journal."""

    LEASED = "leased"
    RELEASED = "released"
    LAPSED = "lease lapsed"
    OVERRUN = "maximum on-time"
    SUPERSEDED = "superseded"
    ZONE = "zone left"
    STOPPED = "program stopped"
    SWITCH = "stop switch"


@dataclass(frozen=True)
class Limits:
    """One line's record: *maximum_on* and *minimum_off* in seconds; *emergency_skips* the rest."""

    maximum_on: float
    minimum_off: float
    emergency_skips: bool = True


@dataclass(frozen=True)
class Lease:
    """What is known of one line. *activation* holds it now or None; *ended* is the newest that is over; *rested* ends the off-time.

    *began* is the first start of the activation, *starts* that after it joined again; *left* is the one that it may join again.
    """

    activation: int | None = None
    began: float = 0.0
    starts: float = 0.0
    left: int = 0
    active: bool = False
    until: float = 0.0
    ended: int = 0
    rested: float = 0.0
    cause: Cause = Cause.STOPPED


def renew(lease: Lease, limits: Limits, now: float, activation: int, emergency: bool = False, free: float = 0.0) -> tuple[Lease, Verdict]:
    """The line after a request of *activation* at *now*, and what to answer; it starts when the supply is *free*."""
    lease = tick(lease, limits, now)
    if activation <= lease.ended or activation < max(lease.activation or 0, lease.left):
        overran = activation == lease.ended and lease.cause is Cause.OVERRUN
        return lease, Verdict.OVERRUN if overran else Verdict.OLD
    if lease.activation is not None and activation > lease.activation:
        lease = _end(lease, limits, now, Cause.SUPERSEDED)
    if lease.activation is None:
        if now < lease.rested and not (emergency and limits.emergency_skips):
            return lease, Verdict.RESTING
        starts = max(now, free)
        began = lease.began if lease.left == activation else starts
        lease = replace(lease, activation=activation, began=began, starts=starts, active=False)
    lease = tick(replace(lease, until=now + LEASE), limits, now)
    return lease, Verdict.HELD if lease.active else Verdict.WAITING


def release(lease: Lease, limits: Limits, now: float, activation: int) -> Lease:
    """The line after *activation* gave it up; a newer activation is left alone."""
    lease = tick(lease, limits, now)
    if lease.activation == activation:
        return _end(lease, limits, now, Cause.RELEASED)
    return replace(lease, ended=max(lease.ended, activation)) if lease.left == activation else lease


def leave(lease: Lease, limits: Limits, now: float, activation: int) -> Lease:
    """The line after *activation* went on without it, in other zones; it may join again."""
    lease = tick(lease, limits, now)
    if lease.activation != activation:
        return lease
    return replace(_end(lease, limits, now, Cause.ZONE), ended=lease.ended, left=activation)


def stop(lease: Lease, limits: Limits, now: float, cause: Cause = Cause.STOPPED) -> Lease:
    """The line at the end of the program, or at the stop switch."""
    return _end(lease, limits, now, cause) if lease.activation is not None else lease


def tick(lease: Lease, limits: Limits, now: float) -> Lease:
    """The line at *now* if nothing was asked meanwhile."""
    if lease.activation is None:
        return lease
    if now >= lease.until:
        return _end(lease, limits, now, Cause.LAPSED)
    if now >= lease.began + limits.maximum_on:
        return _end(lease, limits, now, Cause.OVERRUN)
    if now >= lease.starts and not lease.active:
        return replace(lease, active=True, cause=Cause.LEASED)
    return lease


def deadline(lease: Lease, limits: Limits) -> float | None:
    """When `tick` must be asked again; None while nothing runs."""
    if lease.activation is None:
        return None
    end = min(lease.until, lease.began + limits.maximum_on)
    return end if lease.active else min(end, lease.starts)


def _end(lease: Lease, limits: Limits, now: float, cause: Cause) -> Lease:
    rested = now + limits.minimum_off if lease.active else lease.rested
    ended = lease.ended if lease.activation is None else max(lease.ended, lease.activation)
    return replace(lease, activation=None, active=False, ended=ended, rested=rested, cause=cause)
