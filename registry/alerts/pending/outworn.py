"""Proposals that fit no longer: the channel released something else, or somebody who signed has lost their seat."""

from collections.abc import Iterable

from bundle.trust import Role
from registry.alerts.pending.row import Pending
from registry.alerts.pending.states import WAITING, State
from registry.trust.site import Site

SIGN_AGAIN = "kênh vừa phát hành bản khác, chữ ký cũ không còn khớp / the channel has released something else, the signatures fit no longer"
UNSEATED = "người soạn đã ký không còn quyền, chữ ký bị bỏ; người khác soạn và ký"
UNSEATED += " / its author has lost the seat, the signature is void: somebody else raises or signs it"


def outworn(site: Site, channel: str, pendings: Iterable[Pending]) -> list[tuple[Pending, str | None]]:
    """Those of *pendings*, which wait in *channel* for two persons, that must be proposed anew, and what is told of each."""
    cell, found = site.cell(channel), list[tuple[Pending, str | None]]()
    delegations = cell.targets.signed.delegations
    role = (delegations.roles or {}).get(Role.ALERTS.value) if delegations else None
    seated, version = set(role.keyids) if role else set(), cell.version(Role.ALERTS.value)
    for pending in pendings:
        if pending.proposal is None or pending.state not in WAITING:
            continue
        metadata, signed = pending.proposal.metadata(), pending.state is State.SIGNED_BY_AUTHOR
        if metadata.signed.version != version + 1:
            found.append((pending, SIGN_AGAIN if signed else pending.why))
        elif set(metadata.signatures) - seated:
            found.append((pending, UNSEATED))
    return found
