"""What a mirror offers: the paths of a release tree, worked out from what this unit verified; no folder is ever listed or served."""

import json
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from agent.pull.blobs import stands
from agent.pull.client import metadata_path
from agent.pull.generations import Generations
from agent.pull.shelving import coming_content, held_pack, pack_path
from bundle.asset import Asset, blob_path
from bundle.errors import Refused
from bundle.trust import KEPT, Pack, Target, role_for, unpack, verify_pack
from bundle.trust.documents import needed_assets, parse_document
from bundle.trust.verify import issued_in
from device.paths import Paths


@dataclass(frozen=True)
class Offer:
    """Small files by their path in the release tree, and the blobs that the held documents name."""

    files: dict[str, bytes]
    blobs: dict[str, Asset]

    def blob(self, shelf: Path, path: str) -> Path | None:
        """The blob at *path* of the tree, once it stands on the shelf whole."""
        asset = self.blobs.get(path)
        found = shelf / path
        return found if asset is not None and stands(found, asset) else None


def make_offer(paths: Paths, channels: tuple[str, ...], root: bytes) -> Offer:
    """The offer of this moment, for *channels*, below the embedded *root*."""
    files: dict[str, bytes] = {}
    blobs: dict[str, Asset] = {}
    for channel in channels:
        metadata = _metadata(Generations(paths.shelf / channel / "metadata"), channel)
        if not metadata:
            continue
        files |= metadata
        for target in KEPT:
            contents = [held.verified.content] if (held := held_pack(paths, channel, target, root)) else []
            if (hurried := _hurried(paths, channel, target, root)) is not None:
                # In force here already, though the card has not taken it yet, or takes nothing any more.
                files = _with(hurried, files)
                contents.append(hurried.content.encode())
            # A bundle that still waits for blobs is verified too: a neighbour may wait together with us.
            contents += [coming] if target is Target.BUNDLE and (coming := coming_content(paths, channel)) else []
            for content in contents:
                files[f"targets/{channel}/{sha256(content).hexdigest()}.{target.value}"] = content
                blobs |= _blobs(content, channel, target)
    return Offer(files, blobs)


def state(paths: Paths, channels: tuple[str, ...]) -> tuple[object, ...]:
    """What an offer depends on; as long as it is the same, so is the offer."""
    each = [paths.shelf / channel / "metadata" / "current" for channel in channels]
    each += [pack_path(folder, channel, target) for folder in (paths.shelf, paths.fast) for channel in channels for target in KEPT]
    each += [paths.shelf / channel / f"{Target.BUNDLE.value}.coming" for channel in channels]
    return tuple(_state(path) for path in each)


def _state(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino


def _metadata(generations: Generations, channel: str) -> dict[str, bytes]:
    """The generation in force, whole: a commit removes the one before, perhaps while that is read, and then the newer one is; or none."""
    while (folder := generations.current()) is not None:
        try:
            found = _generation(folder, channel)
        except FileNotFoundError:
            if generations.current() == folder:
                raise
            continue
        # What is being removed may also be read without an error, in part.
        if generations.current() == folder:
            return found
    return {}


def _generation(folder: Path, channel: str) -> dict[str, bytes]:
    """The verified metadata under the names of a release tree: only the timestamp has no version in its name."""
    found: dict[str, bytes] = {}
    for path in folder.glob("*.json"):
        if path.name == "root.json" or path.is_symlink():
            continue
        raw = path.read_bytes()
        name = path.name if path.name == "timestamp.json" else f"{json.loads(raw)['signed']['version']}.{path.name}"
        found[metadata_path(channel, name)] = raw
    for path in folder.glob("root_history/*.root.json"):
        found[metadata_path(channel, path.name)] = path.read_bytes()
    return found


def _hurried(paths: Paths, channel: str, target: Target, root: bytes) -> Pack | None:
    """The verified pack that workers have through RAM, None when there is none."""
    try:
        raw = pack_path(paths.fast, channel, target).read_bytes()
        verify_pack(raw, root, channel, target)
        return unpack(raw)
    except (FileNotFoundError, Refused):
        return None


def _with(hurried: Pack, files: dict[str, bytes]) -> dict[str, bytes]:
    """*files* and the metadata of a pack, under the names of a release tree: what is newer wins, and with it all of one timestamp."""
    path = metadata_path(hurried.channel, "timestamp.json")
    signed = {"snapshot": hurried.snapshot, "targets": hurried.targets, role_for(hurried.target).value: hurried.role}
    versions = {name: json.loads(text)["signed"]["version"] for name, text in signed.items()}
    found = {metadata_path(hurried.channel, f"{versions[name]}.{name}.json"): text.encode() for name, text in signed.items()}
    if _rank(hurried.timestamp) < _rank(files[path]):
        return found | files
    return files | found | {path: hurried.timestamp.encode()}


def _rank(timestamp: str | bytes) -> tuple[datetime, int]:
    """Higher is newer, also of two within one second; by the date first, for a new online key counts from 1."""
    signed = json.loads(timestamp)["signed"]
    return issued_in(signed, "timestamp.json"), signed["version"]


def _blobs(content: bytes, channel: str, target: Target) -> dict[str, Asset]:
    try:
        return {blob_path(name): asset for name, asset in needed_assets(parse_document(content, channel, target)).items()}
    except Refused:
        return {}
