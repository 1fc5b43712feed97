"""A unit that was replaced and shows up again: nothing that it says is believed, and whoever runs the fleet hears of it."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bundle.errors import Refused, refuse
from registry.audit.chain import Event, note
from registry.audit.tables import audit

AGAIN = timedelta(hours=24)
"""Once in so long it is written down that the same unit is still there."""
ALARMED = timedelta(days=30)
"""So long after it was last heard the unit that took its place shows the alarm."""


def revoked(unit: str, by: str) -> Refused:
    """How a report that the old key of the replaced *unit* signed is refused."""
    what = f"revoked: {unit} đã được {by} thay thế, khóa hết hiệu lực / was replaced by {by}, its key is void"
    return refuse("unit", what, "thu hồi thiết bị cũ; muốn dùng lại thì xoá thẻ và đăng ký mới / collect it; to use it again enrol it anew")


async def showed_up(connection: AsyncConnection, old: str, by: str, now: datetime) -> None:
    """Write down that the replaced unit *old* spoke, proven by its old key; the same news is written once a day."""
    last = await connection.scalar(select(func.max(audit.c.at)).where(audit.c.event == Event.REPLACED_SPOKE.value, audit.c.unit == old))
    if last is None or now - datetime.fromisoformat(last) >= AGAIN:
        await note(connection, Event.REPLACED_SPOKE, now, unit=old, detail=by)


async def alarms(connection: AsyncConnection, now: datetime) -> dict[str, str]:
    """By unit that took another's place: what must be told of the other, which spoke lately."""
    query = select(audit.c.unit, audit.c.detail, func.max(audit.c.at).label("last")).where(
        audit.c.event == Event.REPLACED_SPOKE.value, audit.c.at >= (now - ALARMED).isoformat()
    )
    found = {}
    for row in await connection.execute(query.group_by(audit.c.unit, audit.c.detail)):
        found[row.detail] = (
            f"thiết bị cũ {row.unit} vẫn chạy ở đâu đó, thu hồi nó (nghe lần cuối {row.last[:16]} UTC)"
            f" / the unit {row.unit} that it replaced still runs somewhere, collect it"
        )
    return found
