"""What was released, from packs that prove themselves; and which of it was in force on a unit, by the unit's own word. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bangtin.archive.told import TAMPERED, Testimony, naming
from bundle.alert import Alert, AlertSet
from bundle.errors import Refused, refuse
from bundle.items import Item
from bundle.manifest import Bundle, items
from bundle.orders import Orders
from bundle.policy import Policy, StopList
from bundle.trust import PLAYED, Pack, Target, Verified, path_for, still_signed, unpack, verify_pack
from bundle.trust.documents import Document, parse_document
from director.programme import Cell, Programme, Site
from evidence.records import Shown, Sounded

PACKS = "packs"


@dataclass(frozen=True)
class Release:
    """One release: the *file* that proves it, who signed it and when, what it said, and the *proof* without that."""

    file: str
    verified: Verified
    document: Document
    proof: Pack

    @property
    def seats(self) -> tuple[int, int, int]:
        """Higher for newer delegations."""
        return self.verified.epoch, self.verified.root, self.verified.delegations

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
    return Release(file, replace(verified, content=b""), document, unpack(raw).model_copy(update={"content": ""}))


class Releases:
    """All releases at hand, proven below *root*, by place and version."""

    def __init__(self, releases: Iterable[Release], root: bytes) -> None:
        self._root = root
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

    def left_out(self, channel: str, target: Target, moment: datetime, testimony: Testimony) -> tuple[tuple[Release, Alert], ...]:
        """The alerts of older lists that the list in force on the unit at *moment* leaves out, each from the newest that names it.

        The unit keeps them (``device.earlier``) if it ever held them: its own word says so. Of whom the delegations of that time seat
        no more nothing is kept.
        """
        present = self.in_force(channel, target, moment, testimony)
        around = [each for kind in PLAYED if (each := self.in_force(channel, kind, moment, testimony))]
        if present is None or not around:
            return ()
        seats, seen, had = (
            max(around, key=lambda each: each.seats).proof,
            testimony.seen(moment),
            testimony.had(path_for(channel, target), moment),
        )
        known = {alert.identity() for alert in _alerts(present.document)}
        found = []
        for older in reversed([each for each in self.of(channel, target) if each.verified.version < present.verified.version]):
            held = [each for each in _alerts(older.document) if older.verified.version in had or str(each.identity()) in seen]
            new = [alert for alert in held if alert.identity() not in known]
            if new and self._still_signed(older, seats):
                found += [(older, alert) for alert in new]
                known |= {alert.identity() for alert in new}
        return tuple(found)

    def _still_signed(self, older: Release, seats: Pack) -> bool:
        try:
            still_signed(older.proof, seats, self._root)
        except Refused:
            return False
        return True

    def told_of(self, line: Shown | Sounded, moment: datetime, testimony: Testimony) -> Release | None:
        """The release whose item the receipt *line* names, as near as the unit's own word on versions brings us."""
        if line.channel is None:
            return None
        if not is_alert(line.item):
            return self._told_in(Target.BUNDLE, line.channel, line, moment, testimony)
        found = (self._told_in(target, line.channel, line, moment, testimony) for target in (Target.ALERTS, Target.FEED))
        return next((each for each in found if each), None)

    def _told_in(self, target: Target, channel: str, line: Shown | Sounded, moment: datetime, testimony: Testimony) -> Release | None:
        fits = [each for each in self.of(channel, target) if _holds(each.document, line)]
        low, high = self._bounds(channel, target, moment, testimony)
        # A newer list that leaves an alert out does not end it: the unit shows and says what it kept of an older one.
        low = 0 if is_alert(line.item) else low
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
    return next((alert for alert in _alerts(document) if str(alert.identity()) == item), None)


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
        if parts:
            cell = _cell(channel, {target: each for target, each in found.items() if each}, max(each.issued for each in parts))
            earlier = {
                target: tuple(alert for _, alert in releases.left_out(channel, target, moment, testimony))
                for target in (Target.ALERTS, Target.FEED)
            }
            cells.append(replace(cell, earlier_alerts=earlier[Target.ALERTS], earlier_feed=earlier[Target.FEED]))
    return Programme(site, tuple(cells))


def _cell(channel: str, found: Mapping[Target, Release], issued: datetime) -> Cell:
    documents = {target: each.document for target, each in found.items()}
    alerts, feed = documents.get(Target.ALERTS), documents.get(Target.FEED)
    versions = {target: each.verified.version for target, each in found.items()}
    return Cell(
        channel,
        issued,
        next((each for each in documents.values() if isinstance(each, Bundle)), None),
        alerts if isinstance(alerts, AlertSet) else None,
        next((each for each in documents.values() if isinstance(each, Policy)), None),
        next((each for each in documents.values() if isinstance(each, StopList)), None),
        alerts_version=versions.get(Target.ALERTS, 0),
        feed=feed if isinstance(feed, AlertSet) else None,
        feed_version=versions.get(Target.FEED, 0),
        orders=next((each for each in documents.values() if isinstance(each, Orders)), None),
        orders_version=versions.get(Target.OPS, 0),
        ordered_by=found[Target.OPS].verified.authors if Target.OPS in found else (),
    )


def _alerts(document: Document) -> tuple[Alert, ...]:
    return document.alerts if isinstance(document, AlertSet) else ()


def _holds(document: Document, line: Shown | Sounded) -> bool:
    if is_alert(line.item):
        return alert_named(document, line.item) is not None
    # A receipt written after a crash no longer knows the version.
    right = isinstance(document, Bundle) and line.version in (0, document.version)
    return right and item_named(document, line.item) is not None
