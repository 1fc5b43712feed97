"""What comes in from authorities, fuzzed: a message is an alert of the channel that it was read for, or a refusal."""

import xml.etree.ElementTree as Tree
from collections.abc import Iterator

from bundle.alert import AlertSet, MessageType, Status
from bundle.area import covers
from bundle.errors import Refused
from bundle.trust import Target
from bundle.trust.documents import parse_document
from registry.alerts.cap import read_cap
from registry.alerts.cap.drawing import Mark, drawing
from registry.alerts.cap.message import Point
from registry.alerts.openings import opened
from tests.fuzz.world import compacted
from tests.registry.alerts.cap.messages import ISSUED, ISSUERS, issuers_sources
from tests.simulators.content import CHANNEL

SOURCES = issuers_sources()


def cap(raw: bytes) -> bool:
    """What is believed can be published, is no wider than its channel, says first what it is not, and can be drawn."""
    try:
        taken = read_cap(raw, SOURCES, CHANNEL, ISSUED)
    except Refused:
        return False
    alert = taken.alert
    document = AlertSet(format=1, channel=CHANNEL, alerts=(alert,))
    assert parse_document(compacted(document), CHANNEL, Target.ALERTS) == document
    assert all(covers(CHANNEL, area) for area in alert.areas)
    assert alert.areas or alert.message_type is MessageType.CANCEL, "without a place it would be for everyone"
    for text in alert.versions:
        assert alert.status is Status.ACTUAL or opened(text.headline, alert.status, text.language) == text.headline
    drawn = drawing([area for info in taken.message.infos for area in info.areas], [Mark("A", Point(22.0, 106.0), True)])
    assert not drawn or Tree.fromstring(drawn) is not None
    return True


def caps() -> Iterator[bytes]:
    """One of each issuer."""
    for path in sorted(ISSUERS.glob("*.xml")):
        yield path.read_bytes()
