"""One alert that waits, as the database keeps it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from bundle.alert import Alert, Identity, MessageType
from bundle.trust import Target
from director.messages import DEFAULT_LIFE
from registry.alerts.pending.states import LEAVING, WAITING, Act, Origin, State, after
from registry.trust.proposal import Proposal

OVERTAKEN_BY = "overtaken_by"
"""Where a row keeps which newer one superseded it."""


@dataclass(frozen=True)
class Pending:
    """*target* is the document in which *alert* leaves *channel*: ``alerts.json`` by two persons, ``feed.json`` by the feed's key.

    *source* is who raised it: an officer, a source or a drill. *release_at* is when it leaves by itself, *hold_off* after *received*.
    *why* says what keeps it from leaving. *version* is that of the document that carried it out, None while it has not left.
    """

    id: int
    channel: str
    origin: Origin
    source: str
    target: Target
    alert: Alert
    state: State
    received: datetime
    hold_off: timedelta | None = None
    release_at: datetime | None = None
    why: str | None = None
    proposal: Proposal | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    reason: str | None = None
    version: int | None = None
    out_at: datetime | None = None
    extra: Mapping[str, Any] | None = None

    @property
    def is_out(self) -> bool:
        """Whether it stands in a released document."""
        return self.version is not None

    @property
    def is_to_leave(self) -> bool:
        """Whether it waits, or was let go and has not left yet."""
        return not self.is_out and self.state in (*WAITING, *LEAVING)

    @property
    def identity(self) -> Identity:
        """What makes it the same alert."""
        return self.alert.identity()

    @property
    def expires(self) -> datetime:
        """When it is no longer worth saying; a Cancel always is."""
        if self.alert.message_type is MessageType.CANCEL:
            return datetime.max.replace(tzinfo=self.alert.sent.tzinfo)
        return self.alert.expires or self.alert.sent + DEFAULT_LIFE

    @property
    def overtaken_by(self) -> Identity | None:
        """The newer one that superseded it before it left."""
        told = (self.extra or {}).get(OVERTAKEN_BY)
        return Identity(*told) if told else None

    def expired_wrongly(self, now: datetime) -> bool:
        """Whether a clock that ran ahead let it expire, so that it may be sent again."""
        return self.state is State.EXPIRED and self.expires > now

    def superseded(self, by: "Pending", now: datetime) -> "Pending":
        """The same after a newer one has come, which it keeps the identity of."""
        newer = by.identity
        told = {OVERTAKEN_BY: [newer.sender, newer.identifier, newer.sent]}
        moved = self.moved(Act.SUPERSEDE, now, by.source, f"tin mới hơn / a newer one: {newer.identifier}")
        return replace(moved, extra={**(self.extra or {}), **told})

    def moved(self, act: Act, now: datetime, by: str | None = None, reason: str | None = None) -> "Pending":
        """The same after *act*, by whom and why; ``Refused`` when it cannot happen."""
        state = after(self.state, act, self.is_out)
        return replace(self, state=state, decided_by=by, decided_at=now, reason=reason)


def values_of(pending: Pending) -> dict[str, Any]:
    """The columns of *pending* but its id."""
    identity = pending.identity
    return {
        "channel": pending.channel,
        "sender": identity.sender,
        "identifier": identity.identifier,
        "sent": identity.sent,
        "kind": pending.alert.message_type.value,
        "origin": pending.origin.value,
        "source": pending.source,
        "target": pending.target.value,
        "alert": pending.alert.model_dump_json(),
        "state": pending.state.value,
        "received": pending.received.isoformat(),
        "hold_off": pending.hold_off.total_seconds() if pending.hold_off is not None else None,
        "release_at": _written(pending.release_at),
        "why": pending.why,
        "proposal": pending.proposal.model_dump_json() if pending.proposal else None,
        "decided_by": pending.decided_by,
        "decided_at": _written(pending.decided_at),
        "reason": pending.reason,
        "version": pending.version,
        "out_at": _written(pending.out_at),
        "extra": dict(pending.extra) if pending.extra is not None else None,
    }


def pending_of(row: Row[Any]) -> Pending:
    """What a *row* of the table says."""
    return Pending(
        id=row.id,
        channel=row.channel,
        origin=Origin(row.origin),
        source=row.source,
        target=Target(row.target),
        alert=Alert.model_validate_json(row.alert),
        state=State(row.state),
        received=datetime.fromisoformat(row.received),
        hold_off=timedelta(seconds=row.hold_off) if row.hold_off is not None else None,
        release_at=_read(row.release_at),
        why=row.why,
        proposal=Proposal.model_validate_json(row.proposal) if row.proposal else None,
        decided_by=row.decided_by,
        decided_at=_read(row.decided_at),
        reason=row.reason,
        version=row.version,
        out_at=_read(row.out_at),
        extra=row.extra,
    )


def _written(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None


def _read(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
