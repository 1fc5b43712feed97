"""The facts of every addressed unit and village from the database, and the confirmation that follows from them."""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bundle.area import ancestors, covers
from evidence.duties import DUTY_WORDS, Duty
from evidence.records import Outcome, Rung
from registry.alerts.confirmation.hearing import NO_AIRING
from registry.alerts.confirmation.ladder import Facts, Phone
from registry.alerts.confirmation.raised import Raised
from registry.alerts.confirmation.steps import BOARD, VOICE, Airing, Proof, Step
from registry.alerts.confirmation.tables import airings, arrivals, proofs
from registry.alerts.confirmation.tally import Confirmation, Village, confirmed
from registry.areas.communes import commune_of
from registry.areas.places import Area, every_area, places
from registry.fleet.states import Known, standing
from registry.fleet.tables import holders, tails, units
from registry.fleet.views import known_of, open_faults, simulated_of

# Who is called first: whoever minds the thing itself is nearest to it.
CALLED = (Duty.EQUIPMENT, Duty.CONTENT, Duty.REPAIR, Duty.MAINTENANCE, Duty.UPGRADE)
MOST_PHONES = 4


async def confirmation(connection: AsyncConnection, raised: Raised, now: datetime, within: Collection[str] | None = None) -> Confirmation:
    """What is known at *now* of *raised* on every unit that it addresses, from reports that units signed, and which villages have none.

    *within*: in these areas alone.
    """
    rows = await connection.execute(select(units).where(units.c.replaced_by.is_(None)).order_by(units.c.unit))
    meant = [row for row in rows if raised.means(row.unit, row.place, row.channels) and _within(row.place, within)]
    told, known = await _told(connection, raised, now), await every_area(connection)
    stands = {above for row in meant for above in ancestors(row.place)}

    def made() -> Confirmation:
        addressed = [place.area for place in places(known) if _addressed(raised, place.area.code) and _within(place.area.code, within)]
        without = [_without(area, told.phones) for area in addressed if area.code not in stands]
        names = {code: area.name for code, area in known.items()}
        return confirmed(raised, [_facts(row, told, now) for row in meant], names, now, without)

    # Thousands of units take a moment, in which reports must not wait.
    return await asyncio.to_thread(made)


def _addressed(raised: Raised, place: str) -> bool:
    """Whether any unit at *place* would be meant."""
    return raised.means("", place, ancestors(place))


def _without(area: Area, phones: "Book") -> Village:
    return Village(area.code, area.name, commune_of(area.code), (), phones.of("", area.code))


def _within(place: str, areas: Collection[str] | None) -> bool:
    return areas is None or any(covers(area, place) for area in areas)


@dataclass(frozen=True)
class _Told:
    """What the tables hold about one alert, by unit."""

    faulty: Mapping[str, list[Any]]
    proofs: Mapping[str, list[Proof]]
    airings: Mapping[str, list[Airing]]
    arrived: Mapping[str, Proof]
    stopped: Mapping[str, Proof]
    journals: Mapping[str, set[str]]
    phones: "Book"


async def _told(connection: AsyncConnection, raised: Raised, now: datetime) -> _Told:
    return _Told(
        faulty=await open_faults(connection, now),
        proofs=await _proofs(connection, raised.name),
        airings=await _airings(connection, raised.name),
        arrived=await _arrived(connection, raised.lists),
        stopped=await _arrived(connection, raised.ended.lists if raised.ended else {}),
        journals=await _journals(connection),
        phones=await phone_book(connection),
    )


def _facts(row: Row[Any], told: _Told, now: datetime) -> Facts:
    known = known_of(row, (), told.faulty.get(row.unit, ()))
    journals = told.journals.get(row.unit, set())
    return Facts(
        unit=row.unit,
        place=row.place,
        place_name=row.place_name,
        commune=commune_of(row.place, row.channels),
        known=known,
        standing=standing(known, now),
        board=_has(known, journals, BOARD),
        voice=_has(known, journals, VOICE),
        arrived=told.arrived.get(row.unit),
        proofs=tuple(told.proofs.get(row.unit, ())),
        airings=tuple(told.airings.get(row.unit, ())),
        stopped=told.stopped.get(row.unit),
        phones=told.phones.of(row.unit, row.place),
        simulated=simulated_of(known.report),
    )


