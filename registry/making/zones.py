"""Zones that nothing else names: a unit's zones stand in its own settings, so a misspelt one can be suspected here but never be sure."""

from collections import Counter
from collections.abc import Iterable, Iterator

from bundle.manifest import Bundle
from director.programme import Cell
from registry.making.findings import did_you_mean

_COMPARE = "so với / compare with: zone, unit.toml"


def strange_zones(bundle: Bundle, cells: Iterable[Cell]) -> Iterator[str]:
    """One sentence for each zone that only one item of *bundle* names, and neither a rule nor a programme in force.

    *cells* hold what is in force. Where no unit has such a zone nothing would sound, and only the units would tell.
    """
    used = Counter(zone for _, zones in _named(bundle) for zone in zones)
    known = {zone for cell in cells for zone in _in_force(cell)} | {zone for zone, times in used.items() if times > 1}
    for where, zones in _named(bundle):
        for zone in (zone for zone in zones if zone not in known):
            others = sorted(known | used.keys() - {zone})
            advice = f"{did_you_mean(zone, others)}; {_COMPARE}" if others else _COMPARE
            yield f"⚠ {where}.zones: cụm “{zone}” không thấy ở đâu khác / the zone “{zone}” is named nowhere else → {advice}"


def _named(bundle: Bundle) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each item that names zones, with its place in the officer's files."""
    yield from ((f"programme.toml: session “{each.id}”", tuple(dict.fromkeys(each.zones))) for each in bundle.sessions)
    yield from ((f"programme.toml: live_grant “{each.id}”", tuple(dict.fromkeys(each.zones))) for each in bundle.live_grants)


def _in_force(cell: Cell) -> Iterator[str]:
    if cell.policy:
        yield from (zone for ceiling in cell.policy.ceilings for zone in ceiling.zones)
    if cell.bundle:
        yield from (zone for _, zones in _named(cell.bundle) for zone in zones)
