"""What was released, from packs that prove themselves; and which of it was in force on a unit, by the unit's own word. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bangtin.archive.told import TAMPERED, Testimony, naming
from bundle.alert import Alert, AlertSet
from bundle.errors import refuse
from bundle.items import Item
from bundle.manifest import Bundle, items
from bundle.orders import Orders
from bundle.policy import Policy, StopList
from bundle.trust import PLAYED, Target, Verified, path_for, verify_pack
from bundle.trust.documents import Document, parse_document
from director.programme import Cell, Programme, Site
from evidence.records import Shown, Sounded

PACKS = "packs"


@dataclass(frozen=True)
class Release:
    """One release: the *file* that proves it, who signed it and when, and what it said."""

    file: str
    verified: Verified
    document: Document

    @property
    def issued(self) -> datetime:
        """When it was released, by its signed timestamp."""
        return self.verified.issued


def pack_file(channel: str, target: Target, version: int) -> str:
    """Where a pack lies in an archive."""
    return f"{PACKS}/{channel}/{target.value}/{version}.pack"


def read_release(file: str, raw: bytes, root: bytes) -> Release:
    """The release that *raw* proves below *root*; ``Refused`` when it proves nothing, or not what its name says."""
    try:
        _, channel, target, _ = file.split("/")
        Target(target)
    except ValueError:
        raise refuse(file, "không biết bản này / no known document", TAMPERED) from None
    with naming(file):
        verified = verify_pack(raw, root, channel, Target(target))
        document = parse_document(verified.content, channel, verified.target)
    if pack_file(channel, verified.target, verified.version) != file:
        raise refuse(file, f"đây là bản v{verified.version} / this is v{verified.version}", TAMPERED)
    return Release(file, replace(verified, content=b""), document)


class Releases:
    """All releases at hand, by place and version."""

    def __init__(self, releases: Iterable[Release]) -> None:
        self._by: dict[tuple[str, Target], dict[int, Release]] = {}
        for release in releases:
            place = release.verified.channel, release.verified.target
            self._by.setdefault(place, {})[release.verified.version] = release

    def of(self, channel: str, target: Target) -> tuple[Release, ...]:
        """The releases of one target, oldest first."""
        found = self._by.get((channel, target), {})
        return tuple(found[version] for version in sorted(found))

    def released_by(self, channel: str, target: Target, moment: datetime) -> Release | None:
        """The newest that had been released at *moment*."""
        return next((each for each in reversed(self.of(channel, target)) if each.issued <= moment), None)

    def in_force(self, channel: str, target: Target, moment: datetime, testimony: Testimony) -> Release | None:
        """What the unit had at *moment*: by its last word before; without one, what was released, as far as its next word allows."""
        before, after = testimony.in_force(moment)
        name = path_for(channel, target)
        if before:
            return self._by.get((channel, target), {}).get(before[1].get(name, 0))
        newest = self.released_by(channel, target, moment)
        if newest and after and (said := after[1].get(name)) is not None and said < newest.verified.version:
            return self._by[channel, target].get(said)
        return newest

    def told_of(self, line: Shown | Sounded, moment: datetime, testimony: Testimony) -> Release | None:
        """The release whose item the receipt *line* names, as near as the unit's own word on versions brings us."""
        if line.channel is None:
            return None
        target = Target.ALERTS if is_alert(line.item) else Target.BUNDLE
        fits = [each for each in self.of(line.channel, target) if _holds(each.document, line)]
        low, high = self._bounds(line.channel, target, moment, testimony)
        by_word = [each for each in fits if low <= each.verified.version <= high]
        by_date = [each for each in fits if each.issued <= moment]
        both = [each for each in by_word if each in by_date]
        # A pack made later than its release bears a later date: the unit's own word counts for more.
        return next(reversed(both or (by_word if low else by_date)), None)

    def _bounds(self, channel: str, target: Target, moment: datetime, testimony: Testimony) -> tuple[int, int]:
        before, after = testimony.in_force(moment)
        name, most = path_for(channel, target), 2**63
        return (before[1].get(name, 0) if before else 0), (after[1].get(name, most) if after else most)


def is_alert(item: str) -> bool:
    """Whether a receipt's item is the identity of an alert: only these have commas."""
    return "," in item


def alert_named(document: Document, item: str) -> Alert | None:
    """The alert of that identity."""
    alerts = document.alerts if isinstance(document, AlertSet) else ()
    return next((alert for alert in alerts if str(alert.identity()) == item), None)


def item_named(document: Document, item: str) -> Item | None:
    """The item of that name."""
    return next((each for each in items(document) if each.id == item), None) if isinstance(document, Bundle) else None


def programme(site: Site, releases: Releases, testimony: Testimony, moment: datetime, instead: Mapping[str, Release]) -> Programme:
    """What the unit had in force at *moment*; *instead*: the bundles that its receipts name, by channel."""
    cells = []
    for channel in site.channels:
        found = {target: releases.in_force(channel, target, moment, testimony) for target in PLAYED}
        found[Target.BUNDLE] = instead.get(channel, found[Target.BUNDLE])
        parts = [each for each in found.values() if each]
        documents = [each.document for each in parts]
        if parts:
            alerts, orders = found[Target.ALERTS], found[Target.OPS]
            cells.append(
                Cell(
                    channel,
                    max(each.issued for each in parts),
                    next((each for each in documents if isinstance(each, Bundle)), None),
                    next((each for each in documents if isinstance(each, AlertSet)), None),
                    next((each for each in documents if isinstance(each, Policy)), None),
                    next((each for each in documents if isinstance(each, StopList)), None),
                    alerts_version=alerts.verified.version if alerts else 0,
                    orders=next((each for each in documents if isinstance(each, Orders)), None),
                    orders_version=orders.verified.version if orders else 0,
                    ordered_by=orders.verified.authors if orders else (),
                )
            )
    return Programme(site, tuple(cells))


def _holds(document: Document, line: Shown | Sounded) -> bool:
    if is_alert(line.item):
        return alert_named(document, line.item) is not None
    # A receipt written after a crash no longer knows the version.
    right = isinstance(document, Bundle) and line.version in (0, document.version)
    return right and item_named(document, line.item) is not None
