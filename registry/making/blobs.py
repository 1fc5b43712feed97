"""Where a draft keeps its blobs: immutable bytes by their SHA-256."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from bundle.asset import blob_path


@dataclass(frozen=True)
class Blobs:
    """The blobs below *root*, laid out as a release tree and a unit's shelf lay them out."""

    root: Path

    def keep(self, data: bytes) -> str:
        """Write *data* once and return its SHA-256 in hex."""
        digest = hashlib.sha256(data).hexdigest()
        path = self.root / blob_path(digest)
        path.parent.mkdir(parents=True, exist_ok=True)
        # A half-written file of an earlier, interrupted run must not pass for the blob.
        if not path.exists() or path.stat().st_size != len(data):
            part = path.with_name(path.name + ".part")
            part.write_bytes(data)
            part.replace(path)
        return digest
