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
    """One channel. Its keys are its own, ``<channel>-stop.json``: whoever may stop a commune must not thereby stop the province.

    *authors* and *approvers* of its content may lie in files of other names.
    """

    channel: str
    authors: tuple[str, ...] = ()
    approvers: tuple[str, ...] = ()

    def key(self, name: KeyName) -> str:
        """What the channel's own key *name* is called."""
        return f"{self.channel}-{name}"

    def seats(self) -> dict[Role, tuple[Sequence[str], Sequence[str]]]:
        """The key names of authors and approvers by role; software alone is the same everywhere."""
        return {
            Role.STOP: ([self.key(KeyName.STOP)], []),
            Role.ALERTS: ([self.key(KeyName.ALERTS_AUTHOR)], [self.key(KeyName.ALERTS_APPROVER)]),
            Role.FEED: ([self.key(KeyName.FEED)], []),
            Role.OPS: ([self.key(KeyName.OPS)], []),
            Role.POLICY: ([self.key(KeyName.POLICY_AUTHOR)], [self.key(KeyName.POLICY_APPROVER)]),
            Role.SOFTWARE: ([KeyName.SOFTWARE_AUTHOR], [KeyName.SOFTWARE_APPROVER]),
            Role.CONTENT: (self.authors or [self.key(KeyName.AUTHOR)], self.approvers or [self.key(KeyName.APPROVER)]),
        }


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
    shared = [name.value for name in (KeyName.ROOT, KeyName.TARGETS, KeyName.ONLINE)]
    seated = [str(name) for cell in cells for side in cell.seats().values() for names in side for name in names]
    return list(dict.fromkeys([*shared, *seated]))


def _root(root_key: PersonKey, targets_key: PersonKey, online: PersonKey, now: datetime, times: Lifetimes) -> bytes:
    root = Root(expires=until(now, times.root), consistent_snapshot=True, unrecognized_fields={ISSUED: stamp(now)})
    for role, key in ((Root.type, root_key), (Targets.type, targets_key), (Snapshot.type, online), (Timestamp.type, online)):
        root.add_key(key.public, role)
    return sign_bytes(root, root_key)


def _targets(cell: CellPlan, people: dict[str, Holder], now: datetime, times: Lifetimes) -> Targets:
    seats = cell.seats()
    keys: dict[str, Key] = {}
    roles: dict[str, DelegatedRole] = {}
    for role in DELEGATIONS:
        authors, approvers = ([people[name] for name in names] for names in seats[role])
        keys |= {holder.keyid: holder.public for holder in (*authors, *approvers)}
        roles[role.value] = delegation(cell.channel, role, authors, approvers)
    fields = {CHANNEL: cell.channel, ISSUED: stamp(now)}
    return Targets(expires=until(now, times.targets), delegations=Delegations(keys, roles), unrecognized_fields=fields)
