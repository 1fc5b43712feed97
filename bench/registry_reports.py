"""How many signed reports a second and core the registry files, one to a request, beside proving alone and answering alone."""

import asyncio
import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil
from joserfc import jws
from joserfc.jwk import OKPKey

from bench.registry_fleet import Member, acknowledged, enrolled, request, send
from bench.row import Row
from bench.running import end, pause
from bench.serving import registry
from evidence.signing import new_key, public_jwk
from registry.storage.engines import POINTER
from tests.registry.cluster import cluster, make_database

UNITS, EACH = 2_000, 6
CONNECTIONS = 128
BUDGET = 3_000


def rows() -> list[Row]:
    """All rows of this bench."""
    with tempfile.TemporaryDirectory(prefix="bangtin-bench-") as name, cluster(durable=True) as address:
        folder = Path(name)
        alone = _alone(folder)
        return [*_filed(folder / "sqlite", "SQLite", None, alone), *_filed(folder / "postgres", "PostgreSQL", address, alone)]


@dataclass(frozen=True)
class _Alone:
    """What cannot be saved, in seconds of processor time a report: *proving* its signature, and *answering* a request."""

    proving: float
    answering: float


def _alone(folder: Path) -> _Alone:
    folder.mkdir(exist_ok=True)
    members = [Member(f"bt-{n:05d}", new_key()) for n in range(UNITS)]
    tokens = [(OKPKey.import_key(public_jwk(member.key)), member.report(0)) for member in members]
    began = time.process_time()
    for key, token in tokens:
        jws.deserialize_compact(token, key, algorithms=["Ed25519"])
    proving = (time.process_time() - began) / len(tokens)
    with _empty(folder) as (port, process):
        asks = [request(token) for _, token in tokens] * EACH
        asyncio.run(send(port, asks[:UNITS], CONNECTIONS))
        before = _busy([process])
        asyncio.run(send(port, asks, CONNECTIONS))
        answering = (_busy([process]) - before) / len(asks)
    return _Alone(proving, answering)


def _filed(folder: Path, where: str, address: str | None, alone: _Alone) -> list[Row]:
    data = folder / "registry"
    data.mkdir(parents=True)
    if address is not None:
        (data / POINTER).touch(mode=0o600)
        (data / POINTER).write_text(make_database(address, "bangtin"))
    members = asyncio.run(enrolled(data, UNITS))
    first, rest = ([request(member.report(n)) for n in which for member in members] for which in (range(1), range(1, EACH + 1)))
    with registry(folder, folder / "site") as port:
        # The first reports of all find no earlier one, and open what is opened once.
        asyncio.run(send(port, first, CONNECTIONS))
        busy = [*_served_by(port), *_of_cluster(address)]
        before, began = _busy(busy), time.perf_counter()
        took, answers = asyncio.run(send(port, rest, CONNECTIONS))
        seconds, spent = time.perf_counter() - began, _busy(busy) - before
    assert acknowledged(answers) == len(rest), "every one of them was acknowledged"
    return _rows(where, len(rest), spent, seconds, took, alone)


def _rows(where: str, count: int, spent: float, seconds: float, took: Sequence[float], alone: _Alone) -> list[Row]:
    rate = count / spent
    how = (
        f"{count} reports of {UNITS} units whose duties are held, one receipt each, over {CONNECTIONS} connections; processor time of"
        f" the registry and the database's processes; acknowledged after a durable commit; {count / seconds:.0f} a second by the wall clock"
    )
    peers = (("proving alone", alone.proving), ("an empty handler alone", alone.answering))
    budget = {"budget": f"≥ {BUDGET}", "holds": rate >= BUDGET}
    return [
        *(
            Row(
                name=f"reports filed a second and core, {where}, beside {peer}",
                value=rate,
                unit="1/s",
                peer=peer,
                peer_value=1 / cost,
                method=how,
                **budget,
            )
            for peer, cost in peers
        ),
        Row(
            name=f"a report's acknowledgement, 99th percentile, {where}",
            value=1000 * statistics.quantiles(took, n=100)[-1],
            unit="ms",
            method=how,
        ),
    ]


def _served_by(port: int) -> list[psutil.Process]:
    """The process that listens at *port*, one of ours."""
    mine = psutil.Process().children(recursive=True)
    return [each for each in mine if any(found.laddr.port == port for found in each.net_connections("tcp") if found.status == "LISTEN")]


def _of_cluster(address: str | None) -> list[psutil.Process]:
    """Every process of the database at *address*; it lies behind a socket in the folder above its data."""
    if address is None:
        return []
    pid = int((Path(address.rpartition("host=")[2]) / "data" / "postmaster.pid").read_text().split()[0])
    root = psutil.Process(pid)
    return [root, *root.children(recursive=True)]


def _busy(processes: Sequence[psutil.Process]) -> float:
    times = [process.cpu_times() for process in processes]
    return sum(each.user + each.system for each in times)


@contextlib.contextmanager
def _empty(folder: Path) -> Iterator[tuple[int, psutil.Process]]:
    """An aiohttp server whose only handler reads the body and answers the same few bytes."""
    written = folder / "port"
    process = subprocess.Popen([sys.executable, "-m", "bench.registry_empty", str(written)], env=dict(os.environ))
    try:
        while not (written.exists() and written.read_text().strip()):
            pause(0.05)
        yield int(written.read_text()), psutil.Process(process.pid)
    finally:
        end(process)
