"""What a signed report weighs on the wire, and how many of them one core verifies and keeps each second."""

import asyncio
import json
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from joserfc import jws
from joserfc.jwk import OKPKey

from bench.row import Row
from bench.weights import weights
from evidence.records import ClockState, Outcome, Shown, Stamp
from evidence.report import Journalled, ProgramStatus, Report
from evidence.signing import new_key, public_jwk
from evidence.travelling import signed
from registry.fleet.grants import Destination, make_grant, redeem
from registry.fleet.holding import Taken
from registry.fleet.intake import Proven, prove, read_claim
from registry.fleet.keeping import keep
from registry.fleet.states import Link
from registry.storage.storage import Storage, open_storage
from registry.web.config import wall_clock

UNIT, BOOT = "bt-mau-01", "0f6c3a52-7d1e-4b8e-9a55-2f1f6a0c7d31"
COUNT = 400
START = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)


def rows() -> list[Row]:
    """All rows of this bench."""
    return [*weights(), *_rates()]


def _stamp(n: int) -> Stamp:
    return Stamp(wall=START + timedelta(seconds=20 * n), state=ClockState.TRUSTED, boot=BOOT, mono=100.0 + 20 * n)


def _status(program: str, n: int, showing: str | None = None) -> ProgramStatus:
    return ProgramStatus(program=program, at=_stamp(n), ready=True, showing=showing, versions={})


def _receipt(n: int) -> Journalled:
    shown = Shown(
        n=n,
        at=_stamp(n),
        began=_stamp(n - 1),
        item=f"tin-so-{n % 8}",
        channel="vn.20.06001",
        version=41,
        language="vi",
        pages=2,
        of=2,
        frames=48,
        outcome=Outcome.COMPLETE,
    )
    return Journalled(program="display", line=shown)


def _report(n: int, lines: int) -> Report:
    versions = {f"{channel}/{name}.json": 41 for channel in ("vn.20", "vn.20.06001") for name in ("bundle", "alerts", "policy", "stop")}
    programs = (_status("agent", n), _status("display", n, f"tin-so-{n % 8}"), _status("audio", n), _status("amplifier", n))
    receipts = tuple(_receipt(n * lines + each + 1) for each in range(lines))
    return Report(unit=UNIT, boot=BOOT, n=n, at=_stamp(n), versions=versions, programs=programs, lines=receipts)


def _rates() -> list[Row]:
    key = new_key()
    jwk = public_jwk(key)
    tokens = [signed(_report(n, 1), key) for n in range(COUNT)]
    bare = OKPKey.import_key(jwk)
    floor = _per_second(lambda: [jws.deserialize_compact(token, bare, algorithms=["Ed25519"]) for token in tokens])
    proving = _per_second(lambda: [prove(read_claim(0, token), jwk, Link.NETWORK) for token in tokens])
    keeping = asyncio.run(_keeping([prove(read_claim(0, token), jwk, Link.NETWORK) for token in tokens], jwk))
    peer = "signature verification alone (joserfc)"
    return [
        Row(
            name="reports read and proven, one core",
            value=proving,
            unit="1/s",
            peer=peer,
            peer_value=floor,
            method=f"{COUNT} reports of one receipt, unpacked, parsed and verified; CPU time of one process",
        ),
        Row(
            name="reports kept, one commit each",
            value=keeping,
            unit="1/s",
            peer=peer,
            peer_value=floor,
            budget="≥ 3,000 per core with PostgreSQL",
            method=f"{COUNT} proven reports, one SQLite FULL commit each, on this machine's disk; wall time; no HTTP",
        ),
    ]


def _per_second(work: Callable[[], object]) -> float:
    work()
    began = time.process_time()
    work()
    return COUNT / (time.process_time() - began)


async def _keeping(proven: list[Proven], jwk: dict[str, str]) -> float:
    with tempfile.TemporaryDirectory() as folder:
        async with await open_storage(Path(folder)) as storage:
            await _enrolled(storage, jwk)
            began = time.monotonic()
            for each in proven:
                async with storage.writing() as connection:
                    _, (taken,) = await keep(connection, [each], wall_clock())
                assert isinstance(taken, Taken), taken
            return len(proven) / (time.monotonic() - began)


async def _enrolled(storage: Storage, jwk: dict[str, str]) -> None:
    from evidence.report import Enrolment

    where = Destination("vn.20.06001.03", "Thôn Bản Mẫu", ("vn.20", "vn.20.06001"), ("vi",), json.dumps({}))
    async with storage.writing() as connection:
        grant = (await make_grant(connection, where, "http://127.0.0.1", wall_clock())).split("#")[1].split(".")[0]
        await redeem(connection, Enrolment(unit=UNIT, grant=grant, key=jwk, hardware="bench"), "", wall_clock())
