"""When a live start counts: the grant that two persons signed, the one person whom it names, and its maximum. Pure.

Unit, registry and the officer's own command ask the same question here, so that none of them opens what another would not.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bundle.errors import refuse
from bundle.items import LiveGrant
from bundle.manifest import Bundle
from bundle.orders import LiveOrder, order_name
from bundle.trust.persons import person_of


@dataclass(frozen=True)
class Leave:
    """A start that counts: *order* under *grant* of *bundle*, over at *ends* whatever still comes."""

    bundle: Bundle
    grant: LiveGrant
    order: LiveOrder
    ends: datetime

    @property
    def url(self) -> str:
        """Where units hear it."""
        return f"{self.grant.url.rstrip('/')}/{live_path(self.bundle.channel, self.order)}"


def live_path(channel: str, order: LiveOrder) -> str:
    """Where the sound of *order* lies below a grant's address."""
    return f"{channel}/{order.grant}/{order.id}"


def live_occurrence(channel: str, order: LiveOrder) -> str:
    """How journals name what is said under *order*: like one item of a session, as which it counts."""
    return f"{order_name(channel, order)}/0:{order.grant}"


def leave(bundle: Bundle | None, order: LiveOrder, signers: Iterable[str]) -> Leave:
    """The leave that *order* stands on, when *signers* signed the orders; ``Refused`` says why it counts for nothing.

    An order that asks for longer than its grant ends with the grant's maximum.
    """
    grants = bundle.live_grants if bundle else ()
    grant = next((each for each in grants if each.id == order.grant), None)
    if bundle is None or grant is None:
        names = ", ".join(each.id for each in grants) or "–"
        raise refuse(order.id, f"không có quyền nói trực tiếp {order.grant} (no such live grant)", f"có / there are: {names}")
    persons = {person_of(name) for name in signers}
    if person_of(order.person) != person_of(grant.person) or person_of(grant.person) not in persons:
        what = f"quyền {grant.id} là của {grant.person}, phải tự ký (the grant is another person's, who must sign)"
        raise refuse(order.id, what, f"{grant.person} ký bằng khóa ops / signs with their own key")
    if (grant.valid_from and order.since < grant.valid_from) or (grant.valid_until and order.since >= grant.valid_until):
        raise refuse(order.id, f"quyền {grant.id} không có hiệu lực lúc đó (the grant is not valid then)", "cấp quyền mới / a new grant")
    limits = [order.expires, order.since + timedelta(minutes=grant.minutes), *([grant.valid_until] if grant.valid_until else [])]
    return Leave(bundle, grant, order, min(limits))
