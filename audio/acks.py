"""What the registry already has of a journal, as the agent wrote it down."""

import json

from device.paths import Paths


def acknowledged(paths: Paths, program: str) -> int:
    """The highest line of *program*'s journal that the registry keeps; -1 when none is known to be kept."""
    try:
        kept = json.loads(paths.acks.read_bytes())
    except (FileNotFoundError, ValueError):
        return -1
    found = kept.get(program, -1) if isinstance(kept, dict) else -1
    return found if isinstance(found, int) else -1
