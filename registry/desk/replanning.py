"""The edits that a change of sessions came from, so that a plan which was sent back is gone on with and not begun anew. Pure."""

from collections.abc import Iterator

from bundle.items import Session
from bundle.manifest import Bundle
from registry.desk.change import Change
from registry.desk.planning import Edit, moves, told


def edits_of(change: Change, bundle: Bundle) -> Iterator[Edit]:
    """What makes the sessions of *change* out of those of *bundle*: an edit says no more than what is different."""
    known = {session.id: session for session in bundle.sessions}
    for session in change.sessions:
        before = known.get(session.id)
        yield _begun(session) if before is None else _different(session, before)


def _begun(session: Session) -> Edit:
    schedule = session.schedule
    return Edit(
        session=session.id,
        title=session.title,
        clock=schedule.start.time(),
        rule=told(schedule),
        order=session.order,
        zones=session.zones,
        skipped=tuple(each.date() for each in schedule.except_on),
    )


def _different(session: Session, before: Session) -> Edit:
    schedule, old = session.schedule, before.schedule
    # A rule that is chosen forgets the days that were left out of the one before it.
    rule = told(schedule) if told(schedule) != told(old) else None
    left_out = set() if rule else {each.date() for each in old.except_on}
    is_moved = moves(schedule) and (rule is not None or schedule.start.time() != old.start.time())
    return Edit(
        session=session.id,
        title=session.title if session.title != before.title else None,
        clock=schedule.start.time() if is_moved else None,
        rule=rule,
        order=session.order if session.order != before.order else None,
        zones=session.zones if session.zones != before.zones else None,
        skipped=tuple(dict.fromkeys(each.date() for each in schedule.except_on if each.date() not in left_out)),
    )
