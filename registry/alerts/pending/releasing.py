"""Letting an alert out into the release tree: once, however often it is tried. Blocking: called in a thread."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bundle.alert import Alert, AlertSet, Identity
from bundle.area import ancestors, covers
from bundle.errors import Refused, refuse
from bundle.policy import Policy, StopList
from bundle.trust import Target, role_for
from bundle.trust.persons import APPROVERS
from registry.alerts.approving import one_of
from registry.alerts.pending.cancelling import Aired
from registry.alerts.pending.gate import feed_refuses
from registry.alerts.pending.routing import channels_for
from registry.alerts.pending.row import Pending
from registry.alerts.pending.states import Origin
from registry.trust.keys import PersonKey
from registry.trust.lock import publishing
from registry.trust.proposal import Proposal, compact, propose, sign
from registry.trust.release import release
from registry.trust.site import Site
from registry.trust.urgent import released_document, with_alerts

NO_FEED = "sổ này không giữ khóa phát tự động của kênh / this registry holds no key of the channel's feed"


def present(site: Site, channel: str, target: Target) -> AlertSet | None:
    """The alerts that *channel* has released as *target*."""
    found = released_document(site, channel, target)
    return found if isinstance(found, AlertSet) else None


def stopped_in(site: Site, channel: str) -> set[Identity]:
    """The alerts that one person stopped, in *channel* or in one above it."""
    here = site.channels()
    lists = (released_document(site, each, Target.STOP) for each in ancestors(channel) if each in here)
    return {each.identity() for found in lists if isinstance(found, StopList) for each in found.cancelled}


def aired_in(site: Site, channel: str) -> Aired:
    """What stands in the documents of *channel* now."""
    fed, signed = present(site, channel, Target.FEED), present(site, channel, Target.ALERTS)
    return Aired(fed.alerts if fed else (), signed.alerts if signed else (), frozenset(stopped_in(site, channel)))


@dataclass(frozen=True)
class Named:
    """What a message refers to, where it waits or stands: in *channel*, about *areas*; *fed* when the feed released it."""

    channel: str
    areas: tuple[str, ...]
    fed: bool


def standing(site: Site, identities: Collection[Identity], areas: Collection[str]) -> list[Named]:
    """Where those of *identities* stand in channels about *areas*, whoever released them."""
    if not identities:
        return []
    near = [each for each in site.channels() if any(covers(area, each) or covers(each, area) for area in areas)]
    listed = ((each, target, present(site, each, target)) for each in near for target in (Target.FEED, Target.ALERTS))
    return [
        Named(channel, alert.areas, target is Target.FEED)
        for channel, target, found in listed
        for alert in (found.alerts if found else ())
        if alert.identity() in identities
    ]


def policy_of(site: Site, channel: str) -> Policy | None:
    """The rules that *channel* has released."""
    found = released_document(site, channel, Target.POLICY)
    return found if isinstance(found, Policy) else None


@dataclass(frozen=True)
class Road:
    """Under which *channels* a message leaves, and *why* two persons must sign it there; None when the feed may carry it."""

    channels: tuple[str, ...]
    why: str | None


def road_for(site: Site, alert: Alert, places: Sequence[str], feeds: Collection[str], named: Collection[str]) -> Road:
    """The road of a message about *places*; *feeds* are the channels whose feed's key is here, *named* those of what it refers to.

    ``Refused`` when a place lies in no channel of this registry.
    """
    here = site.channels()
    channels = channels_for(places, [each for each in here if each in feeds], named)
    if channels and set(channels) <= set(feeds):
        return Road(channels, feed_refuses(_policies(site, places), alert))
    channels = channels_for(places, here, named)
    if not channels:
        what = f"{', '.join(places)}: không thuộc kênh nào ở đây / in no channel of this registry"
        raise refuse("areas", what, "kiểm tra mã khu vực / check the area codes")
    return Road(channels, NO_FEED)


def seatless(site: Site, feeds: Mapping[str, PersonKey]) -> dict[str, str]:
    """Which of *feeds* no unit would obey, and why: the key has no seat in its channel, or the channel is not here."""
    found = {}
    for channel, key in feeds.items():
        try:
            delegations = site.cell(channel).targets.signed.delegations
        except Refused as refused:
            found[channel] = str(refused)
            continue
        roles = (delegations.roles or {}) if delegations else {}
        role = roles.get(role_for(Target.FEED).value)
        if role is None or key.keyid not in role.keyids:
            found[channel] = f"{channel}: khóa này không có quyền feed / this key has no seat for the feed → bangtin publish person add"
    return found


def policies_for(site: Site, pending: Pending) -> dict[str, Policy | None]:
    """The rules that govern each place of *pending*."""
    return _policies(site, pending.alert.areas or (pending.channel,))


def _policies(site: Site, places: Sequence[str]) -> dict[str, Policy | None]:
    """By place: units obey the nearest channel that signed some rules."""
    here = site.channels()
    asked = {channel for place in places for channel in ancestors(place) if channel in here}
    signed = {channel: policy for channel in asked if (policy := policy_of(site, channel))}
    return {place: next((signed[each] for each in reversed(ancestors(place)) if each in signed), None) for place in places}


def proposal_for(site: Site, pending: Pending, now: datetime) -> Proposal:
    """What two persons sign to let *pending* out beside what its channel has released now.

    What no officer wrote names those who may approve it there as its approvers: one of them does, or it does not leave.
    """
    channel, alert = pending.channel, pending.alert
    if pending.origin is not Origin.FORM and (names := _approvers(site, channel)):
        said = alert.provenance.model_copy(update={"approver": one_of(names), "exception": None})
        alert = alert.model_copy(update={"provenance": said})
    wanted = with_alerts(present(site, channel, Target.ALERTS), channel, [alert], now)
    return propose(site, channel, Target.ALERTS, compact(wanted), now)


def _approvers(site: Site, channel: str) -> list[str]:
    delegations = site.cell(channel).targets.signed.delegations
    role = (delegations.roles or {}).get(role_for(Target.ALERTS).value) if delegations else None
    return sorted(set(role.unrecognized_fields.get(APPROVERS, {}).values())) if role else []


def moved_on(site: Site, proposal: Proposal) -> bool:
    """Whether the channel released something else since: what was signed fits no longer."""
    here = site.cell(proposal.channel).version(role_for(proposal.target).value)
    return proposal.metadata().signed.version != here + 1


def put_out_signed(
    site: Site, proposal: Proposal, online: PersonKey, now: datetime, blobs: Path, check: Callable[[], None] = lambda: None
) -> int:
    """Release what two persons signed, unless it stands there already; the version that carries it.

    *check* raises ``Refused`` when it may not leave any more: while it looks, nobody else publishes in the channel.
    """
    version = proposal.metadata().signed.version
    with publishing(site, proposal.channel):
        if _stands(site, proposal, version):
            return version
        check()
        return release(site, proposal, online, now, blobs).version


def put_out_by_feed(
    site: Site, channel: str, alerts: Sequence[Alert], feed: PersonKey, online: PersonKey, now: datetime, blobs: Path
) -> int:
    """Release those of *alerts* that do not stand in the feed of *channel* already, signed by the *feed*'s key; the version then."""
    with publishing(site, channel):
        standing = present(site, channel, Target.FEED)
        listed = {alert.identity() for alert in standing.alerts} if standing else set()
        new = [alert for alert in alerts if alert.identity() not in listed]
        if not new:
            return site.cell(channel).version(role_for(Target.FEED).value)
        proposal = propose(site, channel, Target.FEED, compact(with_alerts(standing, channel, new, now)), now)
        return release(site, sign(proposal, feed), online, now, blobs).version


def _stands(site: Site, proposal: Proposal, version: int) -> bool:
    role = role_for(proposal.target).value
    path = site.metadata(proposal.channel, role, version)
    return site.cell(proposal.channel).version(role) >= version and path.exists() and path.read_bytes() == proposal.role.encode()
