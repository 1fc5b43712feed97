"""The shelf as a worker sees it: every pack verified by the worker itself, and the last good stays in force."""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from bundle.alert import AlertSet
from bundle.asset import Asset, blob_path
from bundle.errors import Complaint, Refused
from bundle.manifest import Bundle
from bundle.orders import Orders
from bundle.policy import Policy, StopList
from bundle.trust import PLAYED, Marks, Target, Verified, path_for, verify_pack
from bundle.trust.documents import Document, needed_assets, parse_document
from device.candidate import FileKey, Missing, key, read_pack, sha256_of, whole
from device.durable import replace
from device.earlier import LISTS, EarlierLists, Place
from device.floor import not_ahead
from device.own import read_own
from device.paths import Paths
from director.messages import lasting
from director.moment import Moment
from director.programme import Cell, Programme, Site


@dataclass(frozen=True)
class InForce:
    """One verified document with what proved it."""

    verified: Verified
    document: Document

    @property
    def rank(self) -> tuple[int, int, int, datetime]:
        """Higher is newer; a version counts within its epoch only."""
        return self.verified.epoch, self.verified.version, self.verified.snapshot, self.verified.issued


@dataclass(frozen=True)
class _Look:
    """What came of looking at one file: its *key* then, the *complaints*, the blobs it waits for."""

    key: FileKey | None
    complaints: tuple[Complaint, ...] = ()
    missing: tuple[Missing, ...] = ()


