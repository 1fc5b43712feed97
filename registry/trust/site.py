"""The release tree: where each static file of a channel lies, and what stands there now.

``root.json``, ``metadata/<channel>/{timestamp.json, N.<role>.json}``, ``targets/<channel>/<sha256>.<file>``,
``deltas/<channel>/<old>.<new>.z``, ``blobs/sha256/ab/<hex>``;
not served: ``history/<channel>/<file>/N.pack``, every release as the units could prove it on that day.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from tuf.api.metadata import Metadata, Root, Snapshot, TargetFile, Targets, Timestamp
from tuf.api.serialization import DeserializationError

from bundle.asset import blob_path
from bundle.errors import Refused, refuse
from bundle.trust import Pack, Target, pack, path_for, role_for
from registry.trust.files import write

SignedT = TypeVar("SignedT", Root, Timestamp, Snapshot, Targets)


@dataclass(frozen=True)
class Cell:
    """The newest metadata of one channel; *announced* is the timestamp's text, which may be another one a moment later."""

    channel: str
    announced: str
    timestamp: Metadata[Timestamp]
    snapshot: Metadata[Snapshot]
    targets: Metadata[Targets]

    def version(self, role: str) -> int:
        """The newest version of *role*, 0 before its first release."""
        meta = self.snapshot.signed.meta.get(f"{role}.json")
        return meta.version if meta else 0


@dataclass(frozen=True)
class Site:
    """A release tree below *folder*, ready to be served by any static server."""

    folder: Path

    def root(self) -> bytes:
        """The first root, the one that units embed."""
        return self._read(self.folder / "root.json")

    def newer_roots(self, channel: str) -> list[str]:
        """The roots after the embedded one, in order."""
        first = Metadata[Root].from_bytes(self.root()).signed.version
        found: list[str] = []
        while (path := self.metadata(channel, "root", first + 1 + len(found))).exists():
            found.append(path.read_text(encoding="utf-8"))
        return found

    def channels(self) -> tuple[str, ...]:
        """Every channel that has a cell here."""
        return tuple(sorted(path.parent.name for path in self.folder.glob("metadata/*/timestamp.json")))

    def metadata(self, channel: str, role: str, version: int | None = None) -> Path:
        """The path of one metadata file; only the timestamp has no version in its name."""
        return self.folder / "metadata" / channel / (f"{role}.json" if version is None else f"{version}.{role}.json")

    def target(self, channel: str, target: Target, sha256: str) -> Path:
        """The path of one target file (consistent snapshots: its hash stands before its name)."""
        return self.folder / "targets" / channel / f"{sha256}.{target.value}"

    def history(self, channel: str, target: Target, version: int) -> Path:
        """The pack of what was once released, whole and self-proving; it stays when newer versions take its place on the units."""
        return self.folder / "history" / channel / target.value / f"{version}.pack"

    def blob(self, sha256: str) -> Path:
        """The path of one blob."""
        return self.folder / blob_path(sha256)

    def cell(self, channel: str) -> Cell:
        """What stands for *channel* now; ``Refused`` when the channel has no cell here, or one that cannot be read."""
        path = self.metadata(channel, "timestamp")
        raw = self._read(path)
        timestamp = _parsed(path, raw, Timestamp)
        snapshot = self.read(self.metadata(channel, "snapshot", timestamp.signed.snapshot_meta.version), Snapshot)
        listed = snapshot.signed.meta.get("targets.json")
        if listed is None:
            raise _damaged(self.metadata(channel, "snapshot", snapshot.signed.version))
        targets = self.read(self.metadata(channel, "targets", listed.version), Targets)
        return Cell(channel, raw.decode(), timestamp, snapshot, targets)

    def has(self, channel: str, target: Target) -> bool:
        """Whether *target* was ever released."""
        return self.cell(channel).version(role_for(target).value) > 0

    def put(self, path: Path, data: bytes) -> None:
        """Write one file of the tree durably; immutable files that are there already stay untouched."""
        if path.name == "timestamp.json" or not path.exists() or path.read_bytes() != data:
            write(path, data)

    def text(self, path: Path) -> str:
        """The text of one file of the tree; ``Refused`` when it is missing."""
        return self._read(path).decode()

    def read(self, path: Path, kind: type[SignedT]) -> Metadata[SignedT]:
        """The metadata in one file of the tree; ``Refused`` when it is missing, damaged or of another kind."""
        return _parsed(path, self._read(path), kind)

    def _read(self, path: Path) -> bytes:
        try:
            return path.read_bytes()
        except FileNotFoundError:
            raise refuse(
                str(path), "chưa có trong cây phát hành (not in the release tree)", "chạy `bangtin publish keys` trước / run it first"
            ) from None


def _parsed(path: Path, raw: bytes, kind: type[SignedT]) -> Metadata[SignedT]:
    try:
        metadata: Metadata[SignedT] = Metadata.from_bytes(raw)
    except DeserializationError:
        raise _damaged(path) from None
    if not isinstance(metadata.signed, kind):
        raise _damaged(path)
    return metadata


def _damaged(path: Path) -> Refused:
    return refuse(str(path), "tệp hỏng hoặc chép dở (damaged, or half copied)", "chép lại cây phát hành / copy the release tree again")


def released(site: Site, channel: str, target: Target) -> bytes | None:
    """What was released last as *target*, None when nothing was."""
    version = site.cell(channel).version(role_for(target).value)
    return _content(site, channel, target, _role(site, channel, target, version)).encode() if version else None


def make_pack(site: Site, channel: str, target: Target) -> bytes:
    """The pack of what is released as *target* now; ``Refused`` when nothing was."""
    cell = site.cell(channel)
    role = role_for(target).value
    where = path_for(channel, target)
    if not (version := cell.version(role)):
        raise refuse(where, "chưa phát hành lần nào (never released)", "phát hành trước / release it first")
    role_text = _role(site, channel, target, version)
    snapshot = cell.snapshot.signed
    return pack(
        Pack(
            channel=channel,
            target=target,
            roots=tuple(site.newer_roots(channel)),
            timestamp=cell.announced,
            snapshot=site.text(site.metadata(channel, "snapshot", snapshot.version)),
            targets=site.text(site.metadata(channel, "targets", cell.targets.signed.version)),
            role=role_text,
            content=_content(site, channel, target, role_text),
        )
    )


def _role(site: Site, channel: str, target: Target, version: int) -> str:
    return site.text(site.metadata(channel, role_for(target).value, version))


def _content(site: Site, channel: str, target: Target, role_text: str) -> str:
    where = path_for(channel, target)
    signed = _parsed(Path(where), role_text.encode(), Targets).signed
    if where not in signed.targets:
        raise _damaged(Path(where))
    file: TargetFile = signed.targets[where]
    return site.text(site.target(channel, target, file.hashes["sha256"]))
