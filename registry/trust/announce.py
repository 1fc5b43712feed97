"""What the online key says of a cell's new state: a snapshot of its files and the timestamp that names it, ready to write."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Root

from bundle.errors import refuse
from registry.trust.keys import PersonKey
from registry.trust.online import Lifetimes, signed_snapshot, signed_timestamp
from registry.trust.site import Cell, Site

Files = Mapping[str, tuple[int, bytes]]


@dataclass(frozen=True)
class Announced:
    """The snapshot and timestamp that announce a state of a cell, with their versions."""

    snapshot_version: int
    snapshot: bytes
    timestamp_version: int
    timestamp: bytes


def announce(cell: Cell, files: Files, online: PersonKey, now: datetime, times: Lifetimes) -> Announced:
    """The next snapshot and timestamp, with these new *files*."""
    number = cell.snapshot.signed.version + 1
    snapshot = signed_snapshot(cell.channel, number, files, cell.snapshot.signed.meta, online, now, times)
    return announce_again(cell, number, snapshot, online, now, times)


def announce_again(cell: Cell, number: int, snapshot: bytes, online: PersonKey, now: datetime, times: Lifetimes) -> Announced:
    """The next timestamp over a *snapshot* that is there."""
    newer = cell.timestamp.signed.version + 1
    return Announced(number, snapshot, newer, signed_timestamp(cell.channel, newer, number, snapshot, online, now, times))


def announce_anew(site: Site, cell: Cell, files: Files, online: PersonKey, now: datetime, times: Lifetimes) -> Announced:
    """The first snapshot and timestamp of a new online key: units forget the versions and dates of the key before.

    The timestamp starts again at 1. The snapshot takes the lowest number that never stood here, because caches keep files by name for ever.
    """
    number = next(number for number in range(1, 1 << 31) if not site.metadata(cell.channel, "snapshot", number).exists())
    snapshot = signed_snapshot(cell.channel, number, files, cell.snapshot.signed.meta, online, now, times)
    return Announced(number, snapshot, 1, signed_timestamp(cell.channel, 1, number, snapshot, online, now, times))


def publish(site: Site, channel: str, announced: Announced) -> None:
    """Write the snapshot, then the timestamp: from that rename on, the new state is what stands."""
    site.put(site.metadata(channel, "snapshot", announced.snapshot_version), announced.snapshot)
    site.put(site.metadata(channel, "timestamp"), announced.timestamp)


def right_keys(root: bytes, channel: str, parts: Mapping[str, bytes]) -> None:
    """``Refused`` unless every part (top-level role → bytes) is signed by the key that *root* names for it."""
    believed = Metadata[Root].from_bytes(root).signed
    for role, raw in parts.items():
        signed: Metadata[Any] = Metadata.from_bytes(raw)
        try:
            believed.verify_delegate(role, signed.signed_bytes, signed.signatures)
        except RepositoryError:
            what = f"khóa này không phải khóa {role} mà gốc tin cậy nêu (not the {role} key that the root names)"
            raise refuse(channel, what, "dùng đúng khóa / use the right key") from None
