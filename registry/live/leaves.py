"""Who may speak into which live order now: read from the release tree, and believed by the same check as on a unit."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bundle.errors import refuse
from bundle.live import Leave, leave
from bundle.manifest import Bundle
from bundle.orders import LiveOrder, Orders
from bundle.policy import StopList
from bundle.trust import Target, Verified, verify_pack
from bundle.trust.documents import Document, parse_document
from registry.trust.site import Site, make_pack

AHEAD = timedelta(minutes=1)
"""Who will speak may connect a little before, and units too."""


@dataclass(frozen=True)
class Told:
    """What a channel's documents say of live voices, and who signed the orders."""

    orders: tuple[LiveOrder, ...]
    signers: tuple[str, ...]
    bundle: Bundle | None
    stop: StopList | None

    def leave(self, grant: str, order: str, now: datetime) -> Leave:
        """The leave of this order; ``Refused`` when there is none, or it is over, or its grant was withdrawn."""
        found = next((each for each in self.orders if (each.id, each.grant) == (order, grant)), None)
        if found is None:
            raise refuse(order, "không có lệnh nói trực tiếp này (no such live order)", "bangtin publish order live")
        allowed = leave(self.bundle, found, self.signers)
        withdrawn = self.stop.withdrawn if self.stop else ()
        if any(stop.item == grant and allowed.bundle.version <= stop.version for stop in withdrawn):
            raise refuse(order, f"quyền {grant} đã bị rút (the grant was withdrawn)", "cấp quyền mới / a new grant")
        if not found.since - AHEAD <= now < allowed.ends:
            raise refuse(order, "không phải lúc này (not now: it has not begun, or is over)", "bangtin publish order live")
        return allowed


def told_by(site: Site, channel: str) -> Told:
    """What is released in *channel* now; ``Refused`` when no unit would believe it."""
    orders, proof = _believed(site, channel, Target.OPS)
    bundle, _ = _believed(site, channel, Target.BUNDLE)
    stop, _ = _believed(site, channel, Target.STOP)
    return Told(
        tuple(each for each in orders.orders if isinstance(each, LiveOrder)) if isinstance(orders, Orders) else (),
        proof.authors if proof else (),
        bundle if isinstance(bundle, Bundle) else None,
        stop if isinstance(stop, StopList) else None,
    )


def _believed(site: Site, channel: str, target: Target) -> tuple[Document | None, Verified | None]:
    """What is released as *target*, and what proves it; (None, None) before its first release."""
    if not site.has(channel, target):
        return None, None
    verified = verify_pack(make_pack(site, channel, target), site.root(), channel, target)
    return parse_document(verified.content, channel, target), verified
