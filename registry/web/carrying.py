"""What a hint about a changed channel carries, made once for all who listen."""

import logging
from pathlib import Path

from bundle.trust.carried import as_text
from bundle.trust.changed import files_since, roles_in, snapshot_path

log = logging.getLogger(__name__)


def carried(site: Path, channel: str, before: bytes, after: bytes) -> str | None:
    """The files below *site* that a unit lacks which had the timestamp *before*, as one line; ``None``: not urgent, or too much."""

    def read(path: str) -> bytes | None:
        try:
            return (site / path).read_bytes()
        except FileNotFoundError:
            return None

    try:
        held = read(snapshot_path(channel, before))
        return as_text(files_since(read, channel, roles_in(held), after)) if held is not None else None
    except (LookupError, ValueError, TypeError) as problem:
        # Half-copied, or older than what stood before: a plain hint makes everybody look, as ever.
        log.warning("%s: a hint without files: %s", channel, problem)
        return None
