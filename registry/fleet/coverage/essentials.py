"""What is essential of all that is released: read from the release tree when a channel has something new, and kept in the database."""

import asyncio
import hashlib
import json
import logging
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bundle.items import Announcement, Item, Notice
from bundle.manifest import Bundle
from bundle.policy import Policy, StopList
from bundle.trust import Target, role_for, unpack
from bundle.trust.documents import parse_document
from bundle.trust.verify import issued_in
from evidence.records import journal_line
from registry.fleet.coverage.counting import complete, count
from registry.fleet.coverage.tables import channels, essentials, presented
from registry.fleet.tables import lines
from registry.storage.storage import Storage
from registry.storage.upsert import upsert
from registry.trust.site import Site, released

log = logging.getLogger(__name__)

LOOK_BACK = 100
"""Releases: what an older one said already counts since the oldest that is read."""
AT_ONCE = 5000
CLOCKS = timedelta(days=1)
"""By so much the clock that dated a release may be ahead of the registry's."""
_SEEN = {"versions", "pictures", "film", "link", "essential"}
"""What people see and hear of an item: while these stay, its presentations count on."""


@dataclass(frozen=True)
class _Read:
    """What one channel has released: its bundle's *release*, its *policy* as text, and its essentials."""

    release: int
    policy: str | None
    rows: tuple[dict[str, Any], ...]


@dataclass
class Essentials:
    """The essentials of *site*, kept in *storage*; *versions* are those of the timestamps, which change with everything."""

    storage: Storage
    site: Site
    versions: Callable[[], Mapping[str, int]]
    now: Callable[[], datetime]
    _looked: dict[str, int] = field(default_factory=dict)

    async def look(self) -> None:
        """Read every channel that has released something since the last look; one that cannot be read is tried again with its next."""
        for channel, version in self.versions().items():
            if self._looked.get(channel) == version:
                continue
            async with self.storage.reading() as connection:
                held = {row.item: row for row in await connection.execute(select(essentials).where(essentials.c.channel == channel))}
            try:
                found = await asyncio.to_thread(_read, self.site, channel, held)
            except Exception:
                # Half-copied by somebody's rsync, or damaged: what was read before stays.
                log.exception("%s", channel)
            else:
                async with self.storage.writing() as connection:
                    await _keep(connection, channel, found, self.now())
            self._looked[channel] = version


async def _fill(connection: AsyncConnection, keys: Collection[tuple[str, str]], since: datetime) -> None:
    """Count the kept lines that came *since* then and tell of the essentials *keys*, of which nobody had known."""
    query = select(lines.c.seq, lines.c.unit, lines.c.line).where(lines.c.kind.in_(("shown", "sounded")))
    query = query.where(lines.c.received >= since.isoformat()).order_by(lines.c.seq.desc()).limit(AT_ONCE)
    rows = (await connection.execute(query)).all()
    while rows:
        told = (complete(row.unit, journal_line.validate_json(row.line)) for row in rows)
        await count(connection, [each for each in told if each is not None and each.key in keys])
        rows = (await connection.execute(query.where(lines.c.seq < rows[-1].seq))).all()


async def _keep(connection: AsyncConnection, channel: str, found: _Read, now: datetime) -> None:
    # Read again: another process may have kept the same a moment ago, and counted since; or more, if this one's copy of the tree is behind.
    newest = await connection.scalar(select(channels.c.release).where(channels.c.channel == channel))
    if newest is not None and found.release < newest:
        return
    query = select(essentials.c.item, essentials.c.digest).where(essentials.c.channel == channel)
    held = {row.item: row.digest for row in await connection.execute(query)}
    kept = {"release": found.release, "policy": found.policy}
    entry = upsert(channels).values(channel=channel, **kept)
    await connection.execute(entry.on_conflict_do_update(index_elements=["channel"], set_=kept))
    for row in found.rows:
        mine = (essentials.c.channel == channel) & (essentials.c.item == row["item"])
        if held.get(row["item"], row["digest"]) != row["digest"]:
            # Other words under the same name: nobody has seen them yet.
            await connection.execute(delete(presented).where(presented.c.channel == channel, presented.c.item == row["item"]))
        await connection.execute(delete(essentials).where(mine))
        await connection.execute(insert(essentials).values(**row))
    if fresh := [row for row in found.rows if held.get(row["item"]) != row["digest"]]:
        since = min(datetime.fromisoformat(row["issued"]) for row in fresh).astimezone(UTC)
        await _fill(connection, {(channel, row["item"]) for row in fresh}, since - CLOCKS)
    gone = held.keys() - {row["item"] for row in found.rows}
    left = (essentials.c.channel == channel) & essentials.c.item.in_(gone) & essentials.c.gone.is_(None)
    await connection.execute(update(essentials).where(left).values(gone=now.isoformat()))


