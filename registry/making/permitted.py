"""Whether the signed rules of sound let the planned sessions sound: what a unit would refuse is refused while there is time to move it."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bundle.area import ancestors, covers
from bundle.items import VIETNAMESE
from bundle.manifest import Bundle
from bundle.schedule import VIETNAM, occurrences
from director.day import COLLIDES, NOTHING, Planned, planned_day
from director.loudness import HUSHED, QUIET
from director.programme import Cell, Programme, Site
from registry.making.findings import Findings

AHEAD = timedelta(days=62)
"""How far ahead the days are looked at: two months hold every rule of week, month and season that a bundle outlives."""
_MOVE = "dời giờ bắt đầu hoặc rút ngắn / start it at another hour, or make it shorter"
_APART = "dời một trong hai buổi, hoặc tăng window / move one of the two, or give it a longer window"
_LESS = "bớt buổi hoặc rút ngắn; ngày không phát thì ghi vào except_on / fewer or shorter sessions; name days without one in except_on"
_LAST = "kéo dài hạn của bài, hoặc chọn ngày khác / let its items be valid longer, or choose another day"
_ADVICE = {QUIET: _MOVE, HUSHED: _MOVE, COLLIDES: _APART, NOTHING: _LAST}


@dataclass(frozen=True)
class _Refusal:
    session: str
    item: str
    reason: str


def check_sounding(bundle: Bundle, cells: tuple[Cell, ...], findings: Findings, since: datetime | None = None) -> None:
    """Put every session or item that a unit of this channel would refuse by rule into *findings*, once, with its first time.

    *since* is from when on, the making of the bundle when not given. *cells* hold what else is in force: the policies of this
    channel and those above it, and the programmes of those above. Without any policy our defaults count, as they do on a unit.
    """
    since = since or bundle.made
    for refusal, times in _refused(bundle, cells, _days(bundle, since), since).items():
        first = min(times).astimezone(ZoneInfo(VIETNAM))
        item = f", “{refusal.item}”" if refusal.item else ""
        what = f"{refusal.reason} ({first:%d/%m/%Y %H:%M}; {len(times)} lần / times)"
        findings.add(f"programme.toml: session “{refusal.session}”{item}", what, _ADVICE.get(refusal.reason, _LESS))


def refused_on(bundle: Bundle, cells: tuple[Cell, ...], day: date) -> frozenset[str]:
    """The sessions of *bundle* that some unit would refuse on the local *day*, wholly or in part."""
    return frozenset(refusal.session for refusal in _refused(bundle, cells, {day}, bundle.made))


def _refused(bundle: Bundle, cells: tuple[Cell, ...], days: Collection[date], since: datetime) -> Mapping[_Refusal, set[datetime]]:
    """What some unit would refuse on these *days* and when; a session with nothing to say only where it says nothing anywhere."""
    found, speaking = defaultdict[_Refusal, set[datetime]](set), set[str]()
    for site in _sites(bundle, cells):
        programme = Programme(site, tuple(with_bundle(bundle, cells)))
        for planned in (each for day in days for each in planned_day(programme, day)):
            run = planned.run
            if run.channel != bundle.channel or not since <= run.due < bundle.valid_until:
                continue
            # A session for all zones leaves the silent ones out by itself; only who names a zone wants to be heard there.
            if programme.site.zones and not run.session.zones:
                continue
            for refusal in _refusals(planned):
                found[refusal].add(run.due)
            if planned.refused != NOTHING:
                speaking.add(run.session.id)
    return {refusal: times for refusal, times in found.items() if refusal.reason != NOTHING or refusal.session not in speaking}


def _refusals(planned: Planned) -> Iterator[_Refusal]:
    session = planned.run.session.id
    if planned.start is None:
        yield _Refusal(session, "", planned.refused)
        return
    yield from (_Refusal(session, turn.item.id, turn.refused) for turn in planned.turns if turn.refused)


def _sites(bundle: Bundle, cells: tuple[Cell, ...]) -> Iterator[Site]:
    """A unit for each place, single unit, language and zone that may make a difference."""
    items = (*bundle.sessions, *bundle.announcements, *bundle.rebroadcasts)
    named = [area for item in items for area in item.areas]
    named += [area for cell in cells if cell.policy for caps in cell.policy.caps_by_area for area in caps.areas]
    places = {bundle.channel, *(area for area in named if covers(bundle.channel, area))}
    units = {"", *(unit for item in items for unit in item.units)}
    languages = {VIETNAMESE, *(spoken.language for item in bundle.announcements for spoken in item.versions)}
    zones = {(), *((zone,) for session in bundle.sessions for zone in session.zones)}
    channels = ancestors(bundle.channel)
    for place in sorted(places):
        for language in sorted(languages):
            base = Site("", place, place, channels, (language, VIETNAMESE))
            yield from (replace(base, zones=zone) for zone in sorted(zones))
            yield from (replace(base, unit=unit) for unit in sorted(units) if unit)


def with_bundle(bundle: Bundle, cells: Sequence[Cell]) -> Iterator[Cell]:
    """The cells of a unit of the bundle's channel that held *bundle* beside what else of *cells* is in force."""
    for channel in ancestors(bundle.channel):
        held = next((cell for cell in cells if cell.channel == channel), Cell(channel, bundle.made))
        yield replace(held, bundle=bundle) if channel == bundle.channel else held


def _days(bundle: Bundle, since: datetime) -> list[date]:
    """Those that are looked at: the next ones, and the first of each session that comes later."""
    zone, until = ZoneInfo(VIETNAM), bundle.valid_until
    day, last = since.astimezone(zone).date(), min(until, since + AHEAD).astimezone(zone).date()
    firsts = (next(iter(occurrences(session.schedule, since, until)), None) for session in bundle.sessions)
    near = (day + timedelta(days=n) for n in range((last - day).days + 1))
    return sorted({*near, *(first.astimezone(zone).date() for first in firsts if first)})
