"""Packs onto the shelf: assembled from verified metadata, proved by the workers' own check, then put in place in one rename."""

import logging
import os
from dataclasses import dataclass
from pathlib import Path

from tuf.api.metadata import Metadata, Root

from bundle.errors import Refused
from bundle.trust import ChannelMarks, Pack, Target, Verified, pack, role_for, unpack, verify_pack
from bundle.trust.documents import Document, parse_document
from device.durable import make_folder, replace, sync_folder
from device.paths import Paths
from device.status import write_volatile

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Held:
    """The pack that stands on the shelf now, what it proves, and the document in it."""

    verified: Verified
    document: Document

    @property
    def marks(self) -> ChannelMarks:
        """The marks that this pack sets: nothing older takes its place."""
        return ChannelMarks().raised_by(self.verified)


def pack_path(shelf: Path, channel: str, target: Target) -> Path:
    """Where a pack stands below the shelf or below the fast folder."""
    return shelf / channel / f"{target.value}.pack"


def previous_path(shelf: Path, channel: str) -> Path:
    """The bundle's pack before the present one: its blobs may still be on air."""
    return shelf / channel / f"{Target.BUNDLE.value}.previous"


def coming_path(shelf: Path, channel: str) -> Path:
    """The bundle's pack that still waits for blobs: what came of them so far is needed, also after a restart."""
    return shelf / channel / f"{Target.BUNDLE.value}.coming"


def held_pack(paths: Paths, channel: str, target: Target, root: bytes) -> Held | None:
    """The pack on the shelf, ``None`` when there is none or it does not verify: then it is fetched anew."""
    try:
        verified = verify_pack(pack_path(paths.shelf, channel, target).read_bytes(), root, channel, target)
        return Held(verified, parse_document(verified.content, channel, target))
    except (FileNotFoundError, Refused):
        return None


def assemble(metadata: Path, root: bytes, channel: str, target: Target, content: str) -> bytes:
    """A pack from the verified files in *metadata* and *content*."""
    return pack(
        Pack(
            channel=channel,
            target=target,
            roots=newer_roots(metadata, root),
            timestamp=_text(metadata / "timestamp.json"),
            snapshot=_text(metadata / "snapshot.json"),
            targets=_text(metadata / "targets.json"),
            role=_text(metadata / f"{role_for(target).value}.json"),
            content=content,
        )
    )


def put_fast(paths: Paths, channel: str, target: Target, raw: bytes) -> None:
    """Hand a verified pack to the workers through RAM, before the card has it; without room there, the card must do."""
    try:
        write_volatile(pack_path(paths.fast, channel, target), raw)
    except OSError as problem:
        log.warning("no fast way for %s: %s", target, problem)


def announce(paths: Paths, channel: str, raw: bytes) -> None:
    """Name the blobs of a verified bundle before the first of them is fetched, so that no sweep takes them away."""
    write_volatile(coming_path(paths.shelf, channel), raw)


def coming_content(paths: Paths, channel: str) -> bytes | None:
    """The document of the bundle that still waits for blobs, as it was announced; whoever uses it compares its hash."""
    try:
        return unpack(coming_path(paths.shelf, channel).read_bytes()).content.encode()
    except (FileNotFoundError, Refused):
        return None


def put_on_shelf(paths: Paths, channel: str, target: Target, raw: bytes) -> None:
    """The atomic switch; the pack in the fast folder has then done its duty."""
    path = pack_path(paths.shelf, channel, target)
    if target is Target.BUNDLE and path.exists():
        _keep_previous(path, previous_path(paths.shelf, channel))
    replace(path, raw)
    pack_path(paths.fast, channel, target).unlink(missing_ok=True)
    if target is Target.BUNDLE:
        coming_path(paths.shelf, channel).unlink(missing_ok=True)


def _keep_previous(path: Path, previous: Path) -> None:
    make_folder(previous.parent)
    link = previous.with_name(f".{previous.name}.new")
    link.unlink(missing_ok=True)
    os.link(path, link)
    link.rename(previous)
    sync_folder(previous.parent)


def newer_roots(metadata: Path, root: bytes) -> tuple[str, ...]:
    """The roots after the embedded one, up to the one that python-tuf believes: behind that, a bad card may have left anything."""
    first, last = (Metadata[Root].from_bytes(raw).signed.version for raw in (root, (metadata / "root.json").read_bytes()))
    return tuple(_text(metadata / "root_history" / f"{version}.root.json") for version in range(first + 1, last + 1))


def _text(path: Path) -> str:
    return path.read_bytes().decode()
