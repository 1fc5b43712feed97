"""The release: a signed proposal becomes static files, after the units' own check has said yes to it."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tuf.api.metadata import Targets

from bundle.asset import Asset, blob_path
from bundle.errors import Complaint, Refused, refuse
from bundle.trust import Pack, Target, Verified, pack, path_for, role_for, verify_pack
from bundle.trust.documents import needed_assets, parse_document
from registry.trust.announce import Announced, announce, announce_again, publish, right_keys
from registry.trust.deltas import put_deltas, sweep_deltas
from registry.trust.keys import PersonKey
from registry.trust.lock import publishing
from registry.trust.online import Lifetimes
from registry.trust.proposal import Proposal
from registry.trust.site import Cell, Site


@dataclass(frozen=True)
class Released:
    """What stands in the release tree now: the content's role version and the timestamp that announces it.

    *alone* is the recorded reason why one person was enough, if one was.
    """

    channel: str
    target: Target
    version: int
    timestamp: int
    authors: tuple[str, ...]
    approvers: tuple[str, ...]
    alone: str | None = None


def release(
    site: Site, proposal: Proposal, online: PersonKey, now: datetime, blobs: Path | None = None, times: Lifetimes | None = None
) -> Released:
    """Put *proposal* into the release tree; missing blobs come from below *blobs* (``blobs/sha256/ab/…`` there as well).

    ``Refused`` for whatever a unit would refuse: nothing is written then. Files are written in the order in which they are
    needed, the timestamp last: a unit that looks at any instant sees either the old state or the whole new one.
    """
    times, channel, target = times or Lifetimes(), proposal.channel, proposal.target
    document = parse_document(proposal.content.encode(), channel, target)
    _checked(site, proposal, online, now, times)
    # Pictures and recordings may take minutes to copy: an alert does not wait for them, only for the few files below.
    for sha256, path in _fresh_blobs(site, needed_assets(document), blobs).items():
        site.put(site.blob(sha256), path.read_bytes())
    with publishing(site, channel):
        announced, raw_pack, verified = _checked(site, proposal, online, now, times)
        version = verified.version
        site.put(site.target(channel, target, hashlib.sha256(verified.content).hexdigest()), verified.content)
        site.put(site.metadata(channel, role_for(target).value, version), proposal.role.encode())
        put_deltas(site, channel, target, version, verified.content)
        # Before the timestamp: what a unit may show is in the history, whatever is cut here.
        site.put(site.history(channel, target, version), raw_pack)
        publish(site, channel, announced)
        sweep_deltas(site, channel, target, version, verified.content)
    return Released(channel, target, version, announced.timestamp_version, verified.authors, verified.approvers, verified.alone)


def renew(site: Site, channel: str, online: PersonKey, now: datetime, times: Lifetimes | None = None) -> int:
    """Sign the timestamp of *channel* again, so that its state stays offered as new; returns the timestamp's version.

    The snapshot is signed again only past half its life: every unit would have to fetch it.
    """
    with publishing(site, channel):
        cell, times = site.cell(channel), times or Lifetimes()
        if cell.snapshot.signed.expires - now > times.snapshot / 2:
            announced = announce_again(cell, cell.snapshot.signed.version, _snapshot_bytes(site, cell), online, now, times)
        else:
            announced = announce(cell, {}, online, now, times)
        newest = [site.root(), *(root.encode() for root in site.newer_roots(channel))][-1]
        right_keys(newest, channel, {"snapshot": announced.snapshot, "timestamp": announced.timestamp})
        publish(site, channel, announced)
        return announced.timestamp_version


def _checked(site: Site, proposal: Proposal, online: PersonKey, now: datetime, times: Lifetimes) -> tuple[Announced, bytes, Verified]:
    """What would announce *proposal* over the present state, its pack, and what a unit would believe of it; else ``Refused``."""
    cell, metadata, role = site.cell(proposal.channel), proposal.metadata(), role_for(proposal.target).value
    if metadata.signed.version != cell.version(role) + 1:
        raise refuse(
            path_for(proposal.channel, proposal.target),
            f"đề nghị là v{metadata.signed.version}, đang phát hành v{cell.version(role)} (proposed on an older state)",
            "đề nghị lại và ký lại / propose and sign it again",
        )
    announced = announce(cell, {role: (metadata.signed.version, proposal.role.encode())}, online, now, times)
    raw_pack = _as_a_pack(site, cell, proposal, announced)
    return announced, raw_pack, verify_pack(raw_pack, site.root(), cell.channel, proposal.target)


def _snapshot_bytes(site: Site, cell: Cell) -> bytes:
    return site.metadata(cell.channel, "snapshot", cell.snapshot.signed.version).read_bytes()


def _as_a_pack(site: Site, cell: Cell, proposal: Proposal, announced: Announced) -> bytes:
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


def _fresh_blobs(site: Site, wanted: dict[str, Asset], source: Path | None) -> dict[str, Path]:
    """The blobs that the tree lacks; ``Refused`` names every one that is missing or not what its name says."""
    found: dict[str, Path] = {}
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
            found[sha256] = path
    if complaints:
        raise Refused(*complaints)
    return found


def _is_whole(path: Path, asset: Asset) -> bool:
    if not path.is_file() or path.stat().st_size != asset.size:
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == asset.sha256
