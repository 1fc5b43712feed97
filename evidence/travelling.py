"""A report as it travels: without what goes without saying, packed and signed. Pure."""

import json

from evidence.packing import deflated
from evidence.report import Report
from evidence.signing import sign


def signed(told: Report, key_pem: bytes) -> str:
    """The report as it travels: compact, packed, signed."""
    # What older software would refuse anyway is packed in the way that it does not know.
    newer = told.health is not None or told.since is not None
    return sign(deflated(json.dumps(document(told), ensure_ascii=False, separators=(",", ":")).encode(), newer), key_pem)


def document(told: Report) -> dict[str, object]:
    """The report without what has its default, but with its format and the kind of each line."""
    brief = told.model_dump(mode="json", exclude_defaults=True, exclude={"lines"})
    lines = [
        {"program": entry.program, "line": {"kind": entry.line.kind, **entry.line.model_dump(mode="json", exclude_defaults=True)}}
        for entry in told.lines
    ]
    return {"format": 1, **brief, **({"lines": lines} if lines else {})}
