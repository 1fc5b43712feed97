"""The release: a signed proposal becomes static files, after the units' own check has said yes to it."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tuf.api.metadata import TargetFile, Targets

from bundle.asset import Asset, blob_path
from bundle.errors import Complaint, Refused, refuse
from bundle.trust import Pack, Target, pack, path_for, role_for, verify_pack
from bundle.trust.documents import needed_assets, parse_document
from registry.trust.keys import PersonKey
from registry.trust.online import Lifetimes, signed_snapshot, signed_timestamp
from registry.trust.proposal import Proposal
from registry.trust.site import Cell, Site


@dataclass(frozen=True)
class Released:
    """What stands in the release tree now: the content's role version and the timestamp that announces it."""

    channel: str
    target: Target
    version: int
    timestamp: int
    authors: tuple[str, ...]
    approvers: tuple[str, ...]


@dataclass(frozen=True)
class _Online:
    """The snapshot and timestamp that announce a state of a cell, with their versions."""

    snapshot_version: int
    snapshot: bytes
    timestamp_version: int
    timestamp: bytes


def release(
    site: Site, proposal: Proposal, online: PersonKey, now: datetime, blobs: Path | None = None, times: Lifetimes | None = None
) -> Released:
    """Put *proposal* into the release tree; missing blobs come from below *blobs* (``blobs/sha256/ab/…`` there as well).

    ``Refused`` for whatever a unit would refuse: nothing is written then. Files are written in the order in which they are
    needed, the timestamp last: a unit that looks at any instant sees either the old state or the whole new one.
    """
    channel, target = proposal.channel, proposal.target
    document = parse_document(proposal.content.encode(), channel, target)
    cell = site.cell(channel)
    metadata, role = proposal.metadata(), role_for(target).value
    if metadata.signed.version != cell.version(role) + 1:
        raise refuse(
            path_for(channel, target),
            f"đề nghị là v{metadata.signed.version}, đang phát hành v{cell.version(role)} (proposed on an older state)",
            "đề nghị lại và ký lại / propose and sign it again",
        )
    raw = proposal.role.encode()
    announced = _announce(cell, {role: (metadata.signed.version, raw)}, online, now, times or Lifetimes())
    raw_pack = _as_a_pack(site, cell, proposal, announced)
    verified = verify_pack(raw_pack, site.root(), channel, target, None)
    fresh = _fresh_blobs(site, needed_assets(document), blobs)
    for sha256, data in fresh.items():
        site.put(site.blob(sha256), data)
    named: TargetFile = metadata.signed.targets[path_for(channel, target)]
    site.put(site.target(channel, target, named.hashes["sha256"]), proposal.content.encode())
    site.put(site.metadata(channel, role, metadata.signed.version), raw)
    # Before the timestamp: what a unit may show is in the history, whatever is cut here.
    site.put(site.history(channel, target, metadata.signed.version), raw_pack)
    _publish(site, channel, announced)
    return Released(channel, target, metadata.signed.version, announced.timestamp_version, verified.authors, verified.approvers)


def renew(site: Site, channel: str, online: PersonKey, now: datetime, times: Lifetimes | None = None) -> int:
    """Sign the timestamp of *channel* again, so that its state stays offered as new; returns the timestamp's version.

    The snapshot is signed again only past half its life: every unit would have to fetch it.
    """
    cell, times = site.cell(channel), times or Lifetimes()
    if cell.snapshot.signed.expires - now > times.snapshot / 2:
        announced = _over(cell, cell.snapshot.signed.version, _snapshot_bytes(site, cell), online, now, times)
    else:
        announced = _announce(cell, {}, online, now, times)
    _publish(site, channel, announced)
    return announced.timestamp_version


def _announce(cell: Cell, files: dict[str, tuple[int, bytes]], online: PersonKey, now: datetime, times: Lifetimes) -> _Online:
    number = cell.snapshot.signed.version + 1
    snapshot = signed_snapshot(cell.channel, number, files, cell.snapshot.signed.meta, online, now, times)
    return _over(cell, number, snapshot, online, now, times)


def _over(cell: Cell, number: int, snapshot: bytes, online: PersonKey, now: datetime, times: Lifetimes) -> _Online:
    newer = cell.timestamp.signed.version + 1
    return _Online(number, snapshot, newer, signed_timestamp(cell.channel, newer, number, snapshot, online, now, times))


def _snapshot_bytes(site: Site, cell: Cell) -> bytes:
    return site.metadata(cell.channel, "snapshot", cell.snapshot.signed.version).read_bytes()


def _publish(site: Site, channel: str, announced: _Online) -> None:
    site.put(site.metadata(channel, "snapshot", announced.snapshot_version), announced.snapshot)
    site.put(site.metadata(channel, "timestamp"), announced.timestamp)


def _as_a_pack(site: Site, cell: Cell, proposal: Proposal, announced: _Online) -> bytes:
    targets = site.metadata(cell.channel, Targets.type, cell.targets.signed.version).read_text(encoding="utf-8")
    return pack(
        Pack(
            channel=cell.channel,
            target=proposal.target,
            roots=tuple(site.newer_roots(cell.channel)),
            timestamp=announced.timestamp.decode(),
            snapshot=announced.snapshot.decode(),
            targets=targets,
            role=proposal.role,
            content=proposal.content,
        )
    )


def _fresh_blobs(site: Site, wanted: dict[str, Asset], source: Path | None) -> dict[str, bytes]:
    """The blobs that the tree lacks; ``Refused`` names every one that is missing or not what its name says."""
    found: dict[str, bytes] = {}
    complaints: list[Complaint] = []
    for sha256, asset in wanted.items():
        if _is_whole(site.blob(sha256), asset):
            continue
        path = source / blob_path(sha256) if source else None
        if path is None or not _is_whole(path, asset):
            complaints.append(
                Complaint(f"blobs/{sha256}", "thiếu hoặc hỏng (missing or damaged)", "làm lại bản nháp / make the draft again")
            )
        else:
            found[sha256] = path.read_bytes()
    if complaints:
        raise Refused(*complaints)
    return found


def _is_whole(path: Path, asset: Asset) -> bool:
    if not path.is_file() or path.stat().st_size != asset.size:
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == asset.sha256
