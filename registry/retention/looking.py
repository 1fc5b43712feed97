"""One look at all that is kept for a time only: what is too old is let go of, in small transactions between which reports are taken in."""

import logging
from datetime import datetime

from registry.audit.chain import Event, note
from registry.fleet.keeping import unsign
from registry.fleet.tables import lines
from registry.retention.past import let_replaced_go, let_retired_go
from registry.retention.receipts import let_receipts_go
from registry.retention.rules import Keep, before
from registry.storage.months import make_months, month_after, month_of
from registry.storage.patience import Busy, impatient
from registry.storage.storage import Storage

log = logging.getLogger(__name__)

AHEAD = 2
"""So many months are made beforehand: a look may fail for weeks before one is lacking."""
AT_ONCE = 2000


async def look(storage: Storage, keep: Keep, now: datetime) -> bool:
    """Let go of what is kept no longer at *now*; whether all of that was done, or a table was too busy to be changed."""
    if (old := before(now, keep.signed)) is not None:
        await let_signed_go(storage, old, now)
    if (old := before(now, keep.past)) is not None:
        await let_replaced_go(storage, old, now)
        await let_retired_go(storage, old, now)
    try:
        await make_ahead(storage, now)
        if (old := before(now, keep.receipts)) is not None:
            await let_receipts_go(storage, old, now)
    except Busy as busy:
        log.warning("the months of receipts are tried again later: %s", busy)
        return False
    return True


async def make_ahead(storage: Storage, now: datetime) -> None:
    """Make the months that are next, where the database keeps receipts by month. ``Busy`` when that cannot be now."""
    async with impatient(storage) as connection:
        await connection.run_sync(make_months, lines, [month_after(month_of(now), count) for count in range(AHEAD + 1)])


async def let_signed_go(storage: Storage, before: datetime, now: datetime, at_once: int = AT_ONCE) -> int:
    """Let go of every signature received *before*; how many they were."""
    total, gone = 0, at_once
    while gone == at_once:
        async with storage.writing() as connection:
            gone = await unsign(connection, before, at_once)
            total += gone
            if total and gone < at_once:
                await note(connection, Event.LET_GO, now, detail=f"{total} signed reports received before {before:%Y-%m}")
    return total
