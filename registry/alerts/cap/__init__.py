"""CAP 1.2 in: a stranger's bytes become an alert of one channel, or a refusal with every complaint at once."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bundle.alert import Alert
from bundle.area import AreaCode
from bundle.errors import Complaint, Refused
from registry.alerts.cap.events import check_events, phrases_for, words_to_speak
from registry.alerts.cap.grammar import check_grammar, check_root
from registry.alerts.cap.mapping import ToAlert
from registry.alerts.cap.message import CapMessage
from registry.alerts.cap.parts import Parts
from registry.alerts.cap.reader import read_xml
from registry.alerts.cap.rules import check_now, check_rules
from registry.alerts.sources import Source, source_of
from registry.making.findings import Findings

__all__ = ["CapAlert", "read_cap"]
MOST_COMPLAINTS = 200


@dataclass(frozen=True)
class CapAlert:
    """One message that was taken: our *alert* without speech, and the *message* with its shapes, from *source*.

    *phrases* are the ids of stored phrases that fit, *speech* the words to be spoken where the message gives them, by language.
    *remarks* are what was understood in spite of its form, or left out; *digest* is the SHA-256 of the bytes.
    The alert's approver is its author, with the exception said: whoever releases it puts in who let it out.
    """

    source: Source
    message: CapMessage
    alert: Alert
    phrases: tuple[str, ...]
    speech: dict[str, str]
    remarks: tuple[Complaint, ...]
    digest: str


def read_cap(
    raw: bytes, sources: Sequence[Source], channel: AreaCode, now: datetime, known: Sequence[Alert] = (), where: str = "cap"
) -> CapAlert:
    """*raw* as an alert of *channel*; ``Refused`` with every complaint, each with its path, its line and what to do.

    *sources* are those that may have sent it: one, when a token has named it. *known* are the alerts that are here already, for circles
    of references.
    """
    findings, remarks = Findings(), Findings()
    root = read_xml(raw, where)
    if not check_root(root, findings):
        raise _refused(findings)
    check_grammar(root, findings, remarks)
    source = source_of(sources, root.text_of("sender"))
    message = Parts(findings, remarks, source is not None and source.files_inside).message(root)
    check_rules(message, known, findings)
    if source is None:
        what = f"nguồn lạ / unknown source: {message.sender[:120] or '?'}"
        findings.add("sender", what, "thêm vào sources.toml nếu tin được / add it to sources.toml if it can be trusted")
        raise _refused(findings)
    mapping = ToAlert(source, channel, findings, remarks)
    check_now(message, source.statuses, mapping.ends(message), now, source.ahead_seconds, findings)
    check_events(message, source, findings)
    alert = mapping.alert(message)
    if alert is None:
        raise _refused(findings)
    return CapAlert(
        source=source,
        message=message,
        alert=alert,
        phrases=phrases_for(message, source),
        speech=words_to_speak(message, source),
        remarks=remarks.all(),
        digest=hashlib.sha256(raw).hexdigest(),
    )


def _refused(findings: Findings) -> Refused:
    """All of them, unless they are more than anybody reads."""
    found = findings.all()
    rest = len(found) - MOST_COMPLAINTS
    more = (Complaint("cap", f"và {rest} lỗi nữa / and {rest} more", "sửa rồi gửi lại / correct these first"),) if rest > 0 else ()
    return Refused(*found[:MOST_COMPLAINTS], *more)
