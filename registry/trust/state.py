"""The next state of a channel, made in memory and believed by the units' own check before one byte of it is written.

Delegations and the documents signed under them change together or not at all: TUF checks every document against the newest
delegations, so a person's key that is taken away takes away, at that instant, whatever they signed.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from tuf.api.metadata import Metadata, Root, Targets

from bundle.errors import Complaint, Refused, refuse
from bundle.trust import KEPT, Pack, Target, pack, path_for, role_for, unpack, verify_pack
from registry.trust.announce import Announced, announce, announce_anew, right_keys
from registry.trust.keys import PersonKey
from registry.trust.online import Lifetimes
from registry.trust.proposal import Proposal, propose, sign
from registry.trust.site import Cell, Site, make_pack


@dataclass(frozen=True)
class Again:
    """Signatures for documents that lose theirs: *proposals* signed elsewhere, or *keys* of persons who are here."""

    proposals: Sequence[Proposal] = ()
    keys: Sequence[PersonKey] = ()


@dataclass(frozen=True)
class Prepared:
    """Files to write in this order, the timestamp last; *again* are the documents that were signed anew.

    *left* are those that no unit could believe before either: they do not hold up a ceremony, but somebody must hear of them.
    """

    channel: str
    again: tuple[Target, ...]
    left: tuple[Complaint, ...]
    puts: tuple[tuple[Path, bytes], ...] = field(repr=False)

    def write(self, site: Site) -> None:
        """Put every file into the tree."""
        for path, data in self.puts:
            site.put(path, data)


def prepare(
    site: Site,
    channel: str,
    online: PersonKey,
    now: datetime,
    times: Lifetimes,
    targets: bytes | None = None,
    again: Again | None = None,
    roots: Sequence[str] | None = None,
    is_anew: bool = False,
) -> Prepared:
    """The state with these new delegations (*targets*) or *roots*, else the present ones; *is_anew* begins the epoch of a new online key.

    ``Refused`` names every released document that units would no longer believe, and every key that is not the one it should be.
    """
    cell, again = site.cell(channel), again or Again()
    draft = _Draft(site, cell, online, now, times, targets or _targets(site, cell), _chain(site, channel, roots), is_anew)
    proposals = {proposal.target: _fitting(cell, proposal) for proposal in again.proposals}
    broken = draft.broken(proposals)
    if broken and again.keys:
        proposals |= {target: draft.signed_again(target, again.keys) for target in broken}
        broken = draft.broken(proposals)
    if taken := [complaint for target, complaint in broken.items() if target in proposals or not draft.was_broken(target)]:
        raise Refused(*taken)
    return draft.prepared(proposals, tuple(broken.values()))


@dataclass(frozen=True)
class _Draft:
    site: Site
    cell: Cell
    online: PersonKey
    now: datetime
    times: Lifetimes
    targets: bytes
    roots: tuple[str, ...]
    is_anew: bool

    def announced(self, proposals: dict[Target, Proposal]) -> Announced:
        files = {Targets.type: (Metadata[Targets].from_bytes(self.targets).signed.version, self.targets)}
        for target, proposal in proposals.items():
            files[role_for(target).value] = (proposal.metadata().signed.version, proposal.role.encode())
        if self.is_anew:
            return announce_anew(self.site, self.cell, files, self.online, self.now, self.times)
        return announce(self.cell, files, self.online, self.now, self.times)

    def broken(self, proposals: dict[Target, Proposal]) -> dict[Target, Complaint]:
        """The documents that no unit would believe in this state, and why."""
        announced = self.announced(proposals)
        root = self.roots[-1].encode() if self.roots else self.site.root()
        parts = {"targets": self.targets, "snapshot": announced.snapshot, "timestamp": announced.timestamp}
        right_keys(root, self.cell.channel, parts)
        found: dict[Target, Complaint] = {}
        for target in self._released(proposals):
            try:
                verify_pack(self._pack(target, proposals.get(target), announced), self.site.root(), self.cell.channel, target)
            except Refused as refused:
                found[target] = Complaint(
                    path_for(self.cell.channel, target),
                    f"cần chữ ký mới (needs new signatures): {refused.complaints[0].what}",
                    "--sign-with KEY, --signed PROPOSAL (bangtin publish reissue)",
                )
        return found

    def was_broken(self, target: Target) -> bool:
        """Whether units that ask now cannot believe *target* as it stands: wrongly signed, or its signatures have run out."""
        try:
            raw = make_pack(self.site, self.cell.channel, target)
            verify_pack(raw, self.site.root(), self.cell.channel, target)
        except Refused:
            return True
        expires: datetime = Metadata[Targets].from_bytes(unpack(raw).role.encode()).signed.expires
        return expires <= self.now

    def signed_again(self, target: Target, keys: Sequence[PersonKey]) -> Proposal:
        """What is released as *target* now, signed anew by those of *keys* who have a seat for it."""
        content = unpack(make_pack(self.site, self.cell.channel, target)).content.encode()
        delegations = Metadata[Targets].from_bytes(self.targets).signed.delegations
        seats = delegations.roles[role_for(target).value].keyids if delegations and delegations.roles else []
        proposal = propose(self.site, self.cell.channel, target, content, self.now, self.times)
        for key in keys:
            proposal = sign(proposal, key) if key.keyid in seats else proposal
        return proposal

    def prepared(self, proposals: dict[Target, Proposal], left: tuple[Complaint, ...]) -> Prepared:
        site, channel, announced = self.site, self.cell.channel, self.announced(proposals)
        puts: list[tuple[Path, bytes]] = []
        for target, proposal in proposals.items():
            content, version = proposal.content.encode(), proposal.metadata().signed.version
            puts.append((site.target(channel, target, hashlib.sha256(content).hexdigest()), content))
            puts.append((site.metadata(channel, role_for(target).value, version), proposal.role.encode()))
            puts.append((site.history(channel, target, version), self._pack(target, proposal, announced)))
        puts.append((site.metadata(channel, Targets.type, Metadata[Targets].from_bytes(self.targets).signed.version), self.targets))
        puts.append((site.metadata(channel, "snapshot", announced.snapshot_version), announced.snapshot))
        puts += [(site.metadata(channel, "root", number), text.encode()) for number, text in enumerate(self.roots, _first(site) + 1)]
        puts.append((site.metadata(channel, "timestamp"), announced.timestamp))
        return Prepared(channel, tuple(proposals), left, tuple(puts))

    def _released(self, proposals: dict[Target, Proposal]) -> list[Target]:
        return [target for target in KEPT if target in proposals or self.cell.version(role_for(target).value)]

    def _pack(self, target: Target, proposal: Proposal | None, announced: Announced) -> bytes:
        now = None if proposal else unpack(make_pack(self.site, self.cell.channel, target))
        return pack(
            Pack(
                channel=self.cell.channel,
                target=target,
                roots=self.roots,
                timestamp=announced.timestamp.decode(),
                snapshot=announced.snapshot.decode(),
                targets=self.targets.decode(),
                role=proposal.role if proposal else now.role if now else "",
                content=proposal.content if proposal else now.content if now else "",
            )
        )


def _targets(site: Site, cell: Cell) -> bytes:
    return site.metadata(cell.channel, Targets.type, cell.targets.signed.version).read_bytes()


def _chain(site: Site, channel: str, roots: Sequence[str] | None) -> tuple[str, ...]:
    return tuple(site.newer_roots(channel) if roots is None else roots)


def _first(site: Site) -> int:
    version: int = Metadata[Root].from_bytes(site.root()).signed.version
    return version


def _fitting(cell: Cell, proposal: Proposal) -> Proposal:
    version, expected = proposal.metadata().signed.version, cell.version(role_for(proposal.target).value) + 1
    if proposal.channel != cell.channel or version != expected:
        raise refuse(
            path_for(proposal.channel, proposal.target),
            f"đề nghị v{version}, cần v{expected} của {cell.channel} (proposed on another state)",
            "bangtin publish reissue, ký lại / sign again",
        )
    return proposal
