"""A flat repository, as a nation would have without cells: one targets role that delegates one role to each of 3,321 communes."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import DelegatedRole, Delegations, Key, Metadata, MetaFile, Root, Snapshot, T, Targets, Timestamp

COMMUNES = 3321
CHANNEL = "flat"


def make_flat(site: Path) -> bytes:
    """The top-level metadata below *site* as the cell ``flat``; returns its root. A client that has no news reads nothing else."""
    signer = CryptoSigner.generate_ed25519()
    expires = datetime.now(UTC).replace(microsecond=0) + timedelta(days=30)
    names = [f"commune-{number:04d}" for number in range(COMMUNES)]
    keys: dict[str, Key] = {}
    roles: dict[str, DelegatedRole] = {}
    for name in names:
        key = CryptoSigner.generate_ed25519().public_key
        keys[key.keyid] = key
        roles[name] = DelegatedRole(name, [key.keyid], 1, True, paths=[f"{name}/*"])
    targets = _signed(Targets(expires=expires, delegations=Delegations(keys, roles)), signer)
    meta = {f"{name}.json": MetaFile(1) for name in names} | {"targets.json": MetaFile(1)}
    snapshot = _signed(Snapshot(expires=expires, meta=meta), signer)
    timestamp = _signed(Timestamp(expires=expires, snapshot_meta=MetaFile(1)), signer)
    root = Root(expires=expires, consistent_snapshot=True)
    for role in ("root", "targets", "snapshot", "timestamp"):
        root.add_key(signer.public_key, role)
    folder = site / "metadata" / CHANNEL
    folder.mkdir(parents=True)
    for file, raw in (("1.targets.json", targets), ("1.snapshot.json", snapshot), ("timestamp.json", timestamp)):
        (folder / file).write_bytes(raw)
    return _signed(root, signer)


def _signed(signed: T, signer: CryptoSigner) -> bytes:
    metadata: Metadata[T] = Metadata(signed)
    metadata.sign(signer)
    return metadata.to_bytes()
