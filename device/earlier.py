"""Lists of alerts that a newer list took the place of, as far as they name what it leaves out: absence never cancels."""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bundle.alert import Alert, AlertSet, Identity
from bundle.errors import Complaint, Refused
from bundle.trust import Pack, Target, Verified, path_for, still_signed, unpack, verify_pack
from bundle.trust.documents import parse_document
from device.candidate import read_pack

Place = tuple[str, Target]
Put = Callable[[Place, Path, bytes], bool]

MOST = {Target.ALERTS: 16, Target.FEED: 3}
"""Lists of one place. Our publisher leaves out nothing that lasts, so there are hardly ever two; the oldest go first.

Those of the feed, which no person signs, may be megabytes each: a stolen key must not fill the memory of each worker.
"""
LISTS = tuple(MOST)
SUFFIX = ".earlier"


@dataclass(frozen=True)
class EarlierList:
    """One list with the pack that proves it; a *rank*, (epoch, version), is higher for a newer one."""

    rank: tuple[int, int]
    document: AlertSet
    raw: bytes


def place_of(path: Path) -> Place | None:
    """Whose list the file at *path* holds, by its name ``<channel>.<target>.<epoch>-<version>.earlier``; None for other files."""
    name, _, rank = path.name.removesuffix(SUFFIX).rpartition(".")
    found = [target for target in LISTS if path.name.endswith(SUFFIX) and name.endswith(f".{target}") and _rank(rank)]
    return (name.removesuffix(f".{found[0]}"), found[0]) if found else None


def copies(folder: Path) -> Iterator[tuple[Place, Path]]:
    """The files of such lists in a worker's *folder*."""
    for path in folder.glob(f"*{SUFFIX}"):
        if place := place_of(path):
            yield place, path


def named(lists: Iterable[AlertSet]) -> dict[Identity, Alert]:
    """Every alert of *lists* by its identity; the first that names it counts."""
    alerts: dict[Identity, Alert] = {}
    for each in lists:
        for alert in each.alerts:
            alerts.setdefault(alert.identity(), alert)
    return alerts


