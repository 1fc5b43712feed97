"""A publisher for tests: real keys, a real ceremony and a real release tree in a folder, signing anything at any time."""

import hashlib
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tuf.api.metadata import Metadata, MetaFile, Root, Snapshot, TargetFile, Targets, Timestamp

from bundle.alert import AlertSet
from bundle.asset import blob_path
from bundle.manifest import Bundle
from bundle.orders import Orders
from bundle.policy import Policy, StopList
from bundle.software import Release
from bundle.trust import Role, Target, path_for, role_for
from bundle.trust.verify import ISSUED
from registry.trust.announce import announce, publish
from registry.trust.ceremony import CellPlan, make_trust_root
from registry.trust.keys import KeyName, PersonKey, make_key
from registry.trust.online import Lifetimes, signed_snapshot, signed_timestamp, stamp, until
from registry.trust.proposal import Proposal, compact, propose, sign
from registry.trust.release import Released, release, renew
from registry.trust.site import Cell, Site, make_pack

# A Monday after the date of this release: no unit believes in a time before it was made.
START = datetime(2027, 5, 3, 1, 0, tzinfo=UTC)
PEOPLE = {
    KeyName.AUTHOR: "Lò Thị Mây",
    KeyName.APPROVER: "Hoàng Văn Suối",
    KeyName.ALERTS_AUTHOR: "Đinh Thị Gió",
    KeyName.ALERTS_APPROVER: "Trần Văn Mưa",
    KeyName.POLICY_AUTHOR: "Phạm Thị Lúa",
    KeyName.POLICY_APPROVER: "Nguyễn Văn Đê",
}
PER_CHANNEL = (
    KeyName.STOP,
    KeyName.ALERTS_AUTHOR,
    KeyName.ALERTS_APPROVER,
    KeyName.FEED,
    KeyName.OPS,
    KeyName.POLICY_AUTHOR,
    KeyName.POLICY_APPROVER,
)


