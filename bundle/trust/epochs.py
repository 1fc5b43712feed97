"""Epochs: how much of what was seen before still counts after the online keys were revoked.

An epoch begins with the root that takes a key away from the timestamp or the snapshot, and carries that root's version as its number.
Whoever held such a key could sign any version and any date; so versions and dates are compared within one epoch only.
A root that merely adds a key begins none: what the old key signed is still valid then, and must not come back in an older state.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from tuf.api.metadata import Root, Snapshot, Timestamp

from bundle.trust.rules import EnvelopeType, TrustedMetadataSet


@dataclass(frozen=True)
class NewestRoot:
    """The end of a verified chain of roots, and the epoch that it stands in."""

    root: Root
    epoch: int


def newest_root(embedded: bytes, newer: Iterable[bytes]) -> NewestRoot:
    """The newest of the roots after the *embedded* one; raises python-tuf's ``RepositoryError`` unless each is signed by the one before."""
    return follow(TrustedMetadataSet(embedded, EnvelopeType.METADATA), newer)


def follow(chain: TrustedMetadataSet, newer: Iterable[bytes]) -> NewestRoot:
    """Bring *chain*, which stands at the embedded root, up to the newest."""
    epoch = chain.root.version
    for raw in newer:
        before = _online_keys(chain.root)
        chain.update_root(raw)
        if not before <= _online_keys(chain.root):
            epoch = chain.root.version
    return NewestRoot(chain.root, epoch)


def _online_keys(root: Root) -> set[tuple[str, str]]:
    return {(role, keyid) for role in (Timestamp.type, Snapshot.type) for keyid in root.roles[role].keyids}
