"""Submissions in the database: added once, changed together with their row in the audit, found again."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bundle.errors import refuse
from registry.audit.chain import Event, note
from registry.desk.states import OPEN, State
from registry.desk.submission import NEW, Submission, submission_of, values_of
from registry.desk.tables import submissions

_EVENTS = {
    State.DRAFT: Event.CONTENT_DRAFTED,
    State.SUBMITTED: Event.CONTENT_SUBMITTED,
    State.APPROVED: Event.CONTENT_APPROVED,
    State.RELEASED: Event.CONTENT_RELEASED,
    State.OUTDATED: Event.CONTENT_OUTDATED,
    State.CANCELLED: Event.CONTENT_CANCELLED,
}


async def keep(connection: AsyncConnection, submission: Submission, who: str, now: datetime, block: str = "") -> Submission:
    """Keep what *who* made of *submission*, and its row in the audit; the same with its number."""
    if submission.id == NEW:
        made = await connection.execute(insert(submissions).values(**values_of(submission)))
        if made.inserted_primary_key is None:
            raise RuntimeError("a row without a number")
        submission = replace(submission, id=int(made.inserted_primary_key[0]))
    else:
        await renew(connection, submission)
    told = f"#{submission.id} {submission.channel} {submission.name}" + (f": {submission.why}" if submission.why else "")
    await note(connection, _EVENTS[submission.state], now, who, block=block, detail=told[:300])
    return submission


async def renew(connection: AsyncConnection, submission: Submission) -> None:
    """Keep what was made anew over another state of its channel, as nobody's decision."""
    await connection.execute(update(submissions).where(submissions.c.id == submission.id).values(**values_of(submission)))


async def one(connection: AsyncConnection, number: int) -> Submission:
    """The submission of this *number*; ``Refused`` when there is none."""
    row = (await connection.execute(select(submissions).where(submissions.c.id == number))).one_or_none()
    if row is None:
        raise refuse(f"#{number}", "không có bản này / there is no such submission", "mở lại bàn làm việc / open the desk again")
    return submission_of(row)


async def of_form(connection: AsyncConnection, author: str, once: str) -> Submission | None:
    """What *author* made with the form numbered *once*."""
    here = submissions.c
    row = (await connection.execute(select(submissions).where(here.author == author, here.once == once))).one_or_none()
    return submission_of(row) if row else None


async def still_open(connection: AsyncConnection, channels: Sequence[str]) -> tuple[Submission, ...]:
    """Everything of *channels* that somebody can still decide on, the newest change first."""
    here = submissions.c
    states = [state.value for state in OPEN]
    rows = await connection.execute(
        select(submissions).where(here.channel.in_(channels), here.state.in_(states)).order_by(here.changed.desc(), here.id.desc())
    )
    return tuple(submission_of(row) for row in rows)


async def of_name(connection: AsyncConnection, channel: str, name: str) -> Submission | None:
    """The released submission of *channel* whose items are called *name*, from which a correction begins."""
    here = submissions.c
    mine = (here.channel == channel) & (here.name == name) & (here.state == State.RELEASED.value)
    row = (await connection.execute(select(submissions).where(mine))).first()
    return submission_of(row) if row else None
