"""Whether the signed rules of sound let the planned sessions sound: what a unit would refuse is refused while there is time to move it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bundle.area import ancestors, covers
from bundle.items import VIETNAMESE
from bundle.manifest import Bundle
from bundle.schedule import VIETNAM
from director.day import COLLIDES, NOTHING, planned_day
from director.loudness import HUSHED, QUIET
from director.programme import Cell, Programme, Site
from registry.making.findings import Findings

AHEAD = timedelta(days=62)
"""How far ahead the days are looked at: two months hold every rule of week, month and season that a bundle outlives."""
_MOVE = "dời giờ bắt đầu hoặc rút ngắn / start it at another hour, or make it shorter"
_APART = "dời một trong hai buổi, hoặc tăng window / move one of the two, or give it a longer window"
_LESS = "bớt buổi hoặc rút ngắn; ngày không phát thì ghi vào except_on / fewer or shorter sessions; name days without one in except_on"
_ADVICE = {QUIET: _MOVE, HUSHED: _MOVE, COLLIDES: _APART}


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
    found: dict[_Refusal, set[datetime]] = defaultdict(set)
    for site in _sites(bundle, cells):
        programme = Programme(site, tuple(with_bundle(bundle, cells)))
        for day in _days(since, bundle.valid_until):
            for refusal, due in _refusals(programme, bundle, day):
                if not since <= due < bundle.valid_until:
                    continue
                found[refusal].add(due)
    for refusal, times in found.items():
        first = min(times).astimezone(ZoneInfo(VIETNAM))
        item = f", “{refusal.item}”" if refusal.item else ""
        what = f"{refusal.reason} ({first:%d/%m/%Y %H:%M}; {len(times)} lần / times)"
        findings.add(f"programme.toml: session “{refusal.session}”{item}", what, _ADVICE.get(refusal.reason, _LESS))


def refused_on(bundle: Bundle, cells: tuple[Cell, ...], day: date) -> frozenset[str]:
    """The sessions of *bundle* that some unit would refuse on the local *day*, wholly or in part."""
    programmes = (Programme(site, tuple(with_bundle(bundle, cells))) for site in _sites(bundle, cells))
    return frozenset(refusal.session for programme in programmes for refusal, _ in _refusals(programme, bundle, day))


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


def _days(since: datetime, until: datetime) -> Iterator[date]:
    zone = ZoneInfo(VIETNAM)
    day, last = since.astimezone(zone).date(), min(until, since + AHEAD).astimezone(zone).date()
    while day <= last:
        yield day
        day += timedelta(days=1)


def _refusals(programme: Programme, bundle: Bundle, day: date) -> Iterator[tuple[_Refusal, datetime]]:
    for planned in planned_day(programme, day):
        run = planned.run
        # A session for all zones leaves the silent ones out by itself; only who names a zone wants to be heard there.
        if run.channel != bundle.channel or (programme.site.zones and not run.session.zones):
            continue
        if planned.start is None:
            if planned.refused != NOTHING:
                yield _Refusal(run.session.id, "", planned.refused), run.due
            continue
        for turn in planned.turns:
            if turn.refused:
                yield _Refusal(run.session.id, turn.item.id, turn.refused), run.due
