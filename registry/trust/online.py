"""What the online key signs: the snapshot, which names every role's newest file, and the timestamp, which names the snapshot."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tuf.api.metadata import Metadata, MetaFile, Snapshot, T, Timestamp

from bundle.trust.verify import CHANNEL, ISSUED
from registry.trust.keys import PersonKey


@dataclass(frozen=True)
class Lifetimes:
    """How long each signature is offered as new; content outlives it on the units (their own ``valid_until`` counts there)."""

    root: timedelta = timedelta(days=730)
    targets: timedelta = timedelta(days=365)
    role: timedelta = timedelta(days=365)
    snapshot: timedelta = timedelta(days=30)
    timestamp: timedelta = timedelta(days=7)


def signed_snapshot(
    channel: str,
    version: int,
    files: Mapping[str, tuple[int, bytes]],
    kept: Mapping[str, MetaFile],
    online: PersonKey,
    now: datetime,
    times: Lifetimes,
) -> bytes:
    """A snapshot of what is *kept* with the new *files* (role → version and bytes), each with its length and hash.

    The hashes bind every file to this cell: the keys below are shared by all cells.
    """
    meta = dict(kept) | {f"{role}.json": MetaFile.from_data(number, data, ["sha256"]) for role, (number, data) in files.items()}
    signed = Snapshot(version=version, expires=until(now, times.snapshot), meta=meta, unrecognized_fields=_fields(channel, now))
    return sign_bytes(signed, online)


def signed_timestamp(
    channel: str, version: int, snapshot_version: int, snapshot: bytes, online: PersonKey, now: datetime, times: Lifetimes
) -> bytes:
    """The timestamp over one snapshot; kept below 1 KB because every unit fetches it at every check."""
    meta = MetaFile.from_data(snapshot_version, snapshot, ["sha256"])
    signed = Timestamp(version=version, expires=until(now, times.timestamp), snapshot_meta=meta, unrecognized_fields=_fields(channel, now))
    return sign_bytes(signed, online)


def sign_bytes(signed: T, *keys: PersonKey) -> bytes:
    """The bytes of *signed* with the signature of each key."""
    metadata: Metadata[T] = Metadata(signed)
    for key in keys:
        key.sign(metadata)
    return metadata.to_bytes()


def until(now: datetime, lifetime: timedelta) -> datetime:
    """When something signed *now* expires, in UTC as TUF wants it."""
    return now.astimezone(UTC) + lifetime


def stamp(now: datetime) -> str:
    """An instant as TUF writes it: ``2026-05-04T01:00:00Z``."""
    return now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _fields(channel: str, now: datetime) -> dict[str, str]:
    return {CHANNEL: channel, ISSUED: stamp(now)}
