"""Counting complete presentations of what is essential, as reports are filed and in their transaction."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from bundle.area import ancestors
from bundle.policy import Policy
from director.age import usable
from director.programme import Cell, Programme, Site
from director.rules import quiet_between
from evidence.records import RATE, JournalLine, Outcome, Rung, Shown, Sounded, Stamp
from registry.fleet.coverage.tables import channels, essentials, presented
from registry.fleet.holding import Taken
from registry.fleet.tables import enrolments, units
from registry.storage.upsert import upsert

_NEVER = datetime.min.replace(tzinfo=UTC)
_ItemKey = tuple[str, str]


@dataclass(frozen=True)
class Presentation:
    """One complete presentation by *unit*, of the bundle's *version*, between these moments."""

    unit: str
    channel: str
    item: str
    version: int
    spoken: bool
    moments: tuple[Stamp, ...]
    simulated: bool

    @property
    def key(self) -> _ItemKey:
        """What was presented."""
        return self.channel, self.item


def complete(unit: str, line: JournalLine) -> Presentation | None:
    """What *line* proves: the whole item was presented, or all of it has left the driver. None for anything less."""
    match line:
        case Shown(outcome=Outcome.COMPLETE, channel=str(channel)) if line.frames and line.pages >= line.of:
            return Presentation(unit, channel, line.item, line.version, False, (line.began, line.at), line.simulated)
        case Sounded(outcome=Outcome.COMPLETE) if line.rung >= Rung.LEFT_DRIVER:
            return Presentation(unit, line.channel, line.item, line.version, True, (_began(line), line.at), line.simulated)
        case _:
            return None


def _began(line: Sounded) -> Stamp:
    """When the first of its samples left, at the latest: where another voice came between, it was earlier."""
    return line.at.model_copy(update={"wall": line.at.wall - timedelta(seconds=line.samples / RATE)})


async def hear(connection: AsyncConnection, taken: Sequence[Taken], _: datetime) -> None:
    """Count what the *taken* reports tell of essentials."""
    lines = ((each.report.unit, fresh.line) for each in taken for fresh in each.fresh)
    await count(connection, [found for unit, line in lines if (found := complete(unit, line)) is not None])


async def count(connection: AsyncConnection, told: Sequence[Presentation]) -> None:
    """Add those of *told* that are of the present words of an essential."""
    if not told:
        return
    mine = tuple_(essentials.c.channel, essentials.c.item).in_(sorted({each.key for each in told}))
    wanted = {(row.channel, row.item): row for row in await connection.execute(select(essentials).where(mine))}
    told = [each for each in told if each.key in wanted and _present(each, wanted[each.key])]
    if told:
        rows = list(_rows(told, await stays_of(connection, {each.unit for each in told}), await policies(connection)))
        await connection.execute(_ADD, rows)


def _present(told: Presentation, essential: Any) -> bool:
    return bool(told.spoken == essential.spoken and told.version >= essential.since)


@dataclass
class Stays:
    """Where a unit stands *now*, and since when it stood where, in order."""

    now: str
    since: list[tuple[datetime, str]] = field(default_factory=list)

    def at(self, stamp: Stamp) -> str:
        """Where it stood at *stamp*; where it stands now, when nobody can say at what time that was."""
        if not self.since or not usable(stamp.state):
            return self.now
        return next((place for since, place in reversed(self.since) if since <= stamp.wall), self.since[0][1])


async def stays_of(connection: AsyncConnection, named: Iterable[str]) -> dict[str, Stays]:
    """Where the units *named* stand and stood."""
    told = select(units.c.unit, units.c.place.label("now"), enrolments.c.enrolled, enrolments.c.place)
    query = told.outerjoin(enrolments, enrolments.c.unit == units.c.unit).where(units.c.unit.in_(sorted(named)))
    found: dict[str, Stays] = {}
    for row in await connection.execute(query.order_by(enrolments.c.seq)):
        stays = found.setdefault(row.unit, Stays(row.now))
        if row.enrolled is not None:
            stays.since.append((datetime.fromisoformat(row.enrolled), row.place))
    return found


async def policies(connection: AsyncConnection) -> dict[str, str]:
    """The signed policies by channel, as text."""
    query = select(channels.c.channel, channels.c.policy).where(channels.c.policy.is_not(None))
    return {row.channel: row.policy for row in await connection.execute(query)}


def rules_at(place: str, signed: Mapping[str, str]) -> str:
    """The policy of the nearest channel above *place* that has *signed* one, else our defaults; as text."""
    near = [signed[channel] for channel in ancestors(place) if channel in signed]
    return near[-1] if near else _DEFAULT


def in_daytime(rules: str, stamp: Stamp) -> bool:
    """Whether *stamp* is surely outside the quiet hours of *rules*: at an unknown hour nobody can say that people were about."""
    return usable(stamp.state) and not _quiet(rules, stamp.wall.astimezone(UTC).replace(second=0, microsecond=0))


@lru_cache(512)
def policy_of(rules: str) -> Policy:
    """The policy that was signed as this text."""
    return Policy.model_validate_json(rules)


_DEFAULT = Policy(format=1, channel="vn").model_dump_json()


@lru_cache(8192)
def _quiet(rules: str, minute: datetime) -> bool:
    """Whether *minute* touches quiet hours: asked again and again, because the units of a village present the same at the same time."""
    policy = policy_of(rules)
    programme = Programme(Site("", policy.channel, "", (), ("vi",)), (Cell(policy.channel, _NEVER, policy=policy),))
    return bool(quiet_between(programme, minute, minute + timedelta(minutes=1)))


def _rows(told: Sequence[Presentation], stays: Mapping[str, Stays], signed: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    found: defaultdict[tuple[str, str, str, str], list[Presentation]] = defaultdict(list)
    for each in told:
        found[each.channel, each.item, each.unit, stays[each.unit].at(each.moments[-1])].append(each)
    for (channel, item, unit, place), times in sorted(found.items()):
        rules = rules_at(place, signed)
        real = [each for each in times if not each.simulated]
        yield {
            "channel": channel,
            "item": item,
            "unit": unit,
            "place": place,
            "day": sum(all(in_daytime(rules, stamp) for stamp in each.moments) for each in real),
            "whole": len(real),
            "simulated": len(times) - len(real),
            "last": max(each.moments[-1].wall.astimezone(UTC).isoformat() for each in times),
        }


def _add() -> Any:
    entry = upsert(presented)
    held, new = presented.c, entry.excluded
    added = {name: held[name] + new[name] for name in ("day", "whole", "simulated")}
    return entry.on_conflict_do_update(index_elements=["channel", "item", "unit", "place"], set_={**added, "last": new.last})


_ADD = _add()
