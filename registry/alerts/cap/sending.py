"""A CAP file that two persons release by hand: read, begun with stored phrases, spoken, and answered for by both."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from bundle.alert import Alert, AlertSet
from bundle.area import AreaCode
from bundle.errors import Complaint
from bundle.items import Provenance
from bundle.manifest import Bundle
from bundle.trust import Target
from registry.alerts.cap import CapAlert, read_cap
from registry.alerts.sources import Source
from registry.alerts.speech import spoken, with_phrases
from registry.making.blobs import Blobs
from registry.making.spoken import Speaker
from registry.making.voice import Voice
from registry.trust.site import Site
from registry.trust.urgent import released_document


def read_file(file: Path, sources: Sequence[Source], site: Site, channel: AreaCode, now: datetime) -> CapAlert:
    """The message in *file*; ``Refused`` with every complaint."""
    return read_cap(file.read_bytes(), sources, channel, now, released_alerts(site, channel), file.name)


def sendable(cap: CapAlert, site: Site, channel: AreaCode, blobs: Path, voice: Voice, approver: str) -> tuple[Alert, tuple[Complaint, ...]]:
    """The alert of *cap* with its speech, whose clips lie below *blobs*, and what it goes without.

    Its sender is the author, *approver* the person who lets it out.
    """
    bundle = released_document(site, channel, Target.BUNDLE)
    begun, lacking = with_phrases(cap.alert, bundle if isinstance(bundle, Bundle) else None, cap.phrases)
    said, silent = spoken(begun, Speaker(blobs, voice, Blobs(blobs)), approver, cap.speech)
    told = said.provenance
    exception = told.exception if told.author == approver else None
    answered = Provenance(author=told.author, approver=approver, issuing_body=told.issuing_body, exception=exception)
    return said.model_copy(update={"provenance": answered}), (*lacking, *silent)


def released_alerts(site: Site, channel: AreaCode) -> tuple[Alert, ...]:
    """What *channel* has released, by two persons or by its feed; nothing when it is an area without a channel of its own."""
    targets = (Target.ALERTS, Target.FEED) if channel in site.channels() else ()
    found = (released_document(site, channel, target) for target in targets)
    return tuple(alert for each in found if isinstance(each, AlertSet) for alert in each.alerts)
