"""What the voice said of itself a moment ago, whatever version it is of: only words whose meaning never changes are read."""

import json
from typing import Any

from device.paths import Paths
from device.status import BELIEVED


def voice_said(paths: Paths, boot: str, mono: float) -> dict[str, Any]:
    """Its status, when it was written in this *boot* and lately by its clock *mono* (seconds); else empty."""
    try:
        said = json.loads(paths.status("audio").read_bytes())
        at = said["at"]
        return said if at["boot"] == boot and mono - float(at["mono"]) <= BELIEVED else {}
    except (OSError, KeyError, TypeError, ValueError, RecursionError):
        return {}
