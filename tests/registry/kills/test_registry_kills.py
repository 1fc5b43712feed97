"""The registry is killed again and again while a fleet reports: nothing that it acknowledged is lost, on either database.

``KILLS`` says how often, ``SEED`` when. Real processes, real requests, the units' own back-off; the database's commits are durable.
"""

import asyncio
import os
import socket
import sys
from contextlib import contextmanager, nullcontext
from random import Random

import pytest
from sqlalchemy import func, select

from registry.fleet.tables import lines, tails
from registry.simulate.crowd import Crowd
from registry.simulate.enrolling import found, let_in
from registry.simulate.kinds import Kind
from registry.simulate.unit import SimulatedUnit
from registry.storage.engines import POINTER
from registry.storage.storage import open_storage
from registry.web.config import wall_clock
from tests.registry.cluster import cluster, make_database

pytestmark = pytest.mark.registrykills

KILLS = int(os.environ.get("KILLS", "20"))
SEED = int(os.environ.get("SEED", "0"))
UNITS = 300
FASTER = 900.0
"""A report of each unit every second."""
AT_LEAST = 100
"""Reports that are acknowledged between two kills, so that each falls into real work."""


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_nothing_acknowledged_is_lost(tmp_path, kind):
    data, dice = tmp_path / "data", Random(SEED)
    with on_postgres(data) if kind == "postgres" else nullcontext():
        fleet = [SimulatedUnit(f"mp-{kind}-{n:04d}", Kind.HEALTHY, wall_clock()) for n in range(UNITS)]
        async with await open_storage(data) as storage:
            await let_in(storage, fleet, wall_clock())
        port = free_port()
        crowd = Crowd(fleet, f"http://127.0.0.1:{port}", 60, FASTER, dice)
        reporting = asyncio.create_task(crowd.run(86_400))
        for _ in range(KILLS):
            await lives_and_dies(tmp_path, data, port, crowd, dice.random())
        reporting.cancel()
        await asyncio.wait({reporting})
        async with await open_storage(data) as storage:
            acknowledged = len(crowd.tally.acknowledged)
            lost = acknowledged - await found(storage, crowd.tally.acknowledged)
            torn = await not_as_told(storage)
    print(f"{kind}: {KILLS} kills, {acknowledged} acknowledged, {lost} lost, {torn} journals not as told")
    assert acknowledged >= KILLS * AT_LEAST
    assert (lost, torn) == (0, 0)
    assert not crowd.tally.refused


async def lives_and_dies(folder, data, port, crowd, moment):
    """One life: it starts, acknowledges at least ``AT_LEAST`` reports, and is killed at some *moment* of the second after that."""
    line = [sys.executable, "-m", "bangtin", "registry", "serve", "--site", str(folder / "site"), "--data", str(data), "--port", str(port)]
    with (folder / "registry.log").open("ab") as words:
        process = await asyncio.create_subprocess_exec(*line, stdout=words, stderr=words)
    begun = len(crowd.tally.acknowledged)
    try:
        # On a busy machine a start alone takes a minute.
        async with asyncio.timeout(600):
            while len(crowd.tally.acknowledged) < begun + AT_LEAST:
                assert process.returncode is None, (folder / "registry.log").read_text()
                await asyncio.sleep(0.02)
        await asyncio.sleep(moment)
    finally:
        process.kill()
        await process.wait()


async def not_as_told(storage):
    """How many journals have a hole below what the registry says is whole."""
    held = select(lines.c.unit, lines.c.program, func.count().label("lines")).group_by(lines.c.unit, lines.c.program).subquery()
    same = (held.c.unit == tails.c.unit) & (held.c.program == tails.c.program)
    query = select(func.count()).select_from(tails.outerjoin(held, same)).where(func.coalesce(held.c.lines, 0) != tails.c.kept + 1)
    async with storage.reading() as connection:
        return await connection.scalar(query)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


@contextmanager
def on_postgres(data):
    data.mkdir(mode=0o700)
    with cluster(durable=True) as address:
        (data / POINTER).touch(mode=0o600)
        (data / POINTER).write_text(make_database(address, "bangtin"))
        yield
