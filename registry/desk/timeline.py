"""A day as a unit at one place would spend it, session by session, for whoever plans it: what sounds when, what will not and why. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bundle.area import ancestors
from bundle.base import Identifier
from bundle.items import Session
from bundle.manifest import Bundle
from director.day import Planned, heard_on
from director.day_rules import Sentence, day_rules
from director.decision import Live
from director.programme import Cell, Programme, Site
from director.timeline import Stretch, limits
from director.turns import Turn
from registry.making.permitted import with_bundle


@dataclass(frozen=True)
class Part:
    """One item of a session: from *start* for *seconds*; *live* is a rebroadcast; *refused* is why it would not sound."""

    item: Identifier
    title: str
    start: datetime
    seconds: float
    live: bool
    refused: str


@dataclass(frozen=True)
class Block:
    """One run of a session of *channel*: due at *due*, begun at *start* (None: never, and *refused* says why), over at *ends*.

    Due the day before, it still speaks at midnight.
    """

    channel: str
    session: Session
    due: datetime
    start: datetime | None
    ends: datetime
    refused: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Day:
    """The *blocks* in the order in which they begin, the *hushes* and ceilings of the signed rules, and those rules as sentences."""

    blocks: tuple[Block, ...]
    hushes: tuple[Stretch, ...]
    rules: tuple[Sentence, ...]


def day_at(programme: Programme, day: date) -> Day:
    """The local *day* by the director's own plan: what it shows is what units would do, as far as nothing comes in between."""
    blocks = sorted((_block(each) for each in heard_on(programme, day)), key=lambda each: (each.start or each.due, each.due))
    return Day(tuple(blocks), tuple(limits(programme, day)), tuple(day_rules(programme, day)))


def programme_at(bundle: Bundle, cells: Sequence[Cell], place: str, languages: tuple[str, ...]) -> Programme:
    """The programme of a unit at *place* that had *bundle* in the stead of what its channel has released."""
    site = Site("", place, place, ancestors(bundle.channel), languages)
    return Programme(site, tuple(with_bundle(bundle, cells)))


def _block(planned: Planned) -> Block:
    run = planned.run
    return Block(run.channel, run.session, run.due, planned.start, planned.ends, planned.refused, tuple(map(_part, planned.turns)))


def _part(turn: Turn) -> Part:
    seconds = max(0.0, turn.length.total_seconds())
    return Part(turn.item.id, turn.words.title, turn.start, seconds, isinstance(turn.source, Live), turn.refused)
