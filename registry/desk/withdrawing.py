"""Taking an entry off the air by one person's signature, and which stop list did it. Blocking: called in a thread."""

from collections.abc import Sequence
from datetime import datetime

from bundle.errors import refuse
from bundle.policy import StopList
from bundle.trust import Target, role_for, unpack
from bundle.trust.documents import parse_document
from registry.desk.carrying import Stopped
from registry.desk.change import withdrawn
from registry.desk.on_air import Entry, entries, every_entry
from registry.desk.proposing import bundle_of, stops_of
from registry.trust.proposal import Proposal, compact, propose
from registry.trust.site import Site
from registry.trust.urgent import with_withdrawal

REASON = "dừng trên điện thoại / stopped on a phone"


def entry_of(site: Site, channel: str, name: str, now: datetime) -> Entry:
    """What is on the air under *name*; ``Refused`` when nothing is."""
    found = next((each for each in entries(bundle_of(site, channel), stops_of(site, channel), now) if each.name == name), None)
    if found is None:
        raise refuse(name, "không còn đang phát / it is not on the air any more", "mở lại trang / open the page again")
    return found


def withdrawal_proposal(site: Site, channel: str, entry: Entry, now: datetime) -> Proposal:
    """What one person of *channel* signs to take *entry* off the air, beside what is stopped already."""
    stops: StopList | None = stops_of(site, channel)
    for item in entry.items:
        stops = with_withdrawal(site, stops, channel, item, REASON)
    if stops is None:
        raise ValueError(f"{entry.name} has no items")
    return propose(site, channel, Target.STOP, compact(stops), now)


def withdraws(proposal: Proposal, items: Sequence[str], version: int) -> bool:
    """Whether the content of *proposal* takes all of *items* off the air of the bundle of this *version*; ``Refused`` when it is no list
    of stops.
    """
    stops = parse_document(proposal.content.encode(), proposal.channel, Target.STOP)
    return isinstance(stops, StopList) and set(items) <= withdrawn(version, stops)


def stopped_in(site: Site, channel: str, name: str, now: datetime) -> Stopped | None:
    """What was taken off the air under *name*, and the first of the stop lists in force since then; None when nothing was."""
    bundle = bundle_of(site, channel)
    entry = next((each for each in every_entry(bundle, now) if each.name == name), None) if bundle else None
    stops = stops_of(site, channel)
    if entry is None or stops is None or not _withdraws(stops, entry.items):
        return None
    version = site.cell(channel).version(role_for(Target.STOP).value)
    while _withdraws(_earlier(site, channel, version - 1), entry.items):
        version -= 1
    return Stopped(channel, entry, version)


def _earlier(site: Site, channel: str, version: int) -> StopList | None:
    path = site.history(channel, Target.STOP, version)
    if not path.exists():
        return None
    found = parse_document(unpack(path.read_bytes()).content.encode(), channel, Target.STOP)
    return found if isinstance(found, StopList) else None


def _withdraws(stops: StopList | None, items: Sequence[str]) -> bool:
    return stops is not None and set(items) <= {entry.item for entry in stops.withdrawn}
