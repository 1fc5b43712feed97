"""One change of a channel's bundle on its way through the desk, as the database keeps it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from bundle.base import Language
from registry.desk.change import Change
from registry.desk.states import ITS_AUTHORS, Act, State, after
from registry.desk.wish import Wish
from registry.trust.proposal import Proposal

NEW = 0
"""The number of one that is not kept yet."""


@dataclass(frozen=True)
class Submission:
    """*accepted* are the languages without speech that its author accepted, by the village's code; *why* says why it waits or came back."""

    id: int
    channel: str
    author: str
    name: str
    once: str
    state: State
    wish: Wish | None
    change: Change
    proposal: Proposal | None
    made: datetime
    changed: datetime
    accepted: Mapping[str, Sequence[Language]] | None = None
    why: str | None = None
    decided_by: str | None = None
    version: int | None = None

    def moved(self, act: Act, now: datetime, **more: Any) -> "Submission":
        """The same after *act*; ``Refused`` when that cannot happen to it. Where its author signs next, nobody has signed."""
        state = after(self.state, act)
        proposal = self.proposal.unsigned() if self.proposal and state in ITS_AUTHORS else self.proposal
        return replace(self, state=state, changed=now, **{"proposal": proposal, **more})


def submission_of(row: Row[Any]) -> Submission:
    """The submission of a row."""
    return Submission(
        id=row.id,
        channel=row.channel,
        author=row.author,
        name=row.name,
        once=row.once,
        state=State(row.state),
        wish=Wish.model_validate_json(row.wish) if row.wish else None,
        change=Change.model_validate_json(row.change),
        proposal=Proposal.model_validate_json(row.proposal) if row.proposal else None,
        made=datetime.fromisoformat(row.made),
        changed=datetime.fromisoformat(row.changed),
        accepted=row.accepted,
        why=row.why,
        decided_by=row.decided_by,
        version=row.version,
    )


def values_of(submission: Submission) -> dict[str, Any]:
    """Its columns, without its number."""
    return {
        "channel": submission.channel,
        "author": submission.author,
        "name": submission.name,
        "once": submission.once,
        "state": submission.state.value,
        "wish": submission.wish.model_dump_json() if submission.wish else None,
        "change": submission.change.model_dump_json(),
        "proposal": submission.proposal.model_dump_json() if submission.proposal else None,
        "made": submission.made.isoformat(),
        "changed": submission.changed.isoformat(),
        "accepted": submission.accepted,
        "why": submission.why,
        "decided_by": submission.decided_by,
        "version": submission.version,
    }
