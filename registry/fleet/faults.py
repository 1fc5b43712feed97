"""The faults that units tell of, the newest word on each."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from evidence.records import Fault
from registry.fleet.holding import Taken
from registry.fleet.tables import faults
from registry.storage.upsert import upsert


async def hear(connection: AsyncConnection, taken: Sequence[Taken], _: datetime) -> None:
    """Keep which faults began or ended; lines may arrive out of order: an older one never overrules a newer one."""
    rows = [
        {"unit": each.report.unit, "program": fresh.program, "code": line.code.value}
        | {"n": line.n, "active": line.active, "detail": line.detail}
        for each in taken
        for fresh in each.fresh
        if isinstance(line := fresh.line, Fault)
    ]
    if rows:
        entry = upsert(faults)
        told = {name: entry.excluded[name] for name in ("n", "active", "detail")}
        newer = faults.c.n < entry.excluded.n
        await connection.execute(entry.on_conflict_do_update(index_elements=["unit", "program", "code"], set_=told, where=newer), rows)
