"""Room on the shelf: blobs that no pack needs any more are removed; what may be on air never is."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from agent.pull.shelving import coming_path, pack_path, previous_path
from bundle.asset import Asset
from bundle.errors import Refused
from bundle.trust import Target, unpack
from bundle.trust.documents import Document, needed_assets, parse_document
from device.earlier import copies

Needs = Callable[[Document], dict[str, Asset]]


def sweep(shelf: Path, kept: Iterable[Path] = (), needs: Needs = needed_assets) -> tuple[str, ...]:
    """Remove unneeded blobs and halves of them; returns the names of the removed files.

    Needed is what any pack on the shelf names, or the bundle before the present one, or the one that is coming, or a worker's own
    copy in one of the folders *kept*: a worker may refuse newer packs. *needs* says what of a document is needed here. A pack that
    cannot be read might name anything: then nothing is removed.
    """
    # Listed before the packs are read: a blob that another channel fetches meanwhile is not among these.
    there = list(shelf.glob("blobs/sha256/*/*"))
    needed: set[str] = set()
    for pack in every_pack(shelf, kept):
        try:
            needed |= set(assets_in(pack, needs))
        except (Refused, OSError):
            return ()
    removed = [path for path in there if path.name.partition(".")[0] not in needed]
    for path in removed:
        path.unlink(missing_ok=True)
    return tuple(sorted(path.name for path in removed))


@dataclass(frozen=True)
class PackFile:
    """A file that should hold *target* of *channel*."""

    channel: str
    target: Target
    path: Path


def every_pack(shelf: Path, kept: Iterable[Path] = ()) -> Iterator[PackFile]:
    """All packs on the shelf, and the copies that workers keep for themselves in the folders *kept*; each is to be read as it comes."""
    channels = [path.name for path in shelf.glob("*") if path.is_dir() and path.name != "blobs"]
    yield from tuple(pack for channel in channels for pack in _packs(shelf, channel))
    yield from _copies(tuple(kept))


def assets_in(pack: PackFile, needs: Needs = needed_assets) -> dict[str, Asset]:
    """The blobs that a pack names; ``Refused`` or ``OSError`` when it cannot be read."""
    return needs(parse_document(unpack(pack.path.read_bytes()).content.encode(), pack.channel, pack.target))


def _packs(shelf: Path, channel: str) -> Iterator[PackFile]:
    found = [(target, pack_path(shelf, channel, target)) for target in Target]
    found += [(Target.BUNDLE, previous_path(shelf, channel)), (Target.BUNDLE, coming_path(shelf, channel))]
    return (PackFile(channel, target, path) for target, path in found if path.exists())


def _copies(kept: Sequence[Path]) -> Iterator[PackFile]:
    """Named ``<channel>.<target>.pack``; and lists of alerts that a newer one did not end."""
    for path in (path for folder in kept for path in folder.glob("*.pack")):
        for target in Target:
            if path.name.endswith(f".{target}.pack"):
                yield PackFile(path.name.removesuffix(f".{target}.pack"), target, path)
    # Looked for after the copies were read: a worker puts an earlier list here before it replaces the copy that names what is in it.
    for folder in kept:
        yield from (PackFile(*place, path) for place, path in copies(folder))
