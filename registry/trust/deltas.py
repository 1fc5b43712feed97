"""Deltas in the release tree: from the last few versions of a document to the newest, so that units fetch only what changed."""

from hashlib import sha256

from tuf.api.metadata import Metadata, TargetFile, Targets

from bundle.trust import Target, path_for, role_for
from bundle.trust.delta import WORTH, delta_path, make_delta
from registry.trust.site import Site

KEPT = 8
"""How many versions back: two days of four releases. Who missed more fetches the whole document, once."""


def put_deltas(site: Site, channel: str, target: Target, version: int, content: bytes) -> None:
    """Deltas to *content*, which becomes *version* of *target*; called before the timestamp announces it."""
    if len(content) < WORTH:
        return
    name = sha256(content).hexdigest()
    for old, held in _earlier(site, channel, target, version).items():
        delta = make_delta(held, content)
        if old != name and len(delta) < len(content):
            site.put(site.folder / delta_path(channel, old, name), delta)


def sweep_deltas(site: Site, channel: str, target: Target, version: int, content: bytes) -> None:
    """Remove the deltas that lead to earlier versions: no unit that sees the newest timestamp asks for them."""
    name = sha256(content).hexdigest()
    for old in _earlier(site, channel, target, version):
        if old != name:
            for path in site.folder.glob(delta_path(channel, "*", old)):
                path.unlink(missing_ok=True)


def _earlier(site: Site, channel: str, target: Target, version: int) -> dict[str, bytes]:
    """The documents before *version* by their SHA-256, as far as the tree still has them."""
    found: dict[str, bytes] = {}
    for number in range(max(1, version - KEPT), version):
        role = site.metadata(channel, role_for(target).value, number)
        if not role.exists():
            continue
        file: TargetFile = Metadata[Targets].from_bytes(role.read_bytes()).signed.targets[path_for(channel, target)]
        path = site.target(channel, target, file.hashes["sha256"])
        if path.exists():
            found[file.hashes["sha256"]] = path.read_bytes()
    return found
