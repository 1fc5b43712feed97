"""Times as CAP writes them: seconds and a zone; what is unambiguous is taken and said, what lacks a zone is refused."""

import re
from datetime import datetime

from bundle.base import in_our_time
from registry.alerts.cap.message import UNREAD
from registry.making.findings import Findings

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?P<fraction>\.\d{1,6})?(?P<zone>Z|[+-]\d\d:\d\d)?", re.ASCII)
_WRITE = "viết như / write it like: 2026-11-12T07:30:00+07:00"


def read_time(text: str, where: str, findings: Findings, remarks: Findings) -> datetime:
    """*text* as an instant; ``UNREAD`` when it is none, which goes into *findings*."""
    found = _TIME.fullmatch(text)
    if found is None:
        findings.add(where, f"“{text[:40]}” không phải ngày giờ của CAP / is no date and time of CAP", _WRITE)
        return UNREAD
    if found["zone"] is None:
        findings.add(where, f"“{text}” không có múi giờ / has no time zone", _WRITE)
        return UNREAD
    if found["zone"] in ("Z", "+00:00"):
        remarks.add(where, f"“{found['zone']}”: CAP viết giờ UTC là -00:00; đã hiểu / CAP writes UTC as -00:00; understood")
    if found["fraction"]:
        remarks.add(where, "CAP không viết phần của giây; đã hiểu / CAP writes no fractions of a second; understood")
    try:
        return in_our_time(datetime.fromisoformat(text))
    except ValueError:
        findings.add(where, f"“{text}” không có ngày giờ này / there is no such date and time", _WRITE)
        return UNREAD