class EarlierLists:
    """Those of one worker, in its own *folder* below the embedded trust *root*: as its other copies they prove themselves at each start.

    What a list was signed by must still be seated in the newest delegations that this worker has seen of that channel.
    """

    def __init__(self, folder: Path, root: bytes) -> None:
        self._folder, self._root = folder, root
        self._lists: dict[Place, list[EarlierList]] = {}
        self._seats: dict[str, tuple[tuple[int, int, int], Pack]] = {}
        self._unjudged: set[str] = set()
        self._unwritten: dict[Path, tuple[Place, bytes]] = {}
        self._forgotten: set[Path] = set()
        self._complaints: list[Complaint] = []

    def seats(self, verified: Verified, raw: bytes) -> None:
        """*Raw* was believed: if it brings newer delegations, everything of its channel is judged by these."""
        rank = verified.epoch, verified.root, verified.delegations
        if verified.channel not in self._seats or rank > self._seats[verified.channel][0]:
            self._seats[verified.channel] = rank, unpack(raw).model_copy(update={"content": ""})
            self._unjudged.add(verified.channel)

    def replaced(self, place: Place, old: Verified, raw: bytes, document: AlertSet, new: AlertSet) -> None:
        """*New* took the place of the list in *raw*, which is kept if it names something that *new* does not."""
        self._load(place)
        rank = old.epoch, old.version
        if named([document]).keys() <= named([new]).keys() or rank in [each.rank for each in self._lists[place]]:
            return
        self._lists[place] = sorted([*self._lists[place], EarlierList(rank, document, raw)], key=lambda each: each.rank, reverse=True)
        self._unwritten[self._path(place, rank)] = place, raw
        self._forgotten.discard(self._path(place, rank))
        most = MOST[place[1]]
        for surplus in self._lists[place][most:]:
            what = f"hơn {most} danh sách cũ còn tin chưa hết / more than {most} earlier lists name what has not ended"
            self._forget(place, surplus, Complaint(path_for(*place), what, "phát hành lại đủ tin / release them again in one list"))

    def of(self, place: Place, present: AlertSet | None) -> tuple[Alert, ...]:
        """What earlier lists of *place* name and the *present* one does not."""
        self._load(place)
        left_out = named(each.document for each in self._lists[place])
        listed = named([present] if present else []).keys()
        return tuple(alert for identity, alert in left_out.items() if identity not in listed)

    def judge(self, presents: dict[Place, AlertSet | None], lasting: Callable[[], frozenset[Identity]]) -> bool:
        """Forget what is believed no more, and what has nothing left that lasts; whether anything was."""
        before = {place: tuple(lists) for place, lists in self._lists.items()}
        for place, lists in before.items():
            if place[0] in self._unjudged:
                for each in lists:
                    self._judge(place, each)
        self._unjudged.clear()
        if any(self._lists.values()):
            self._prune(presents, lasting())
        return before != {place: tuple(lists) for place, lists in self._lists.items()}

    def keep(self, put: Put) -> frozenset[Place]:
        """Put them on the card, before the copy of the list that took their place is replaced; the places of those it did not take."""
        self._unwritten = {path: (place, raw) for path, (place, raw) in self._unwritten.items() if not put(place, path, raw)}
        return frozenset(place for place, _ in self._unwritten.values())

    def tidy(self, waiting: Collection[Place]) -> None:
        """Delete what is forgotten; not yet of a place *waiting* for its copy, which may name what else only the old file names."""
        for path in tuple(self._forgotten):
            if place_of(path) not in waiting:
                self._forgotten.discard(path)
                with suppress(OSError):
                    path.unlink(missing_ok=True)

    def complaints(self) -> tuple[Complaint, ...]:
        """What was given up since the last call, and why."""
        told, self._complaints = tuple(self._complaints), []
        return told

    def _load(self, place: Place) -> None:
        if place in self._lists:
            return
        self._lists[place] = []
        for mine, path in copies(self._folder):
            if mine == place:
                self._read(place, path)
        self._lists[place].sort(key=lambda each: each.rank, reverse=True)

    def _read(self, place: Place, path: Path) -> None:
        try:
            raw = read_pack(path)
            verified = verify_pack(raw, self._root, *place)
            document = parse_document(verified.content, *place)
        except Refused as refused:
            self._complaints += refused.complaints
            self._forgotten.add(path)
            return
        if isinstance(document, AlertSet):
            self._lists[place].append(EarlierList((verified.epoch, verified.version), document, raw))
            self._unjudged.add(place[0])

    def _judge(self, place: Place, each: EarlierList) -> None:
        if place[0] in self._seats:
            try:
                still_signed(unpack(each.raw), self._seats[place[0]][1], self._root)
            except Refused as refused:
                self._forget(place, each, *refused.complaints)

    def _prune(self, presents: dict[Place, AlertSet | None], lasting: frozenset[Identity]) -> None:
        for place, lists in self._lists.items():
            present = presents.get(place)
            known = set(named([present] if present else []))
            for each in tuple(lists):
                new = named([each.document]).keys() - known
                known |= new
                if not new & lasting:
                    self._forget(place, each)

    def _forget(self, place: Place, each: EarlierList, *why: Complaint) -> None:
        self._complaints += why
        self._lists[place].remove(each)
        path = self._path(place, each.rank)
        self._unwritten.pop(path, None)
        self._forgotten.add(path)

    def _path(self, place: Place, rank: tuple[int, int]) -> Path:
        return self._folder / f"{place[0]}.{place[1]}.{rank[0]}-{rank[1]}{SUFFIX}"


def _rank(text: str) -> bool:
    return [part.isdecimal() for part in text.split("-")] == [True, True]
