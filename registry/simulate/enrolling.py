"""Letting a simulated fleet in, by real grants, and looking at the end whether everything acknowledged is there."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select, tuple_

from bundle.errors import refuse
from evidence.report import Enrolment
from evidence.signing import public_jwk, sign
from registry.fleet.grants import Destination, make_grant, redeem
from registry.fleet.tables import reports, units
from registry.simulate.unit import CHANNEL, SIMULATED, SimulatedUnit
from registry.storage.storage import Storage

AT_ONCE = 200
VILLAGES = 30


async def let_in(storage: Storage, fleet: Sequence[SimulatedUnit], now: datetime) -> None:
    """Enrol every unit of *fleet* by a grant of its own; ``Refused`` when they are here already, whose journals would begin anew."""
    async with storage.reading() as connection:
        if await connection.scalar(select(units.c.unit).where(units.c.unit == fleet[0].name)):
            what = f"{fleet[0].name} đã có trong sổ này / is in this registry already"
            raise refuse("--seed", what, "chọn số khác / choose another one")
    for begin in range(0, len(fleet), AT_ONCE):
        async with storage.writing() as connection:
            for place, unit in enumerate(fleet[begin : begin + AT_ONCE], begin):
                village = place % VILLAGES + 1
                name = f"Thôn {village}, xã mô phỏng · simulated"
                where = Destination(f"{CHANNEL}.{village:02d}", name, ("vn.20", CHANNEL), ("vi",), '{"simulated": true}')
                grant = (await make_grant(connection, where, "http://simulated", now)).split("#")[1].split(".")[0]
                asks = Enrolment(unit=unit.name, key=public_jwk(unit.key), hardware=SIMULATED, grant=grant)
                await redeem(connection, asks, sign(asks.model_dump_json().encode(), unit.key), now)


async def found(storage: Storage, acknowledged: Collection[tuple[str, str, int]]) -> int:
    """How many of the *acknowledged* reports (unit, boot, number) the registry has."""
    named, total = sorted(acknowledged), 0
    mine = tuple_(reports.c.unit, reports.c.boot, reports.c.n)
    async with storage.reading() as connection:
        for begin in range(0, len(named), 1000):
            query = select(func.count()).select_from(reports).where(mine.in_(named[begin : begin + 1000]))
            total += await connection.scalar(query) or 0
    return total
