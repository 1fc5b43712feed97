"""The confirmation of one alert: every addressed unit and village under exactly one heading, so that all figures add up. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from registry.alerts.confirmation.after import Carry, carries
from registry.alerts.confirmation.ladder import Facts, Ladder, Phone, Reach, counted, first_proofs, reach_of
from registry.alerts.confirmation.raised import Raised
from registry.alerts.confirmation.why import NO_UNIT, why

_BEST = tuple(Reach)


@dataclass(frozen=True)
class Village:
    """One *place* with its units, the one that the alert reached best first: it counts by that one; there may be none at all."""

    place: str
    name: str
    commune: str
    ladders: tuple[Ladder, ...]
    phones: tuple[Phone, ...] = ()

    @property
    def reach(self) -> Reach:
        """How far the alert came in this village."""
        return self.ladders[0].reach if self.ladders else Reach.NO_UNIT

    @property
    def why(self) -> str | None:
        """Why it came no further, None when it came all the way."""
        return self.ladders[0].why if self.ladders else NO_UNIT


@dataclass(frozen=True)
class Commune:
    """The villages of one channel or area above them, those that need somebody first."""

    code: str
    name: str
    villages: tuple[Village, ...]

    @cached_property
    def counts(self) -> Mapping[Reach, int]:
        """Its villages by how far the alert came."""
        return counted(village.reach for village in self.villages)


@dataclass(frozen=True)
class Confirmation:
    """What is known at *now* of *raised* on every unit and in every village that it addresses."""

    raised: Raised
    now: datetime
    communes: tuple[Commune, ...]

    @cached_property
    def villages(self) -> tuple[Village, ...]:
        """All villages, those that need somebody first within each commune."""
        return tuple(village for commune in self.communes for village in commune.villages)

    @cached_property
    def ladders(self) -> tuple[Ladder, ...]:
        """All units."""
        return tuple(ladder for village in self.villages for ladder in village.ladders)

    @cached_property
    def units(self) -> Mapping[Reach, int]:
        """Units by how far it came; the figures add up to all."""
        return counted(ladder.reach for ladder in self.ladders)

    @cached_property
    def by_village(self) -> Mapping[Reach, int]:
        """Villages by how far it came; the figures add up to all."""
        return counted(village.reach for village in self.villages)

    @property
    def reached(self) -> int:
        """Villages in which people can see or hear it, as far as that is proven."""
        return sum(self.by_village[reach] for reach in (Reach.FULL, Reach.BOARD_ONLY, Reach.SOUND_ONLY))

    @property
    def simulated(self) -> int:
        """Units of which simulated hardware alone tells something."""
        return sum(ladder.simulated for ladder in self.ladders)

    @cached_property
    def carriers(self) -> Mapping[Carry, tuple[Ladder, ...]]:
        """After its end: the units by whether they still carry it; empty before."""
        found: defaultdict[Carry, list[Ladder]] = defaultdict(list)
        if self.raised.ended is not None:
            for ladder in self.ladders:
                found[carries(ladder, self.raised, self.now)].append(ladder)
        return {carry: tuple(found[carry]) for carry in Carry}


def ladder_of(facts: Facts, raised: Raised, now: datetime) -> Ladder:
    """Where one unit stands."""
    first = first_proofs(facts)
    reach = reach_of(facts, first, raised.issued, now)
    return Ladder(facts, first, reach, why(facts, first, reach, raised, now))


def confirmed(
    raised: Raised, found: Iterable[Facts], names: Mapping[str, str], now: datetime, without: Iterable[Village] = ()
) -> Confirmation:
    """The confirmation from the *found* facts and the villages *without* a unit; *names* are of communes by code."""
    by_place: defaultdict[str, list[Ladder]] = defaultdict(list)
    for facts in found:
        by_place[facts.place].append(ladder_of(facts, raised, now))
    by_commune: defaultdict[str, list[Village]] = defaultdict(list)
    for place, ladders in by_place.items():
        ladders.sort(key=lambda each: (_BEST.index(each.reach), each.facts.unit))
        facts = ladders[0].facts
        by_commune[facts.commune].append(Village(place, facts.place_name, facts.commune, tuple(ladders), facts.phones))
    for village in without:
        by_commune[village.commune].append(village)
    communes = (Commune(code, names.get(code, code), _needy(villages)) for code, villages in sorted(by_commune.items()))
    return Confirmation(raised, now, tuple(communes))


def _needy(villages: Sequence[Village]) -> tuple[Village, ...]:
    return tuple(sorted(villages, key=lambda village: (-_BEST.index(village.reach), village.place)))