class Shelf:
    """*program*'s own view below the embedded trust *root*.

    The agent talks to the network, so nothing it writes is believed: each worker verifies, keeps its own marks against
    older generations, and its own copy of what it last accepted, which it falls back to after a restart. It looks at no other
    than its *targets*.
    """

    def __init__(self, paths: Paths, program: str, root: bytes, targets: tuple[Target, ...] = PLAYED) -> None:
        self._paths, self._program, self._root, self._targets = paths, program, root, targets
        self._marks: Marks | None = None
        self._marked = Marks()
        self._accepted: dict[Place, bytes | None] = {}
        self._in_force: dict[Place, InForce] = {}
        self._lists: dict[Place, bytes] = {}
        self._earlier = EarlierLists(paths.kept(program), root)
        self._looks: dict[Path, _Look] = {}
        self._blobs: dict[str, tuple[FileKey, bool]] = {}
        self._untold: list[Complaint] = []
        self._unkept: dict[Path, str] = {}
        self._channels: tuple[str, ...] = ()
        self._watched: tuple[tuple[str, FileKey | None], ...] | None = None

    def programme(self, site: Site, moment: Moment) -> Programme:
        """All that is in force for *site* now, kept over a power cut. Only files that changed since the last call are read and verified."""
        found = self.at_once(site, moment)
        self.keep()
        return found

    def at_once(self, site: Site, moment: Moment) -> Programme:
        """The same, before the card has any of it: for who puts a picture up or an amplifier on first and calls ``keep`` then."""
        self._channels = site.channels
        for place in self._places():
            for path in self._candidates(place):
                self._look(place, path, moment)
        # A copy that was bad is no complaint any more once something good is in force.
        asked = {path for place in self._places() for path in self._candidates(place)}
        self._looks = {path: look for path, look in self._looks.items() if path in asked}
        self._watched = tuple((str(path), self._looks[path].key if path in self._looks else None) for path in asked)
        return self._with_earlier(site, moment)

    def keep(self) -> None:
        """Keep copies of what is new, then raise the marks. On a full card it is in force all the same, and forgotten by a restart.

        What the card did not take is tried again at the next call. Until then no mark rises above the copy that is there, which would
        be refused at the next start, and no copy is replaced before the card has what that leaves out.
        """
        late = self._earlier.keep(self._put)
        for place, raw in self._accepted.items():
            if raw is not None and place not in late and self._put(place, self._copy(place), raw):
                self._accepted[place] = None
        kept = [place for place, raw in self._accepted.items() if raw is None]
        self._earlier.tidy(self._accepted.keys() - set(kept))
        if self._raise_marks(kept):
            self._accepted = {place: raw for place, raw in self._accepted.items() if raw is not None}

    def changed(self) -> bool:
        """Whether a call of ``programme`` would find something new; some ``stat`` calls, nothing else: it is asked ten times a second."""
        if self._watched is None or any(key(path) != seen for path, seen in self._watched):
            return True
        return any(blob.arrived() for look in self._looks.values() for blob in look.missing)

    @property
    def refusals(self) -> tuple[Complaint, ...]:
        """What is refused at present, each complaint once."""
        return tuple(dict.fromkeys(complaint for look in self._looks.values() for complaint in look.complaints))

    def new_refusals(self) -> tuple[Complaint, ...]:
        """What was refused since the last call: each refusal comes once, to be journalled."""
        told, self._untold = tuple(dict.fromkeys(self._untold)), []
        return told

    @property
    def believed(self) -> dict[Place, InForce]:
        """Everything in force with what proved it."""
        return dict(self._in_force)

    @property
    def versions(self) -> dict[str, int]:
        """The version in force by target, ``<channel>/<file>``."""
        return {path_for(*place): found.verified.version for place, found in self._in_force.items()}

    def blob(self, asset: Asset) -> Path | None:
        """Where the blob lies, if its bytes are what was signed; hashed at first use and again after a change.

        A file that rots in its place changes nothing that could be seen here: the agent's scrub finds it, and gives it a new date.
        """
        path = self._paths.shelf / blob_path(asset.sha256)
        found = key(path)
        if found is None or found[2] != asset.size:
            return None
        known, good = self._blobs.get(asset.sha256, (None, False))
        if known != found:
            good = sha256_of(path) == asset.sha256
            self._blobs[asset.sha256] = (found, good)
        return path if good else None

    def unproven(self, asset: Asset) -> Path | None:
        """Where the blob lies if it has all its bytes, for a reader that compares their hash itself: a large one takes a second."""
        path = self._paths.shelf / blob_path(asset.sha256)
        return path if whole(path, asset) else None

    def _with_earlier(self, site: Site, moment: Moment) -> Programme:
        """All of it, with what earlier lists name and no newer one does: as long as it lasts, and who signed it is still believed."""

        def cells() -> Programme:
            return Programme(site, tuple(cell for channel in site.channels if (cell := self._cell(channel, moment))))

        found = cells()
        presents = {place: _alert_set(self._in_force.get(place)) for place in self._places() if place[1] in LISTS}
        if self._earlier.judge(presents, lambda: lasting(cells(), moment)):
            found = cells()
        self._untold += self._earlier.complaints()
        return found

    def _places(self) -> Iterator[Place]:
        return ((channel, target) for channel in self._channels for target in self._targets)

    def _candidates(self, place: Place) -> Iterator[Path]:
        """The files that may hold *place*: the worker's own copy first, so that it is there when the others are bad."""
        channel, target = place
        if place not in self._in_force:
            yield self._copy(place)
        yield self._paths.shelf / channel / f"{target}.pack"
        yield self._paths.fast / channel / f"{target}.pack"

    def _copy(self, place: Place) -> Path:
        return self._paths.kept(self._program) / f"{place[0]}.{place[1]}.pack"

    def _up_to_date(self, path: Path) -> bool:
        look = self._looks.get(path, _Look(None))
        return look.key == key(path) and not any(blob.arrived() for blob in look.missing)

    def _look(self, place: Place, path: Path, moment: Moment) -> None:
        if self._up_to_date(path):
            return
        found = key(path)
        if found is None:
            self._looks.pop(path, None)
            return
        try:
            self._looks[path] = _Look(found, missing=self._consider(place, path, moment))
        except Refused as refusal:
            self._looks[path] = _Look(found, refusal.complaints)
            self._untold += refusal.complaints
            return
        if missing := self._looks[path].missing:
            complaint = Complaint(path_for(*place), f"thiếu {len(missing)} tệp (blobs are missing)", "chờ tải lại / wait for the download")
            self._looks[path] = _Look(found, (complaint,), missing)
            self._untold.append(complaint)

    def _consider(self, place: Place, path: Path, moment: Moment) -> tuple[Missing, ...]:
        """Put what *path* holds in force if it is good and newer; returns the blobs it waits for."""
        channel, target = place
        raw = read_pack(path)
        verified = verify_pack(raw, self._root, channel, target, self._known_marks().of(channel))
        if self._known_marks().raised_by(verified) != self._known_marks():
            # What was accepted before stays, whatever clock has come since; only marks that would rise are compared with it.
            not_ahead(verified.issued, moment, path_for(channel, target))
        document = parse_document(verified.content, channel, target)
        candidate = InForce(dataclasses.replace(verified, content=b""), document)
        before = self._in_force.get(place)
        if before and candidate.rank <= before.rank:
            return ()
        if missing := self._missing(candidate.document):
            return missing
        new = path != self._copy(place) and (before is None or _chain(before) != _chain(candidate))
        self._earlier.seats(verified, raw)
        if isinstance(document, AlertSet):
            if before and isinstance(before.document, AlertSet):
                self._earlier.replaced(place, before.verified, self._lists[place], before.document, document)
            self._lists[place] = raw
        self._marks = self._known_marks().raised_by(verified)
        self._accepted[place] = raw if new else self._accepted.get(place)
        self._in_force[place] = candidate
        return ()

    def _raise_marks(self, kept: list[Place]) -> bool:
        """Whether the card has the marks of these places, whose copies it has."""
        self._known_marks()
        marks = self._marked
        for place in kept:
            marks = marks.raised_by(self._in_force[place].verified)
        if marks != self._marked:
            if not self._put(kept[-1], self._paths.marks(self._program), marks.model_dump_json().encode()):
                return False
            self._marked = marks
        return True

    def _put(self, place: Place, path: Path, raw: bytes) -> bool:
        try:
            replace(path, raw)
        except OSError as problem:
            what = f"không lưu được / cannot be kept: {problem.strerror}"
            if self._unkept.get(path) != what:
                self._unkept[path] = what
                self._untold.append(Complaint(path_for(*place), what, "dọn thẻ nhớ / make room on the card"))
            return False
        self._unkept.pop(path, None)
        return True

    def _missing(self, document: Document) -> tuple[Missing, ...]:
        # An alert never waits for its recording: the board shows it at once.
        if not isinstance(document, Bundle):
            return ()
        needed = [Missing(asset, self._paths.shelf / blob_path(asset.sha256)) for asset in needed_assets(document).values()]
        return tuple(blob for blob in needed if not whole(blob.path, blob.asset))

    def _known_marks(self) -> Marks:
        if self._marks is None:
            self._marks = self._marked = self._load_marks()
        return self._marks

    def _load_marks(self) -> Marks:
        path = self._paths.marks(self._program)
        try:
            return read_own(Marks, path)
        except FileNotFoundError:
            return Marks()
        except ValidationError:
            # The worker's own copies, read before anything else, raise the marks again.
            self._untold.append(Complaint(str(path), "hỏng, dựng lại từ bản lưu (damaged, rebuilt from kept copies)"))
            return Marks()

    def _cell(self, channel: str, moment: Moment) -> Cell | None:
        found = {target: part for (name, target), part in self._in_force.items() if name == channel}
        if not found:
            return None
        newest = max(found.values(), key=lambda part: (part.verified.epoch, part.verified.issued)).verified
        documents = [part.document for part in found.values()]
        alerts, feed, orders = (found.get(target) for target in (Target.ALERTS, Target.FEED, Target.OPS))
        return Cell(
            channel,
            newest.issued,
            next((part for part in documents if isinstance(part, Bundle)), None),
            _alert_set(alerts),
            next((part for part in documents if isinstance(part, Policy)), None),
            next((part for part in documents if isinstance(part, StopList)), None),
            stale=newest.expires <= moment.wall,
            earlier_alerts=self._earlier.of((channel, Target.ALERTS), _alert_set(alerts)),
            earlier_feed=self._earlier.of((channel, Target.FEED), _alert_set(feed)),
            alerts_version=alerts.verified.version if alerts else 0,
            feed=_alert_set(feed),
            feed_version=feed.verified.version if feed else 0,
            orders=next((part for part in documents if isinstance(part, Orders)), None),
            orders_version=orders.verified.version if orders else 0,
            ordered_by=orders.verified.authors if orders else (),
        )


def _alert_set(found: InForce | None) -> AlertSet | None:
    return found.document if found is not None and isinstance(found.document, AlertSet) else None


def _chain(found: InForce) -> tuple[int, int, int]:
    """What the marks look at: a copy with other versions would be too old at the next start."""
    return found.verified.root, found.verified.delegations, found.verified.version
