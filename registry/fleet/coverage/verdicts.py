"""Whether an essential notice or announcement has reached a village: only by proof of units that are known to be well. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bundle.area import covers
from registry.fleet.states import OURS, Link, State

BOARD, VOICE = "display", "audio"


class Mark(StrEnum):
    """What a cell says; every village stands under exactly one for each essential."""

    SHOWN = "shown"
    HEARD = "heard"
    NOT_YET = "not-yet"
    NOT_KNOWN = "not-known"
    NO_UNIT = "no-unit"


REACHED = (Mark.SHOWN, Mark.HEARD)


@dataclass(frozen=True)
class Essential:
    """A notice for the board, or if *spoken* an announcement for the loudspeaker, with the words that it has *since* that version.

    *release* is the first release of the channel's bundle with these words: whoever holds an older one does not have them.
    """

    channel: str
    item: str
    spoken: bool
    title: str
    since: int
    release: int
    issued: datetime
    languages: tuple[str, ...]
    areas: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    valid_from: datetime | None = None
    valid_until: datetime | None = None

    @property
    def program(self) -> str:
        """Which of a unit's programs presents it."""
        return VOICE if self.spoken else BOARD

    def means(self, place: str, unit: str = "") -> bool:
        """Whether it is meant for *place*, or for this very *unit* there."""
        named = not (self.areas or self.units) or unit in self.units or any(covers(area, place) for area in self.areas)
        return covers(self.channel, place) and named


@dataclass(frozen=True)
class Counts:
    """Complete presentations of the present words: outside the quiet hours, at any hour, and by simulated hardware."""

    day: int = 0
    whole: int = 0
    simulated: int = 0


@dataclass(frozen=True)
class Facts:
    """What is known of one unit: its state and why, when it was heard last, its outputs, and which releases it holds by target."""

    unit: str
    place: str
    state: State
    why: tuple[str, ...]
    link: Link
    contact: datetime | None
    outputs: frozenset[str]
    simulated: tuple[str, ...]
    versions: Mapping[str, int]


@dataclass(frozen=True)
class Verdict:
    """Of one unit: its *mark*, *why* in both languages, and the *counts* it follows from; *here*: it still stands in that village."""

    unit: str
    mark: Mark
    why: str
    counts: Counts
    here: bool = True


@dataclass(frozen=True)
class Cell:
    """One village and one essential; *unspoken* is its own language when there is no version in that."""

    place: str
    mark: Mark
    why: str
    verdicts: tuple[Verdict, ...]
    unspoken: str | None = None


def verdict(essential: Essential, facts: Facts, counts: Counts, needed: int, now: datetime) -> Verdict:
    """How it stands with one unit: *needed* is how many complete presentations the policy asks for."""
    if facts.contact is not None and essential.program not in facts.outputs:
        without = "không có loa / no loudspeaker" if essential.spoken else "không có bảng / no board"
        return Verdict(facts.unit, Mark.NO_UNIT, without, counts)
    if doubt := _doubt(essential, facts, counts, now):
        return Verdict(facts.unit, Mark.NOT_KNOWN, doubt, counts)
    if counts.day >= needed:
        return Verdict(facts.unit, _reached(essential), _said(counts, needed), counts)
    why = _said(counts, needed)
    if facts.state in (State.SILENT_FAULT, State.DEGRADED, State.SILENCED, State.MAINTENANCE) and facts.why:
        why = f"{why} · {facts.why[0]}"
    return Verdict(facts.unit, Mark.NOT_YET, why, counts)


def left(essential: Essential, unit: str, counts: Counts) -> Verdict:
    """Of a unit that has reached the village and stands there no more: what it proved there stays proven."""
    why = f"{counts.day} lần trọn vẹn, nay thiết bị không còn ở đây / whole times; the unit stands here no more"
    return Verdict(unit, _reached(essential), why, counts, here=False)


def _reached(essential: Essential) -> Mark:
    return Mark.HEARD if essential.spoken else Mark.SHOWN


def _doubt(essential: Essential, facts: Facts, counts: Counts, now: datetime) -> str:
    """Why nothing is known of the unit now, whatever it proved before; empty when it is."""
    told = f" (trước đó {counts.day} lần / {counts.day} times before that)" if counts.day else ""
    held = facts.versions.get(f"{essential.channel}/bundle.json", 0)
    if facts.simulated:
        return f"mô phỏng / simulated: {', '.join(facts.simulated)}{_unreal(counts.simulated)}"
    if facts.contact is None:
        return "chưa có báo cáo nào / no report yet"
    if facts.state is State.OVERDUE:
        return f"quá hạn liên lạc / contact is overdue{told}"
    if now - facts.contact >= OURS.of(facts.link):
        return f"báo cáo cuối đã cũ / its last report is old{told}"
    if held < essential.release:
        return f"đang giữ bản {held}, tin có từ bản {essential.release} / holds release {held}, it came with {essential.release}"
    return ""


def _unreal(times: int) -> str:
    """What simulated hardware presented: told, so that somebody who tries it out sees it arrive, and not counted."""
    return f" · trình bày trọn vẹn {times} lần, mô phỏng nên chưa tính / presented whole {times} times, not counted" if times else ""


def _said(counts: Counts, needed: int) -> str:
    night = counts.whole - counts.day
    other = f", {night} lần ngoài giờ / {night} in quiet hours or at an unknown hour" if night else ""
    return f"{counts.day}/{needed} lần trọn vẹn / whole times{other}"


def cell(essential: Essential, place: str, verdicts: Sequence[Verdict], languages: Sequence[str] = ()) -> Cell:
    """The village *place* by the *verdicts* on its units, the best of which counts; *languages* are its own, in its order."""
    own = languages[0] if languages else None
    unspoken = own if own and own not in essential.languages else None
    ordered = tuple(sorted(verdicts, key=lambda each: (_ORDER.index(each.mark), each.unit)))
    if not ordered:
        return Cell(place, Mark.NO_UNIT, "chưa có thiết bị / there is no unit", (), unspoken)
    return Cell(place, ordered[0].mark, ordered[0].why, ordered, unspoken)


# A unit of which nothing is known may have reached people: while there is one, nobody says that they were not reached.
_ORDER = (Mark.SHOWN, Mark.HEARD, Mark.NOT_KNOWN, Mark.NOT_YET, Mark.NO_UNIT)


def tally(marks: Iterable[Mark]) -> dict[Mark, int]:
    """How many cells have which mark, every mark named: they add up to all."""
    found = dict.fromkeys(Mark, 0)
    for mark in marks:
        found[mark] += 1
    return found