def _has(known: Known, journals: Collection[str], program: str) -> bool:
    """Whether the unit has this output at all: its program says something of itself, or once wrote a line that is here."""
    return program in journals or any(status.program == program for status in (known.report.programs if known.report else ()))


async def _proofs(connection: AsyncConnection, identity: str) -> dict[str, list[Proof]]:
    found: defaultdict[str, list[Proof]] = defaultdict(list)
    for row in await connection.execute(select(proofs).where(proofs.c.identity == identity)):
        airing = None if row.airing == NO_AIRING else row.airing
        proof = Proof(Step(row.step), datetime.fromisoformat(row.at), row.clock, airing, row.simulated, row.standing)
        found[row.unit].append(proof)
    return found


async def _airings(connection: AsyncConnection, identity: str) -> dict[str, list[Airing]]:
    found: defaultdict[str, list[Airing]] = defaultdict(list)
    for row in await connection.execute(select(airings).where(airings.c.identity == identity).order_by(airings.c.airing)):
        at = datetime.fromisoformat(row.at)
        found[row.unit].append(Airing(row.airing, Outcome(row.outcome), row.reason, at, Rung(row.rung)))
    return found


async def _arrived(connection: AsyncConnection, lists: Mapping[str, int]) -> dict[str, Proof]:
    """When each unit first said that it holds one of *lists* in such a version or a newer one."""
    found: dict[str, Proof] = {}
    for target, version in lists.items():
        mine = (arrivals.c.target == target) & (arrivals.c.version >= version)
        first = select(arrivals.c.unit, func.min(arrivals.c.at).label("at")).where(mine).group_by(arrivals.c.unit).subquery()
        query = select(arrivals).join(first, (arrivals.c.unit == first.c.unit) & (arrivals.c.at == first.c.at)).where(mine)
        for row in await connection.execute(query):
            proof = Proof(Step.RECEIVED, datetime.fromisoformat(row.at), row.clock)
            held = found.get(row.unit)
            if held is None or proof.at < held.at:
                found[row.unit] = proof
    return found


async def _journals(connection: AsyncConnection) -> dict[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for row in await connection.execute(select(tails.c.unit, tails.c.program).where(tails.c.program.in_((BOARD, VOICE)))):
        found[row.unit].add(row.program)
    return found


@dataclass(frozen=True)
class Book:
    """Telephone numbers of duty holders: of each unit, and of any unit at a place."""

    units: Mapping[str, list[Phone]]
    places: Mapping[str, list[Phone]]

    def of(self, unit: str, place: str) -> tuple[Phone, ...]:
        """Whom to call for *unit*: its own holders, else those of the village's other units, else of the commune's."""
        own = self.units.get(unit) or self.places.get(place) or self.places.get(place.rpartition(".")[0]) or []
        return tuple({phone.number: phone for phone in reversed(own)}.values())[::-1][:MOST_PHONES]


async def phone_book(connection: AsyncConnection) -> Book:
    """The numbers of everybody who holds a duty."""
    order = case({duty.value: n for n, duty in enumerate(CALLED)}, value=holders.c.duty)
    reachable = (holders.c.phone != "") | (holders.c.substitute_phone != "")
    query = select(holders, units.c.place).join(units, units.c.unit == holders.c.unit).where(reachable).order_by(order)
    own: defaultdict[str, list[Phone]] = defaultdict(list)
    near: defaultdict[str, list[Phone]] = defaultdict(list)
    for row in await connection.execute(query):
        duty = " / ".join(DUTY_WORDS[Duty(row.duty)])
        for who, number in ((row.name, row.phone), (row.substitute, row.substitute_phone)):
            if number:
                own[row.unit].append(Phone(who, duty, number))
                for place in (row.place, row.place.rpartition(".")[0]):
                    near[place].append(Phone(who, duty, number, near=True))
    return Book(own, near)
