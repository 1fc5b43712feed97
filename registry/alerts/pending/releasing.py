"""Letting an alert out into the release tree: once, however often it is tried. Blocking: called in a thread."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from bundle.alert import Alert, AlertSet
from bundle.policy import Policy
from bundle.trust import Target, role_for
from registry.trust.keys import PersonKey
from registry.trust.lock import publishing
from registry.trust.proposal import Proposal, compact, propose, sign
from registry.trust.release import release
from registry.trust.site import Site
from registry.trust.urgent import released_document, with_alerts


def present(site: Site, channel: str, target: Target) -> AlertSet | None:
    """The alerts that *channel* has released as *target*."""
    found = released_document(site, channel, target)
    return found if isinstance(found, AlertSet) else None


def policy_of(site: Site, channel: str) -> Policy | None:
    """The rules that *channel* has released."""
    found = released_document(site, channel, Target.POLICY)
    return found if isinstance(found, Policy) else None


def proposal_for(site: Site, channel: str, alert: Alert, now: datetime) -> Proposal:
    """What two persons sign to let *alert* out beside those that are released now."""
    wanted = with_alerts(present(site, channel, Target.ALERTS), channel, [alert], now)
    return propose(site, channel, Target.ALERTS, compact(wanted), now)


def moved_on(site: Site, proposal: Proposal) -> bool:
    """Whether the channel released something else since: what was signed fits no longer."""
    here = site.cell(proposal.channel).version(role_for(proposal.target).value)
    return proposal.metadata().signed.version != here + 1


def put_out_signed(site: Site, proposal: Proposal, online: PersonKey, now: datetime, blobs: Path) -> int:
    """Release what two persons signed, unless it stands there already; the version that carries it."""
    version = proposal.metadata().signed.version
    with publishing(site, proposal.channel):
        if _stands(site, proposal, version):
            return version
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
