"""The ceremony: from people's keys to a signed root and one empty, signed cell for each channel."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tuf.api.metadata import DelegatedRole, Delegations, Key, Metadata, Root, Snapshot, Targets, Timestamp

from bundle.errors import refuse
from bundle.trust import DELEGATIONS, Role
from bundle.trust.verify import CHANNEL, ISSUED
from registry.trust.delegations import delegation
from registry.trust.keys import Holder, KeyName, PersonKey, key_path, load_holder, load_key
from registry.trust.online import Lifetimes, sign_bytes, signed_snapshot, signed_timestamp, stamp, until
from registry.trust.passphrase import Ask, nobody
from registry.trust.site import Site


@dataclass(frozen=True)
class CellPlan:
    """One channel and the key files of those who write and approve its content."""

    channel: str
    authors: tuple[str, ...] = (KeyName.AUTHOR.value,)
    approvers: tuple[str, ...] = (KeyName.APPROVER.value,)


def make_trust_root(
    folder: Path, keys: Path, cells: Sequence[CellPlan], now: datetime, lifetimes: Lifetimes | None = None, ask: Ask = nobody
) -> bytes:
    """Write root and cells into the release tree *folder* with the key files of *keys*; returns the root that units embed.

    Only the keys of root, targets and online are opened: of everybody else the public half is enough.
    ``Refused`` when a tree stands there already, a key is missing, or one person would hold both keys of a two-person role.
    """
    site, times = Site(folder), lifetimes or Lifetimes()
    if site.channels():
        raise refuse(str(folder), "đã có gốc tin cậy (a trust root stands here)", "chọn thư mục khác / choose another folder")
    people = {name: load_holder(key_path(keys, name)) for name in key_names(cells)}
    root_key, targets_key, online = (load_key(keys / f"{name}.json", ask) for name in (KeyName.ROOT, KeyName.TARGETS, KeyName.ONLINE))
    root = _root(root_key, targets_key, online, now, times)
    trees = {cell.channel: sign_bytes(_targets(cell, people, now, times), targets_key) for cell in cells}
    for channel, targets in trees.items():
        site.put(site.metadata(channel, "root", 1), root)
        open_cell(site, channel, targets, online, now, times)
    site.put(folder / "root.json", root)
    return root


def open_cell(site: Site, channel: str, targets: bytes, online: PersonKey, now: datetime, times: Lifetimes) -> None:
    """Write the first state of a channel: its delegations, a snapshot that names them, a timestamp that names that."""
    version = Metadata[Targets].from_bytes(targets).signed.version
    snapshot = signed_snapshot(channel, 1, {"targets": (version, targets)}, {}, online, now, times)
    site.put(site.metadata(channel, "targets", version), targets)
    site.put(site.metadata(channel, "snapshot", 1), snapshot)
    site.put(site.metadata(channel, "timestamp"), signed_timestamp(channel, 1, 1, snapshot, online, now, times))


def key_names(cells: Sequence[CellPlan]) -> list[str]:
    """Every key that a root with these cells needs."""
    shared = [name.value for name in KeyName if name not in (KeyName.AUTHOR, KeyName.APPROVER)]
    return list(dict.fromkeys([*shared, *(name for cell in cells for name in (*cell.authors, *cell.approvers))]))


def _root(root_key: PersonKey, targets_key: PersonKey, online: PersonKey, now: datetime, times: Lifetimes) -> bytes:
    root = Root(expires=until(now, times.root), consistent_snapshot=True, unrecognized_fields={ISSUED: stamp(now)})
    for role, key in ((Root.type, root_key), (Targets.type, targets_key), (Snapshot.type, online), (Timestamp.type, online)):
        root.add_key(key.public, role)
    return sign_bytes(root, root_key)


def _targets(cell: CellPlan, people: dict[str, Holder], now: datetime, times: Lifetimes) -> Targets:
    holders: dict[Role, tuple[Sequence[str], Sequence[str]]] = {
        Role.STOP: ([KeyName.STOP], []),
        Role.ALERTS: ([KeyName.ALERTS_AUTHOR], [KeyName.ALERTS_APPROVER]),
        Role.OPS: ([KeyName.OPS], []),
        Role.POLICY: ([KeyName.POLICY_AUTHOR], [KeyName.POLICY_APPROVER]),
        Role.SOFTWARE: ([KeyName.SOFTWARE_AUTHOR], [KeyName.SOFTWARE_APPROVER]),
        Role.CONTENT: (cell.authors, cell.approvers),
    }
    keys: dict[str, Key] = {}
    roles: dict[str, DelegatedRole] = {}
    for role in DELEGATIONS:
        authors, approvers = ([people[name] for name in names] for names in holders[role])
        keys |= {holder.keyid: holder.public for holder in (*authors, *approvers)}
        roles[role.value] = delegation(cell.channel, role, authors, approvers)
    fields = {CHANNEL: cell.channel, ISSUED: stamp(now)}
    return Targets(expires=until(now, times.targets), delegations=Delegations(keys, roles), unrecognized_fields=fields)
