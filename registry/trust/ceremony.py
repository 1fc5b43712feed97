"""The ceremony: from people's keys to a signed root and one empty, signed cell for each channel."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tuf.api.metadata import DelegatedRole, Delegations, Key, Metadata, Root, Snapshot, Targets, Timestamp

from bundle.errors import refuse
from bundle.trust import DELEGATIONS, Role, persons_needed
from bundle.trust.persons import APPROVERS, AUTHORS, person_of
from bundle.trust.targets import patterns_for
from bundle.trust.verify import CHANNEL, ISSUED
from registry.trust.keys import KeyName, PersonKey, load_key
from registry.trust.online import Lifetimes, sign_bytes, signed_snapshot, signed_timestamp, stamp, until
from registry.trust.site import Site


@dataclass(frozen=True)
class CellPlan:
    """One channel and the key files of those who write and approve its content."""

    channel: str
    authors: tuple[str, ...] = (KeyName.AUTHOR.value,)
    approvers: tuple[str, ...] = (KeyName.APPROVER.value,)


def make_trust_root(folder: Path, keys: Path, cells: Sequence[CellPlan], now: datetime, lifetimes: Lifetimes | None = None) -> bytes:
    """Write root and cells into the release tree *folder* with the key files of *keys*; returns the root that units embed.

    ``Refused`` when a tree stands there already, a key is missing, or one person would hold both keys of a two-person role.
    """
    site, times = Site(folder), lifetimes or Lifetimes()
    if site.channels():
        raise refuse(str(folder), "đã có gốc tin cậy (a trust root stands here)", "chọn thư mục khác / choose another folder")
    people = {name: load_key(keys / f"{name}.json") for name in _needed(cells)}
    root = _root(people, now, times)
    trees = {cell.channel: _targets(cell, people, now, times) for cell in cells}
    for channel, targets in trees.items():
        site.put(site.metadata(channel, "root", 1), root)
        open_cell(site, channel, targets, people[KeyName.ONLINE], now, times)
    site.put(folder / "root.json", root)
    return root


def open_cell(site: Site, channel: str, targets: bytes, online: PersonKey, now: datetime, times: Lifetimes) -> None:
    """Write the first state of a channel: its delegations, a snapshot that names them, a timestamp that names that."""
    version = Metadata[Targets].from_bytes(targets).signed.version
    snapshot = signed_snapshot(channel, 1, {"targets": (version, targets)}, {}, online, now, times)
    site.put(site.metadata(channel, "targets", version), targets)
    site.put(site.metadata(channel, "snapshot", 1), snapshot)
    site.put(site.metadata(channel, "timestamp"), signed_timestamp(channel, 1, 1, snapshot, online, now, times))


def _needed(cells: Sequence[CellPlan]) -> list[str]:
    shared = [name.value for name in KeyName if name not in (KeyName.AUTHOR, KeyName.APPROVER)]
    return list(dict.fromkeys([*shared, *(name for cell in cells for name in (*cell.authors, *cell.approvers))]))


def _root(people: dict[str, PersonKey], now: datetime, times: Lifetimes) -> bytes:
    root = Root(expires=until(now, times.root), consistent_snapshot=True)
    for role, name in (
        (Root.type, KeyName.ROOT),
        (Targets.type, KeyName.TARGETS),
        (Snapshot.type, KeyName.ONLINE),
        (Timestamp.type, KeyName.ONLINE),
    ):
        root.add_key(people[name].public, role)
    return sign_bytes(root, people[KeyName.ROOT])


def _targets(cell: CellPlan, people: dict[str, PersonKey], now: datetime, times: Lifetimes) -> bytes:
    holders = {
        Role.STOP: ([KeyName.STOP.value], []),
        Role.ALERTS: ([KeyName.ALERTS_AUTHOR.value], [KeyName.ALERTS_APPROVER.value]),
        Role.OPS: ([KeyName.OPS.value], []),
        Role.POLICY: ([KeyName.POLICY_AUTHOR.value], [KeyName.POLICY_APPROVER.value]),
        Role.CONTENT: (list(cell.authors), list(cell.approvers)),
    }
    keys: dict[str, Key] = {}
    roles: dict[str, DelegatedRole] = {}
    for role in DELEGATIONS:
        authors, approvers = ([people[name] for name in names] for names in holders[role])
        _different_persons(role, authors, approvers)
        keys |= {key.keyid: key.public for key in (*authors, *approvers)}
        roles[role.value] = _delegation(cell.channel, role, authors, approvers)
    fields = {CHANNEL: cell.channel, ISSUED: stamp(now)}
    targets = Targets(expires=until(now, times.targets), delegations=Delegations(keys, roles), unrecognized_fields=fields)
    return sign_bytes(targets, people[KeyName.TARGETS])


def _delegation(channel: str, role: Role, authors: list[PersonKey], approvers: list[PersonKey]) -> DelegatedRole:
    return DelegatedRole(
        role.value,
        [key.keyid for key in (*authors, *approvers)],
        threshold=persons_needed(role),
        terminating=True,
        paths=patterns_for(role, channel),
        unrecognized_fields={
            AUTHORS: {key.keyid: key.person for key in authors},
            APPROVERS: {key.keyid: key.person for key in approvers},
        },
    )


def _different_persons(role: Role, authors: list[PersonKey], approvers: list[PersonKey]) -> None:
    both = {
        person_of(key.person): key.person for key in authors if person_of(key.person) in {person_of(other.person) for other in approvers}
    }
    twice = len({key.keyid for key in (*authors, *approvers)}) < len(authors) + len(approvers)
    if both or twice:
        what = (
            f"{', '.join(both.values())} vừa soạn vừa duyệt (is author and approver)"
            if both
            else "một khóa đứng hai nơi (one key stands twice)"
        )
        raise refuse(role.value, what, "chọn hai người, hai khóa / choose two persons with two keys")
