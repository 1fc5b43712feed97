"""Stopping an alert by one person's signature, made elsewhere: what is signed, and letting it out. Blocking: called in a thread."""

import json
from datetime import datetime

from tuf.api.metadata import Metadata, Targets
from tuf.api.serialization import DeserializationError

from bundle.alert import Identity, Reference
from bundle.errors import refuse
from bundle.policy import StopList
from bundle.trust import Target
from bundle.trust.documents import parse_document
from registry.alerts.pending.signing import with_signature
from registry.trust.keys import PersonKey
from registry.trust.lock import publishing
from registry.trust.proposal import Proposal, compact, propose
from registry.trust.release import Released, release
from registry.trust.site import Site
from registry.trust.urgent import also_ending, released_document


def stop_proposal(site: Site, channel: str, identity: Identity, now: datetime) -> Proposal:
    """What one person of *channel* signs to end the alert of this *identity*, its own or one below it, beside what is stopped already."""
    present = released_document(site, channel, Target.STOP)
    stops = present if isinstance(present, StopList) else StopList(format=1, channel=channel)
    ended = Reference(sender=identity.sender, identifier=identity.identifier, sent=datetime.fromisoformat(identity.sent))
    return propose(site, channel, Target.STOP, compact(also_ending(stops, [ended])), now)


def as_signed(channel: str, signed: str, content: str, target: Target = Target.STOP) -> Proposal:
    """The proposal for *target* whose *signed* bytes and *content* a browser brings back; ``Refused`` when they do not belong together."""
    try:
        metadata = Metadata[Targets].from_dict({"signatures": [], "signed": json.loads(signed)})
    except (DeserializationError, ValueError, KeyError, TypeError, AttributeError) as problem:
        raise refuse(channel, f"lệnh hỏng / what was signed is damaged: {problem}", "mở lại trang / open the page again") from None
    proposal = Proposal(channel=channel, target=target, role=metadata.to_bytes().decode(), content=content)
    proposal.metadata()
    return proposal


def ends(proposal: Proposal, identity: Identity) -> bool:
    """Whether the content of *proposal* ends the alert of this *identity*; ``Refused`` when it is no list of stops."""
    stops = parse_document(proposal.content.encode(), proposal.channel, Target.STOP)
    return isinstance(stops, StopList) and identity in [each.identity() for each in stops.cancelled]


def put_out_stop(site: Site, proposal: Proposal, keyid: str, signature: str, online: PersonKey, now: datetime) -> tuple[Released, str]:
    """Release *proposal* with the *signature* (hex) of *keyid*, and who that is; ``Refused`` for whatever a unit would refuse."""
    with publishing(site, proposal.channel):
        signed, person, _ = with_signature(site, proposal, keyid, signature, now)
        return release(site, signed, online, now), person
