"""The same state announced for longer: a stick carries the timestamp that is published now, with a later expiry."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Timestamp


@contextmanager
def outlived(staged: Path, offered: bytes) -> Iterator[None]:
    """Let *offered* take the place of the staged timestamp when it announces exactly the same, for longer.

    python-tuf keeps the older of two timestamps of one version: a unit that was offline for a week would go on with its own,
    which has expired, and refuse the stick. Nothing else could slip in here: the version and what it announces are those that
    we hold, *offered* is verified like any other, and when it is refused the old one is put back.
    """
    path = staged / "timestamp.json"
    held = path.read_bytes() if path.exists() else None
    if held is None or not _announces_longer(held, offered):
        yield
        return
    path.unlink()
    try:
        yield
    finally:
        if not path.exists():
            path.write_bytes(held)


def _announces_longer(held: bytes, offered: bytes) -> bool:
    try:
        ours, theirs = (Metadata[Timestamp].from_bytes(raw).signed for raw in (held, offered))
        same = (ours.version, ours.snapshot_meta) == (theirs.version, theirs.snapshot_meta)
    except (RepositoryError, ValueError, KeyError, TypeError, AttributeError):
        # Not a timestamp at all: python-tuf says so in its own words.
        return False
    return bool(same and theirs.expires > ours.expires)