class Publisher:
    """Signs on demand. *now* is the time of the next signature: set it, or pass ``at=`` to a release.

    Each channel has an author and an approver of its own; everybody else sits in all of them with one key.
    """

    def __init__(
        self,
        folder: Path,
        channels: Sequence[str] = ("vn.20.06001",),
        now: datetime = START,
        times: Lifetimes | None = None,
        second_author: str | None = None,
    ) -> None:
        self.now = now
        self.times = times or Lifetimes()
        self.keys_folder = folder / "keys"
        self.draft = folder / "draft"
        self.tree = Site(folder / "site")
        self.keys: dict[str, PersonKey] = {}
        for name in KeyName:
            self.keys[name] = make_key(self.keys_folder, name.value, PEOPLE.get(name, f"giữ khóa {name.value}"))
        for channel in channels:
            for name in PER_CHANNEL:
                shutil.copy(self.keys_folder / f"{name}.json", self.keys_folder / f"{CellPlan(channel).key(name)}.json")
            for name in (KeyName.AUTHOR, KeyName.APPROVER):
                self.keys[f"{channel}-{name}"] = make_key(self.keys_folder, f"{channel}-{name}", f"{PEOPLE[name]} ({channel})")
        authors = ["author"]
        if second_author:
            authors.append("author-2")
            for channel in channels:
                self.keys[f"{channel}-author-2"] = make_key(self.keys_folder, f"{channel}-author-2", second_author)
        plans = [CellPlan(channel, tuple(f"{channel}-{name}" for name in authors), (f"{channel}-approver",)) for channel in channels]
        self.root_bytes = make_trust_root(self.tree.folder, self.keys_folder, plans, now, self.times)

    @property
    def site(self) -> Path:
        """The release tree, for a static server or a directory source."""
        return self.tree.folder

    @property
    def online(self) -> PersonKey:
        """The key of snapshots and timestamps."""
        return self.keys[KeyName.ONLINE]

    def release_bundle(self, channel: str, bundle: Bundle, blobs: Iterable[bytes] = (), at: datetime | None = None) -> Released:
        """Sign *bundle* by the channel's author and approver and release it with its *blobs*."""
        return self.release(channel, Target.BUNDLE, compact(bundle), blobs, at)

    def release_alerts(self, channel: str, alerts: AlertSet, blobs: Iterable[bytes] = (), at: datetime | None = None) -> Released:
        """Sign and release the alerts in force."""
        return self.release(channel, Target.ALERTS, compact(alerts), blobs, at)

    def release_feed(self, channel: str, alerts: AlertSet, blobs: Iterable[bytes] = (), at: datetime | None = None) -> Released:
        """Release *alerts* by the feed's own key, which is nobody's hand."""
        return self.release(channel, Target.FEED, compact(alerts), blobs, at)

    def release_policy(self, channel: str, policy: Policy, at: datetime | None = None) -> Released:
        """Sign and release the local rules."""
        return self.release(channel, Target.POLICY, compact(policy), (), at)

    def release_stop(self, channel: str, stop: StopList, at: datetime | None = None) -> Released:
        """Sign, by one person, and release the stop list."""
        return self.release(channel, Target.STOP, compact(stop), (), at)

    def release_orders(self, channel: str, orders: Orders, at: datetime | None = None) -> Released:
        """Sign, by one person, and release the orders."""
        return self.release(channel, Target.OPS, compact(orders), (), at)

    def release_software(self, channel: str, release: Release, packages: Iterable[bytes] = (), at: datetime | None = None) -> Released:
        """Sign *release* by two persons and release it with the bytes of its packages."""
        return self.release(channel, Target.SOFTWARE, compact(release), packages, at)

    def release(self, channel: str, target: Target, content: bytes, blobs: Iterable[bytes] = (), at: datetime | None = None) -> Released:
        """Release any bytes as *target*, as far as units would believe them."""
        self.now = at or self.now
        for blob in blobs:
            self.add_blob(blob)
        return release(self.tree, self.signed(channel, target, content), self.online, self.now, self.draft, self.times)

    def signed(self, channel: str, target: Target, content: bytes, *keys: str) -> Proposal:
        """A proposal signed by the named *keys*, else by those who should sign it."""
        proposal = propose(self.tree, channel, target, content, self.now, self.times)
        for name in keys or self.signers(channel, target):
            proposal = sign(proposal, self.keys[name])
        return proposal

    def resigned(self, proposal: Proposal, content: str) -> Proposal:
        """The same proposal over any *content*, also such as no unit can read, signed by those who should."""
        metadata = Metadata[Targets].from_bytes(proposal.role.encode())
        where = path_for(proposal.channel, proposal.target)
        metadata.signed.targets = {where: TargetFile.from_data(where, content.encode(), ["sha256"])}
        metadata.signatures.clear()
        for name in self.signers(proposal.channel, proposal.target):
            metadata.sign(self.keys[name].signer, append=True)
        return proposal.model_copy(update={"role": metadata.to_bytes().decode(), "content": content})

    def force(self, proposal: Proposal) -> bytes:
        """Release *proposal* without asking whether units would believe it, as a captured registry could; returns its pack."""
        role, cell = role_for(proposal.target).value, self.tree.cell(proposal.channel)
        raw = proposal.role.encode()
        metadata = Metadata[Targets].from_bytes(raw).signed
        announced = announce(cell, {role: (metadata.version, raw)}, self.online, self.now, self.times)
        content = proposal.content.encode()
        self.tree.put(self.tree.target(proposal.channel, proposal.target, hashlib.sha256(content).hexdigest()), content)
        self.tree.put(self.tree.metadata(proposal.channel, role, metadata.version), raw)
        publish(self.tree, proposal.channel, announced)
        return self.pack(proposal.channel, proposal.target)

    def renew(self, channel: str, at: datetime | None = None) -> int:
        """Sign snapshot and timestamp again."""
        self.now = at or self.now
        return renew(self.tree, channel, self.online, self.now, self.times)

    def fast_forward(self, channel: str, target: Target, content: bytes, version: int = 2**31) -> None:
        """What a thief of the online key and of the role's keys does: sign *content*, snapshot and timestamp with absurd versions."""
        proposal, role, cell = self.signed(channel, target, content), role_for(target).value, self.tree.cell(channel)
        metadata = proposal.metadata()
        metadata.signed.version = version
        metadata.signatures.clear()
        for name in self.signers(channel, target):
            metadata.sign(self.keys[name].signer, append=True)
        raw = metadata.to_bytes()
        self.tree.put(self.tree.target(channel, target, hashlib.sha256(content).hexdigest()), content)
        self.tree.put(self.tree.metadata(channel, role, version), raw)
        self._announce(cell, version, {role: (version, raw)}, cell.snapshot.signed.meta)

    def rotate_root(self) -> None:
        """Hand the root over to a new key: a second root, signed by the old key and the new one."""
        new = make_key(self.keys_folder, f"root-{self._newest_root().signed.version}", "người giữ khóa gốc mới")
        root = self._newest_root()
        root.signed.revoke_key(self.keys[KeyName.ROOT].keyid, Root.type)
        root.signed.add_key(new.public, Root.type)
        self._publish_root(root, self.keys[KeyName.ROOT], new)
        self.keys[KeyName.ROOT] = new
        for channel in self.tree.channels():
            self.renew(channel)

    def add_online(self) -> PersonKey:
        """Let a second online key sign beside the first."""
        root = self._newest_root()
        new = make_key(self.keys_folder, f"online-{root.signed.version + 1}", "máy ký thứ hai")
        for role in (Snapshot.type, Timestamp.type):
            root.signed.add_key(new.public, role)
        self._publish_root(root, self.keys[KeyName.ROOT])
        return new

    def rotate_online(self, without: Iterable[Role] = ()) -> None:
        """Revoke the online key: a root with a new one, and every cell begins again at version 1, *without* the roles that were spoilt."""
        root = self._newest_root()
        new = make_key(self.keys_folder, f"online-{root.signed.version + 1}", "máy ký mới")
        for role in (Snapshot.type, Timestamp.type):
            for keyid in list(root.signed.roles[role].keyids):
                root.signed.revoke_key(keyid, role)
            root.signed.add_key(new.public, role)
        self._publish_root(root, self.keys[KeyName.ROOT])
        self.keys[KeyName.ONLINE] = new
        for channel in self.tree.channels():
            cell = self.tree.cell(channel)
            kept = {name: meta for name, meta in cell.snapshot.signed.meta.items() if name not in [f"{role}.json" for role in without]}
            self._announce(cell, 1, {}, kept)

    def _newest_root(self) -> Metadata[Root]:
        newer = self.tree.newer_roots(self.tree.channels()[0])
        root = Metadata[Root].from_bytes(newer[-1].encode() if newer else self.root_bytes)
        root.signed.version += 1
        root.signed.expires = until(self.now, self.times.root)
        root.signed.unrecognized_fields[ISSUED] = stamp(self.now)
        root.signatures.clear()
        return root

    def _publish_root(self, root: Metadata[Root], *keys: PersonKey) -> None:
        for key in keys:
            root.sign(key.signer, append=True)
        for channel in self.tree.channels():
            self.tree.put(self.tree.metadata(channel, Root.type, root.signed.version), root.to_bytes())

    def _announce(self, cell: Cell, version: int, files: Mapping[str, tuple[int, bytes]], kept: Mapping[str, MetaFile]) -> None:
        """Snapshot and timestamp of *version*, whatever stood there before."""
        channel, online, now, times = cell.channel, self.online, self.now, self.times
        snapshot = signed_snapshot(channel, version, files, kept, online, now, times)
        self.tree.put(self.tree.metadata(channel, Snapshot.type, version), snapshot)
        self.tree.put(
            self.tree.metadata(channel, Timestamp.type), signed_timestamp(channel, version, version, snapshot, online, now, times)
        )

    def sign_targets(self, channel: str, change: Callable[[Targets], None]) -> None:
        """Sign the delegations of *channel* again after *change*, as the province could by mistake."""
        cell = self.tree.cell(channel)
        change(cell.targets.signed)
        cell.targets.signed.version += 1
        cell.targets.sign(self.keys[KeyName.TARGETS].signer)
        raw, version = cell.targets.to_bytes(), cell.targets.signed.version
        announced = announce(cell, {Targets.type: (version, raw)}, self.online, self.now, self.times)
        self.tree.put(self.tree.metadata(channel, Targets.type, version), raw)
        publish(self.tree, channel, announced)

    def later(self, **delta: float) -> datetime:
        """Move this publisher's clock on, as ``timedelta`` counts, and return the new time."""
        self.now += timedelta(**delta)
        return self.now

    def timestamp(self, channel: str) -> bytes:
        """What announces the state of *channel* now."""
        return self.tree.metadata(channel, Timestamp.type).read_bytes()

    def pack(self, channel: str, target: Target) -> bytes:
        """The pack of what is released as *target* now, as an agent would put it on a shelf."""
        return make_pack(self.tree, channel, target)

    def add_blob(self, blob: bytes) -> str:
        """Put a blob into the draft; returns its SHA-256 in hex."""
        sha256 = hashlib.sha256(blob).hexdigest()
        path = self.draft / blob_path(sha256)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(blob)
        return sha256

    def signers(self, channel: str, target: Target) -> tuple[str, ...]:
        """The key names of those who sign *target*."""
        return {
            Role.CONTENT: (f"{channel}-author", f"{channel}-approver"),
            Role.ALERTS: (KeyName.ALERTS_AUTHOR.value, KeyName.ALERTS_APPROVER.value),
            Role.POLICY: (KeyName.POLICY_AUTHOR.value, KeyName.POLICY_APPROVER.value),
            Role.STOP: (KeyName.STOP.value,),
            Role.FEED: (KeyName.FEED.value,),
            Role.OPS: (KeyName.OPS.value,),
            Role.SOFTWARE: (KeyName.SOFTWARE_AUTHOR.value, KeyName.SOFTWARE_APPROVER.value),
        }[role_for(target)]
