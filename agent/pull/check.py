"""One look at one channel: what is new is verified, committed and shelved; what is refused leaves the old in force."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from tuf.api.exceptions import LengthOrHashMismatchError, RepositoryError
from tuf.api.metadata import Metadata, MetaFile, Snapshot, TargetFile, Targets, Timestamp

from agent.pull.blobs import fetch_blobs, shelf_has_room, stands
from agent.pull.client import Found, announced, find, metadata_path, refresh
from agent.pull.documents import fetch_document
from agent.pull.floor import keep_floor, load_floor, reference_time
from agent.pull.generations import Generations
from agent.pull.metered import carrying, is_free
from agent.pull.refusals import Refusals
from agent.pull.shelving import Held, announce, assemble, coming_content, held_pack, newer_roots, put_fast, put_on_shelf
from agent.pull.source import Source, read
from agent.pull.staged import MAX_TIMESTAMP, Client, staging
from agent.waiting import to_the_end
from bundle.asset import Asset, blob_path
from bundle.base import BulletinClass
from bundle.errors import Complaint, Refused, refuse
from bundle.trust import KEPT, NewestRoot, Target, Verified, newest_root, path_for, role_for, verify_pack
from bundle.trust.changed import URGENT, roles_in
from bundle.trust.documents import Document, needed_by_class, parse_document
from device.errors import SeamError, TooBig, Unreachable
from device.floor import not_ahead
from device.paths import Paths
from director.moment import Moment

# A pack whose content did not change is written again once a day, so that its dates show that the link is alive.
REFRESH = timedelta(days=1)

Wants = Callable[[Document, bool], Mapping[BulletinClass, Mapping[str, Asset]]]
"""The blobs that a unit wants of a document by class, the most urgent first; asked with whether they come by a free road."""


def everything(document: Document, _: bool) -> Mapping[BulletinClass, Mapping[str, Asset]]:
    """Wants all that *document* names."""
    return needed_by_class(document)


@dataclass(frozen=True)
class Checked:
    """What one look brought: *fresh* targets now on the shelf, and everything that was refused.

    *away* is why an earlier road gave no answer, when this came by a later one.
    """

    channel: str
    fresh: tuple[Target, ...] = ()
    refusals: tuple[Complaint, ...] = ()
    away: SeamError | None = None


async def check_channel(
    source: Source,
    paths: Paths,
    channel: str,
    root: bytes,
    moment: Moment,
    recheck: bool = False,
    timestamp: bytes | None = None,
    refused_before: Refusals | None = None,
    wants: Wants = everything,
    targets: tuple[Target, ...] = KEPT,
    anew: bool = False,
) -> Checked:
    """Look at *channel* once. Nothing new is one request, and none when the newest *timestamp* is already here.

    *recheck* also hashes the blobs that should be on the shelf. What was *refused_before* at the same timestamp is not fetched again.
    *wants* says which blobs the unit wants of a document; of other *targets* than these nothing is asked.
    *anew* asks the source also when all is here: there may be a newer root.

    Refusals are in the answer. Raises ``Unreachable``, ``TooSlow``, ``OverBudget`` and ``ShelfFull``; what was shelved before stays.
    """
    look = _Look(source, paths, channel, root, recheck, wants, targets)
    memory = Refusals() if refused_before is None else refused_before
    where, known = metadata_path(channel, "timestamp.json"), tuple[Complaint, ...]()
    try:
        if timestamp is None:
            timestamp = await read(source, where, MAX_TIMESTAMP)
        if timestamp is None:
            raise Unreachable(f"{source.label}: {where}: không có kênh này (the source has no such channel)")
        if not (recheck or anew) and await asyncio.to_thread(look.has_all, timestamp):
            look.refusals += look.stale(timestamp, moment)
        elif not recheck and (known := memory.recall(source.label, channel, timestamp, moment.mono)):
            look.refusals += known
        else:
            with shelf_has_room():
                await look.renew(timestamp, moment)
    except Refused as refused:
        look.refusals += refused.complaints
    except TooBig as problem:
        look.refusals.append(_too_big(where, problem))
    if timestamp is not None and not known:
        memory.keep(source.label, channel, timestamp, tuple(look.refusals), moment.mono)
    return Checked(channel, tuple(look.fresh), tuple(look.refusals))


def holds_all(source: Source, paths: Paths, channel: str, root: bytes, timestamp: bytes, wants: Wants = everything) -> bool:
    """Whether *timestamp* is the one that is known here, and all on the shelf that it stands for and is wanted of *source*."""
    return _Look(source, paths, channel, root, False, wants, KEPT).has_all(timestamp)


def held_timestamp(paths: Paths, channel: str) -> bytes | None:
    """The timestamp file that was verified last, ``None`` before the first."""
    known = Generations(paths.shelf / channel / "metadata").current()
    try:
        return (known / "timestamp.json").read_bytes() if known else None
    except FileNotFoundError:
        return None


@dataclass(frozen=True)
class _Ready:
    """A verified pack, what it holds, and whether it is more than a repetition of the one on the shelf."""

    raw: bytes
    document: Document
    new: bool


@dataclass
class _Look:
    """One look under way, and what it has brought so far."""

    source: Source
    paths: Paths
    channel: str
    root: bytes
    recheck: bool
    wants: Wants
    targets: tuple[Target, ...]
    fresh: list[Target] = field(default_factory=list)
    refusals: list[Complaint] = field(default_factory=list)

    @property
    def generations(self) -> Generations:
        return Generations(self.paths.shelf / self.channel / "metadata", self.paths.run / "staged" / self.channel)

    def has_all(self, timestamp: bytes) -> bool:
        """Whether *timestamp* is the one we know, and everything that it stands for is on the shelf."""
        known = self.generations.current()
        meta = _announced(known, timestamp) if known else None
        if meta is None:
            return False
        for target in self.targets:
            role = meta.get(f"{role_for(target).value}.json")
            if role is not None and not self._has(target, role.version, meta["targets.json"].version):
                return False
        return True

    def stale(self, timestamp: bytes, moment: Moment) -> list[Complaint]:
        """What is wrong with a *timestamp* that we have: whoever keeps offering it past its end hides what is newer."""
        if Metadata[Timestamp].from_bytes(timestamp).signed.expires > reference_time(moment, load_floor(self.paths.shelf)):
            return []
        what = "hết hạn, không ai đưa bản mới hơn (expired, and nobody offers a newer one)"
        return [Complaint(metadata_path(self.channel, "timestamp.json"), what, "ký lại / `bangtin publish renew`")]

    def _has(self, target: Target, version: int, delegations: int) -> bool:
        held = self._held(target)
        if held is None or (held.verified.version, held.verified.delegations) != (version, delegations):
            return False
        wanted = (asset for assets in self._wanted(held.document).values() for asset in assets.values())
        return all(stands(self.paths.shelf / blob_path(asset.sha256), asset) for asset in wanted)

    def _wanted(self, document: Document) -> Mapping[BulletinClass, Mapping[str, Asset]]:
        return self.wants(document, is_free(self.source))

    async def renew(self, timestamp: bytes, moment: Moment) -> None:
        """Verify what *timestamp* announces, hand urgent packs over at once, commit, and shelve the rest."""
        issued = announced(timestamp, self.channel)
        not_ahead(issued, moment, self.channel)
        ready: dict[Target, _Ready] = {}
        async with staging(self.generations) as stage:
            client = await self._refresh(stage.folder, timestamp, issued, moment)
            hurried, others = self._in_order(stage.folder)
            for target in hurried:
                await self._prepare_all((target,), await self._find(client, (target,)), stage.folder, ready)
                if target in ready and ready[target].new:
                    put_fast(self.paths, self.channel, target, ready[target].raw)
            rest, away = await self._rest(client, others)
        root = self._newest_root(stage.folder)
        keep_floor(self.paths.shelf, load_floor(self.paths.shelf).below(root, moment).raised(issued, root.epoch, moment))
        await self._shelve_all(ready)
        if away is not None:
            raise away
        for target in others:
            later: dict[Target, _Ready] = {}
            await self._prepare_all((target,), rest, stage.folder, later)
            await self._shelve_all(later)

    def _in_order(self, staged: Path) -> tuple[tuple[Target, ...], tuple[Target, ...]]:
        """The urgent targets that are newer in *staged*, and all others: whoever proves what did not change keeps an alert waiting."""
        current = self.generations.current()
        before, now = _roles(current) if current else {}, _roles(staged)
        hurried = tuple(t for t in self.targets if t in URGENT and _stands(now, t) != _stands(before, t))
        return hurried, tuple(target for target in self.targets if target not in hurried)

    async def _find(self, client: Client, targets: tuple[Target, ...]) -> Found:
        found = await find(client, self.channel, targets)
        self.refusals += found.complaints
        return found

    async def _rest(self, client: Client, others: tuple[Target, ...]) -> tuple[Found, SeamError | None]:
        """What can wait; a road that ends before it takes nothing from what came."""
        try:
            return await self._find(client, others), None
        except SeamError as problem:
            return Found(), problem

    async def _refresh(self, staged: Path, timestamp: bytes, issued: datetime, moment: Moment) -> Client:
        """Verify at the reference time. When that is too late because of dates that a root has revoked, once more below the new floor:
        python-tuf follows the roots before it asks whether anything has expired.
        """
        floor = load_floor(self.paths.shelf)
        try:
            return await self._refresh_at(reference_time(moment, floor), staged, timestamp, issued)
        except Refused:
            lowered = floor.below(self._newest_root(staged), moment)
            if reference_time(moment, lowered) >= reference_time(moment, floor):
                raise
        return await self._refresh_at(reference_time(moment, lowered), staged, timestamp, issued)

    async def _refresh_at(self, reference: datetime, staged: Path, timestamp: bytes, issued: datetime) -> Client:
        # It is not earlier than what we were just handed says of itself: a date beyond the life of the signatures around it refutes itself.
        return await refresh(self.source, staged, self.channel, self.root, timestamp, max(reference, issued))

    def _newest_root(self, metadata: Path) -> NewestRoot:
        try:
            return newest_root(self.root, (text.encode() for text in newer_roots(metadata, self.root)))
        except (RepositoryError, FileNotFoundError) as problem:
            raise refuse("root.json", f"gốc tin cậy hỏng (the trust root is damaged): {problem}", "ghi danh lại / enrol again") from problem

    async def _prepare_all(self, targets: tuple[Target, ...], found: Found, metadata: Path, ready: dict[Target, _Ready]) -> None:
        for target in targets:
            if target in found.files:
                try:
                    ready[target] = await self._prepare(target, found.files[target], metadata)
                except Refused as refused:
                    self.refusals += refused.complaints
                except TooBig as problem:
                    self.refusals.append(_too_big(path_for(self.channel, target), problem))

    async def _prepare(self, target: Target, file: TargetFile, metadata: Path) -> _Ready:
        held = await asyncio.to_thread(self._held, target)
        content = await fetch_document(self.source, self.channel, target, file, self._documents(target, held))
        raw = assemble(metadata, self.root, self.channel, target, _utf8(content, path_for(self.channel, target)))
        verified = verify_pack(raw, self.root, self.channel, target, held.marks if held else None)
        document = parse_document(verified.content, self.channel, target)
        return _Ready(raw, document, held is None or _differs(held.verified, verified))

    async def _shelve_all(self, ready: dict[Target, _Ready]) -> None:
        for target, prepared in ready.items():
            try:
                await self._shelve(target, prepared)
            except Refused as refused:
                self.refusals += refused.complaints
            except TooBig as problem:
                self.refusals.append(_too_big(path_for(self.channel, target), problem))

    async def _shelve(self, target: Target, ready: _Ready) -> None:
        """A bundle waits for all its blobs; everything else is in force first, and its sound follows."""
        if target is Target.BUNDLE:
            if ready.new:
                announce(self.paths, self.channel, ready.raw)
            await self._fetch_blobs(ready)
        if ready.new:
            await to_the_end(lambda: put_on_shelf(self.paths, self.channel, target, ready.raw))
            self.fresh.append(target)
        if target is not Target.BUNDLE:
            await self._fetch_blobs(ready)

    async def _fetch_blobs(self, ready: _Ready) -> None:
        """What is urgent first: the budget of a day may hold back the rest."""
        for bulletin_class, wanted in self._wanted(ready.document).items():
            source = carrying(self.source, bulletin_class)
            await fetch_blobs(source, self.paths.shelf, wanted.values(), ready.new or self.recheck)

    def _documents(self, target: Target, held: Held | None) -> tuple[bytes, ...]:
        """What need not be fetched again: the document on the shelf, and that of a bundle which still waits for blobs."""
        coming = coming_content(self.paths, self.channel) if target is Target.BUNDLE else None
        return (*([held.verified.content] if held else []), *([coming] if coming else []))

    def _held(self, target: Target) -> Held | None:
        return held_pack(self.paths, self.channel, target, self.root)


def _differs(held: Verified, new: Verified) -> bool:
    same = (held.version, held.delegations, held.root) == (new.version, new.delegations, new.root)
    return not same or new.issued - held.issued >= REFRESH


def _roles(metadata: Path) -> dict[str, int]:
    """The version of each role in *metadata*; none of a snapshot that is not there or rotten."""
    try:
        return roles_in((metadata / "snapshot.json").read_bytes())
    except (FileNotFoundError, ValueError, LookupError, TypeError):
        return {}


def _stands(roles: Mapping[str, int], target: Target) -> tuple[int | None, int | None]:
    """What a document's signatures hang on: its role's version, and the delegations'."""
    return roles.get(role_for(target).value), roles.get(Targets.type)


def _announced(metadata: Path, timestamp: bytes) -> dict[str, MetaFile] | None:
    """What *timestamp* announces by role; ``None`` when it is not the one in *metadata*, or its snapshot did not come with it."""
    try:
        if (metadata / "timestamp.json").read_bytes() != timestamp:
            return None
        snapshot = (metadata / "snapshot.json").read_bytes()
        Metadata[Timestamp].from_bytes(timestamp).signed.snapshot_meta.verify_length_and_hashes(snapshot)
    except (FileNotFoundError, LengthOrHashMismatchError):
        return None
    return Metadata[Snapshot].from_bytes(snapshot).signed.meta


def _utf8(content: bytes, where: str) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise refuse(where, "không phải văn bản UTF-8 (not UTF-8 text)", "phát hành lại / release it again") from None


def _too_big(where: str, problem: TooBig) -> Complaint:
    return Complaint(where, str(problem), "phát hành lại / release it again")
