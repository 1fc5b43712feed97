"""What became of the orders that a unit was given: its own answers, or that none came."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bundle.area import covers
from bundle.errors import Refused
from bundle.orders import MuteOrder, Order, Orders, VolumeOrder, order_name
from evidence.excerpt import unpacked
from evidence.records import Answered, JournalLine, Obedience, OrderSeen, Outcome, PageOpened, Sounded, journal_line
from registry.fleet.tables import lines

MOST_LINES = 400
"""Of one unit, the newest first: orders live a week at most."""
_KINDS = ("order-seen", "answered", "page-opened", "sounded")
_TONE = "order:"


class Fate(StrEnum):
    """What became of an order on one unit, as far as it has said so."""

    SENT = "sent"
    ARRIVED = "arrived"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"
    TOO_LATE = "too-late"
    UNANSWERED = "unanswered"


@dataclass(frozen=True)
class Answer:
    """What a unit said of an order, and when it was heard; *picture* is WebP, *excerpt* the end of a log."""

    fate: Fate
    at: datetime
    reason: str = ""
    picture: bytes | None = None
    excerpt: str | None = None
    simulated: bool = False


@dataclass(frozen=True)
class Ordered:
    """An *order* of *channel* for a unit, and what became of it there; *name* is what its answers call it."""

    channel: str
    order: Order
    fate: Fate
    answer: Answer | None = None

    @property
    def name(self) -> str:
        """As journals call it."""
        return order_name(self.channel, self.order)


async def answers_of(connection: AsyncConnection, unit: str) -> Mapping[str, Answer]:
    """The best answer that *unit* gave to each order, by the order's name."""
    # Everything that a unit says aloud is a line of the same kind: a day of it must not hide the answers of the week.
    ordered = or_(lines.c.kind != "sounded", lines.c.line.contains(f'"occurrence":"{_TONE}', autoescape=True))
    query = select(lines.c.line).where(lines.c.unit == unit, lines.c.kind.in_(_KINDS), ordered)
    newest = query.order_by(lines.c.seq.desc()).limit(MOST_LINES)
    return answers([journal_line.validate_json(line) for line in await connection.scalars(newest)])


def answers(newest_first: Iterable[JournalLine]) -> Mapping[str, Answer]:
    """The last word on each order: that it arrived is less than what became of it."""
    found: dict[str, Answer] = {}
    for line in newest_first:
        told = _told(line)
        if told is not None and (told[0] not in found or found[told[0]].fate is Fate.ARRIVED):
            found[told[0]] = told[1]
    return found


def _told(line: JournalLine) -> tuple[str, Answer] | None:
    at = line.at.wall
    match line:
        case OrderSeen():
            return line.identity, Answer(Fate.ARRIVED, at)
        case Answered():
            return line.identity, Answer(_FATES[line.outcome], at, line.reason, line.picture, _excerpt(line), line.simulated)
        case PageOpened(order=str(name)):
            return name, Answer(Fate.DONE, at)
        case Sounded() if line.occurrence.startswith(_TONE) and line.outcome is not Outcome.STARTED:
            fate = Fate.DONE if line.outcome is Outcome.COMPLETE else _UNHEARD[line.outcome]
            return line.occurrence.removeprefix(_TONE), Answer(fate, at, line.reason, simulated=line.simulated)
        case _:
            return None


def _excerpt(line: Answered) -> str | None:
    """The log that came with an answer; what cannot be unpacked is none."""
    try:
        return unpacked(line.excerpt, line.identity) if line.excerpt else None
    except Refused:
        return None


def orders_for(unit: str, place: str, released: Sequence[Orders], told: Mapping[str, Answer], now: datetime) -> list[Ordered]:
    """The orders in *released* that are for *unit* at *place*, the newest first, with what it *told* of each."""
    meant = [(each.channel, order) for each in released for order in each.orders if _is_for(order, unit, place)]
    found = [_ordered(channel, order, told.get(order_name(channel, order)), now) for channel, order in meant]
    return sorted(found, key=lambda each: each.order.since, reverse=True)


def _ordered(channel: str, order: Order, answer: Answer | None, now: datetime) -> Ordered:
    match answer:
        case None:
            return Ordered(channel, order, Fate.SENT if now < order.expires else Fate.UNANSWERED)
        case Answer(fate=Fate.ARRIVED) if isinstance(order, VolumeOrder | MuteOrder):
            # These hold from their begin: that they arrived is all that a unit has to say.
            return Ordered(channel, order, Fate.DONE, answer)
        case Answer(fate=Fate.ARRIVED) if now >= order.expires:
            return Ordered(channel, order, Fate.UNANSWERED, answer)
        case _:
            return Ordered(channel, order, answer.fate, answer)


def _is_for(order: Order, unit: str, place: str) -> bool:
    everyone = not order.areas and not order.units
    return everyone or unit in order.units or any(covers(area, place) for area in order.areas)


_FATES = {
    Obedience.DONE: Fate.DONE,
    Obedience.REFUSED: Fate.REFUSED,
    Obedience.FAILED: Fate.FAILED,
    Obedience.TOO_LATE: Fate.TOO_LATE,
}
_UNHEARD = {
    Outcome.INTERRUPTED: Fate.FAILED,
    Outcome.FAILED: Fate.FAILED,
    Outcome.MISSED: Fate.TOO_LATE,
    Outcome.REFUSED_BY_RULE: Fate.REFUSED,
}
