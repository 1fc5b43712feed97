"""The matrix of essentials and villages, read from counters: no journal line is looked at."""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Row, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from bundle.area import covers
from registry.areas.communes import commune_of
from registry.areas.places import every_area, places
from registry.areas.within import lies_within
from registry.fleet.coverage.counting import policies, policy_of, rules_at
from registry.fleet.coverage.tables import essentials, presented
from registry.fleet.coverage.verdicts import REACHED, Cell, Counts, Essential, Facts, Mark, cell, left, tally, verdict
from registry.fleet.standing_tables import standings
from registry.fleet.states import Link, State
from registry.fleet.tables import units

Key = tuple[str, str]
"""The channel and the name of an essential."""
_Counted = dict[tuple[str, str, str], dict[str, Counts]]
"""What units presented of an essential, by its channel, its name and the place where they stood then."""
_UNITS = select(standings, units.c.contact.label("heard")).join(units, units.c.unit == standings.c.unit)


@dataclass(frozen=True)
class Village:
    """A place where people should be reached; *languages* in its own order, none where nobody wrote them down."""

    place: str
    name: str
    commune: str
    languages: tuple[str, ...]


@dataclass(frozen=True)
class Column:
    """One essential with its cell in every village that it is meant for, by place, in the order of places."""

    essential: Essential
    cells: Mapping[str, Cell]

    @cached_property
    def marks(self) -> Mapping[Mark, int]:
        """How many villages have which mark: they add up to all that it is meant for."""
        return tally(each.mark for each in self.cells.values())

    @property
    def reached(self) -> int:
        """Villages that are proven to be reached."""
        return sum(self.marks[mark] for mark in REACHED)

    @property
    def unspoken(self) -> int:
        """Villages whose own language it lacks."""
        return sum(each.unspoken is not None for each in self.cells.values())

    @property
    def simulated(self) -> int:
        """Complete presentations by simulated hardware, which reach nobody."""
        return sum(verdict.counts.simulated for each in self.cells.values() for verdict in each.verdicts)


@dataclass(frozen=True)
class Matrix:
    """What is known of *columns* in *villages*; *names* are of areas by code."""

    columns: tuple[Column, ...]
    villages: tuple[Village, ...]
    names: Mapping[str, str]

    def by_commune(self) -> Mapping[str, list[Village]]:
        """The villages by their commune, in order."""
        found: defaultdict[str, list[Village]] = defaultdict(list)
        for village in self.villages:
            found[village.commune].append(village)
        return found


async def matrix(connection: AsyncConnection, within: Sequence[str], now: datetime, only: Collection[Key] | None = None) -> Matrix:
    """What is known at *now* of everything essential that is in force in the areas *within*; with *only* of these essentials alone."""
    asked = [each for each in await _essentials(connection, now, only) if _concerns(each, within)]
    known = {code: area for code, area in (await every_area(connection)).items() if _inside(code, within)}
    rows = (await connection.execute(_UNITS.where(lies_within(standings.c.place, within)))).all()
    counted, signed = await _counts(connection, within, only), await policies(connection)

    def made() -> Matrix:
        villages = {
            each.area.code: Village(each.area.code, each.area.name, commune_of(each.area.code), each.area.languages)
            for each in places(known)
        }
        facts: defaultdict[str, list[Facts]] = defaultdict(list)
        for row in rows:
            facts[row.place].append(_facts(row))
            villages.setdefault(row.place, Village(row.place, row.place_name, row.commune, ()))
        ordered = tuple(sorted(villages.values(), key=lambda each: (each.commune, each.place)))
        counts: _Counted = defaultdict(dict)
        for channel, item, place, unit, *numbers in counted:
            counts[channel, item, place][unit] = Counts(*numbers)
        needed = {each.place: policy_of(rules_at(each.place, signed)).reached_after for each in ordered}
        columns = tuple(Column(each, _cells(each, ordered, facts, counts, needed, now)) for each in asked)
        return Matrix(columns, ordered, {code: area.name for code, area in known.items()})

    # A province is 150,000 cells: reports must not wait for them.
    return await asyncio.to_thread(made)


def _cells(
    essential: Essential,
    villages: Iterable[Village],
    facts: Mapping[str, Sequence[Facts]],
    counts: _Counted,
    needed: Mapping[str, int],
    now: datetime,
) -> dict[str, Cell]:
    found, none = {}, Counts()
    for village in villages:
        standing = facts.get(village.place, ())
        here = [each for each in standing if essential.means(each.place, each.unit)]
        if here or essential.means(village.place):
            proven, enough = counts.get((essential.channel, essential.item, village.place), {}), needed[village.place]
            told = [verdict(essential, each, proven.get(each.unit, none), enough, now) for each in here]
            gone = proven.keys() - {each.unit for each in standing}
            told += [left(essential, unit, proven[unit]) for unit in sorted(gone) if proven[unit].day >= enough]
            found[village.place] = cell(essential, village.place, told, village.languages)
    return found


def _concerns(essential: Essential, within: Iterable[str]) -> bool:
    return any(covers(essential.channel, area) or covers(area, essential.channel) for area in within)


def _inside(code: str, within: Iterable[str]) -> bool:
    return any(covers(area, code) for area in within)


async def _essentials(connection: AsyncConnection, now: datetime, only: Collection[Key] | None) -> list[Essential]:
    valid = or_(essentials.c.valid_until.is_(None), essentials.c.valid_until > now.isoformat())
    query = select(essentials).where(essentials.c.gone.is_(None), valid)
    if only is not None:
        query = query.where(tuple_(essentials.c.channel, essentials.c.item).in_(sorted(only)))
    rows = await connection.execute(query.order_by(essentials.c.channel, essentials.c.issued.desc(), essentials.c.item))
    return [_essential(row) for row in rows]


async def _counts(connection: AsyncConnection, within: Sequence[str], only: Collection[Key] | None) -> Sequence[Any]:
    """What every unit presented: as the database gives it, because there may be very many."""
    names = ("channel", "item", "place", "unit", "day", "whole", "simulated")
    query = select(*(presented.c[name] for name in names)).where(lies_within(presented.c.place, within))
    if only is not None:
        query = query.where(tuple_(presented.c.channel, presented.c.item).in_(sorted(only)))
    return (await connection.execute(query)).all()


def _essential(row: Row[Any]) -> Essential:
    return Essential(
        channel=row.channel,
        item=row.item,
        spoken=row.spoken,
        title=row.title,
        since=row.since,
        release=row.release,
        issued=datetime.fromisoformat(row.issued),
        languages=tuple(row.languages),
        areas=tuple(row.areas),
        units=tuple(row.units),
        valid_from=datetime.fromisoformat(row.valid_from) if row.valid_from else None,
        valid_until=datetime.fromisoformat(row.valid_until) if row.valid_until else None,
    )


def _facts(row: Row[Any]) -> Facts:
    return Facts(
        unit=row.unit,
        place=row.place,
        state=State(row.state),
        why=tuple(row.why),
        link=Link(row.link),
        contact=datetime.fromisoformat(row.heard) if row.heard else None,
        outputs=frozenset(row.outputs),
        simulated=tuple(row.simulated),
        versions=row.versions,
    )
