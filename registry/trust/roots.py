"""The root hands its keys over: a new version signed by the old key and the new one, and every cell signed anew where it must be."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime

from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Root, Snapshot, Targets, Timestamp
from tuf.ngclient._internal.trusted_metadata_set import TrustedMetadataSet
from tuf.ngclient.config import EnvelopeType

from bundle.errors import refuse
from bundle.trust.verify import ISSUED
from registry.trust.keys import Holder, PersonKey
from registry.trust.lock import publishing
from registry.trust.online import Lifetimes, stamp, until
from registry.trust.seating import reseated
from registry.trust.site import Site
from registry.trust.state import Again, Prepared, prepare


@dataclass(frozen=True)
class Rotated:
    """The root's new version, and the channels' states below it."""

    version: int
    states: tuple[Prepared, ...] = ()


def rotate_root(site: Site, old: PersonKey, new: PersonKey, now: datetime, times: Lifetimes | None = None) -> Rotated:
    """The key *new* takes the place of *old*. Nothing below the root changes."""
    roots = _next(site, lambda root: _replace(root, (Root.type,), new.holder), [old, new], now, times or Lifetimes())
    with _everywhere(site):
        _write_roots(site, roots)
    return Rotated(_version(roots))


def rotate_online(
    site: Site, root_key: PersonKey, new: PersonKey, now: datetime, times: Lifetimes | None = None, again: Again | None = None
) -> Rotated:
    """Give snapshots and timestamps a new key and begin a new epoch in every cell.

    A unit that sees other online keys in a newer root forgets the versions and dates that it saw below the old ones.
    That heals what a stolen online key, or a signing PC with a clock in 2040, has done: counters near the end and dates in the future.
    """
    times = times or Lifetimes()
    roots = _next(site, lambda root: _replace(root, (Snapshot.type, Timestamp.type), new.holder), [root_key], now, times)
    with _everywhere(site):
        states = []
        for channel in site.channels():
            # A ceremony that was cut and is repeated begins no second epoch where the new key has signed already: 1 would be a step back.
            is_anew = new.keyid not in site.cell(channel).timestamp.signatures
            states.append(prepare(site, channel, new, now, times, None, again, roots, is_anew))
        for state in states:
            state.write(site)
    return Rotated(_version(roots), tuple(states))


def rotate_targets(
    site: Site,
    root_key: PersonKey,
    new: PersonKey,
    online: PersonKey,
    now: datetime,
    times: Lifetimes | None = None,
    again: Again | None = None,
) -> Rotated:
    """Give the delegations of every cell a new key."""
    times = times or Lifetimes()
    roots = _next(site, lambda root: _replace(root, (Targets.type,), new.holder), [root_key], now, times)
    with _everywhere(site):
        states = []
        for channel in site.channels():
            targets = reseated(site, channel, lambda _: None, [new], now, times)
            states.append(prepare(site, channel, online, now, times, targets, again, roots))
        for state in states:
            state.write(site)
    return Rotated(_version(roots), tuple(states))


def newest_root(site: Site) -> Root:
    """The root that stands now."""
    chain = root_chain(site)
    newest: Root = Metadata[Root].from_bytes(chain[-1].encode() if chain else site.root()).signed
    return newest


def root_chain(site: Site) -> list[str]:
    """The roots after the embedded one. Every cell has them all, unless a ceremony was cut short: then the longest row counts."""
    return max((site.newer_roots(channel) for channel in site.channels()), key=len, default=[])


def _next(site: Site, edit: Callable[[Root], None], keys: Sequence[PersonKey], now: datetime, times: Lifetimes) -> list[str]:
    chain = root_chain(site)
    metadata = Metadata[Root].from_bytes(chain[-1].encode() if chain else site.root())
    edit(metadata.signed)
    metadata.signed.version += 1
    metadata.signed.expires = until(now, times.root)
    metadata.signed.unrecognized_fields[ISSUED] = stamp(now)
    metadata.signatures.clear()
    for key in {key.keyid: key for key in keys}.values():
        key.sign(metadata)
    roots = [*chain, metadata.to_bytes().decode()]
    believed = TrustedMetadataSet(site.root(), EnvelopeType.METADATA)
    try:
        for root in roots:
            believed.update_root(root.encode())
    except RepositoryError as problem:
        what = f"thiết bị sẽ không nhận gốc này (units would not accept this root): {problem}"
        raise refuse("root", what, "dùng khóa gốc đang có hiệu lực / use the root key that is in force") from None
    return roots


def _replace(root: Root, roles: Sequence[str], new: Holder) -> None:
    for role in roles:
        for keyid in list(root.roles[role].keyids):
            root.revoke_key(keyid, role)
        root.add_key(new.public, role)


def _write_roots(site: Site, roots: Sequence[str]) -> None:
    first = Metadata[Root].from_bytes(site.root()).signed.version
    for channel in site.channels():
        for number, text in enumerate(roots, first + 1):
            site.put(site.metadata(channel, Root.type, number), text.encode())


def _version(roots: Sequence[str]) -> int:
    version: int = Metadata[Root].from_bytes(roots[-1].encode()).signed.version
    return version


def _everywhere(site: Site) -> ExitStack:
    """Every channel's lock, always taken in the same order."""
    with ExitStack() as stack:
        for channel in site.channels():
            stack.enter_context(publishing(site, channel))
        return stack.pop_all()
