"""A unit's state over time: since when it is in it, what becomes of it by time alone, and the closed spans behind it. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from registry.fleet.states import OURS, Allowance, Known, Standing, State, edges, standing


@dataclass(frozen=True)
class Turn:
    """From *at* on a unit of which nothing new is heard is in another *standing*."""

    at: datetime
    standing: Standing


@dataclass(frozen=True)
class Span:
    """It was in *state* from *began* until *ended*, which is no part of it."""

    state: State
    began: datetime
    ended: datetime


@dataclass(frozen=True)
class Present:
    """In this *standing* *since* then, and what is foreseen if nothing new is heard."""

    standing: Standing
    since: datetime
    turns: tuple[Turn, ...] = ()

    @property
    def due(self) -> datetime | None:
        """When it has to be looked at again even if nothing is heard."""
        return self.turns[0].at if self.turns else None


def foreseen(known: Known, at: datetime, allowance: Allowance = OURS) -> tuple[Turn, ...]:
    """What time alone makes after *at* of a unit of which just this is *known*."""
    return tuple(_turns(known, at, allowance))


def _turns(known: Known, at: datetime, allowance: Allowance) -> Iterator[Turn]:
    before = standing(known, at, allowance)
    for edge in edges(known, allowance):
        after = standing(known, edge, allowance)
        if edge > at and after != before:
            yield Turn(edge, after)
            before = after


def begun(known: Known, at: datetime, allowance: Allowance = OURS) -> Present:
    """The first state, from *at* on."""
    return Present(standing(known, at, allowance), at, foreseen(known, at, allowance))


def passed(present: Present, now: datetime) -> tuple[Present, tuple[Span, ...]]:
    """What time alone made of *present* until *now*, and the spans that closed: at their own moments, however late somebody looks."""
    spans: list[Span] = []
    while present.turns and present.turns[0].at <= now:
        turn, *rest = present.turns
        present = replace(_changed(present, turn.standing, turn.at, spans), turns=tuple(rest))
    return present, tuple(spans)


def heard(present: Present, known: Known, at: datetime, allowance: Allowance = OURS) -> tuple[Present, tuple[Span, ...]]:
    """*present* after what was heard at *at*, by which this is *known*; a clock that was set back closes nothing before it began."""
    present, before = passed(present, at)
    spans = list(before)
    present = _changed(present, standing(known, at, allowance), at, spans)
    return replace(present, turns=foreseen(known, at, allowance)), tuple(spans)


def _changed(present: Present, told: Standing, at: datetime, spans: list[Span]) -> Present:
    if told.state is present.standing.state:
        return replace(present, standing=told)
    if at > present.since:
        spans.append(Span(present.standing.state, present.since, at))
    # What is so is judged by the clock as it goes now, even if it had been ahead when this began.
    return replace(present, standing=told, since=max(at, present.since))