def _read(site: Site, channel: str, held: Mapping[str, Any]) -> _Read:
    release = site.cell(channel).version(role_for(Target.BUNDLE).value)
    policy = _document(site, channel, Target.POLICY)
    text = policy.model_dump_json(exclude_defaults=True) if isinstance(policy, Policy) else None
    bundle, stop = _document(site, channel, Target.BUNDLE), _document(site, channel, Target.STOP)
    if not isinstance(bundle, Bundle):
        return _Read(release, text, ())
    stopped = {each.item for each in stop.withdrawn if bundle.version <= each.version} if isinstance(stop, StopList) else set()
    wanted = {item.id: item for item in _essentials(bundle) if item.id not in stopped}
    same = {name: held[name] for name, item in wanted.items() if name in held and held[name].digest == _digest(item)}
    firsts = _firsts(site, channel, {name: item for name, item in wanted.items() if name not in same}, bundle, release)
    firsts |= {name: (row.since, row.release, row.issued) for name, row in same.items()}
    return _Read(release, text, tuple(_row(channel, item, *firsts[name]) for name, item in wanted.items()))


def _firsts(site: Site, channel: str, wanted: Mapping[str, Item], newest: Bundle, release: int) -> dict[str, tuple[int, int, str]]:
    """Since which version, which release and when each of *wanted* has had the words that it has now."""
    open_ones, found = dict(wanted), {}
    since, at, number = newest.version, _issued(site, channel, release) or newest.made.isoformat(), release
    while open_ones:
        for name in open_ones:
            found[name] = since, number, at
        number -= 1
        older = _older(site, channel, number) if number > release - LOOK_BACK else None
        if older is None:
            break
        before, at = older
        since, digests = before.version, {item.id: _digest(item) for item in _essentials(before)}
        open_ones = {name: item for name, item in open_ones.items() if digests.get(name) == _digest(item)}
    return found


def _older(site: Site, channel: str, release: int) -> tuple[Bundle, str] | None:
    path = site.history(channel, Target.BUNDLE, release)
    if not path.exists():
        return None
    bundle = parse_document(unpack(path.read_bytes(), str(path)).content.encode(), channel, Target.BUNDLE)
    return (bundle, _issued(site, channel, release) or bundle.made.isoformat()) if isinstance(bundle, Bundle) else None


def _issued(site: Site, channel: str, release: int) -> str | None:
    path = site.history(channel, Target.BUNDLE, release)
    return issued_in(json.loads(unpack(path.read_bytes(), str(path)).timestamp)["signed"], str(path)).isoformat() if path.exists() else None


def _document(site: Site, channel: str, target: Target) -> object:
    content = released(site, channel, target)
    return None if content is None else parse_document(content, channel, target)


def _essentials(bundle: Bundle) -> Iterator[Notice | Announcement]:
    yield from (notice for notice in bundle.notices if notice.essential)
    yield from (announcement for announcement in bundle.announcements if announcement.essential)


def _digest(item: Item) -> str:
    return hashlib.sha256(item.model_dump_json(include=_SEEN).encode()).hexdigest()


def _row(channel: str, item: Notice | Announcement, since: int, release: int, issued: str) -> dict[str, Any]:
    return {
        "channel": channel,
        "item": item.id,
        "spoken": isinstance(item, Announcement),
        "title": item.versions[0].title,
        "digest": _digest(item),
        "since": since,
        "release": release,
        "issued": issued,
        "areas": list(item.areas),
        "units": list(item.units),
        "languages": [version.language for version in item.versions],
        "valid_from": item.valid_from.isoformat() if item.valid_from else None,
        "valid_until": item.valid_until.isoformat() if item.valid_until else None,
        "gone": None,
    }
