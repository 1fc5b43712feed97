"""Many enrolled units for the benches of the registry: real keys, signed reports, and requests without a client's own cost."""

import asyncio
import json
import socket
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from evidence.duties import Duty
from evidence.records import ClockState, Outcome, Shown, Stamp
from evidence.report import Acknowledgement, Journalled, ProgramStatus, Report
from evidence.signing import new_key, public_jwk, thumbprint
from evidence.travelling import signed
from registry.fleet.tables import holders, units
from registry.storage.storage import open_storage

CHANNELS = ("vn.20", "vn.20.06001")
START = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
EVERY = 900
"""Seconds from one report of a unit to its next."""


@dataclass(frozen=True)
class Member:
    """A unit of the fleet, with the one boot that it reports of."""

    name: str
    key: bytes

    @property
    def boot(self) -> str:
        """The boot's name."""
        return f"{self.name}-0f6c3a52-7d1e-4b8e"

    def report(self, n: int) -> str:
        """Its report number *n* as it travels."""
        return signed(self.told(n), self.key)

    def told(self, n: int) -> Report:
        """What its report number *n* says: what four programs do, and one receipt."""
        versions = {f"{channel}/{name}.json": 41 for channel in CHANNELS for name in ("bundle", "alerts", "policy", "stop")}
        said = tuple(
            ProgramStatus(program=name, at=self._at(n), ready=True, versions={}) for name in ("agent", "display", "audio", "amplifier")
        )
        return Report(unit=self.name, boot=self.boot, n=n, at=self._at(n), versions=versions, programs=said, lines=(self._receipt(n),))

    def _at(self, n: int) -> Stamp:
        return Stamp(wall=START + timedelta(seconds=EVERY * n), state=ClockState.TRUSTED, boot=self.boot, mono=100.0 + EVERY * n)

    def _receipt(self, n: int) -> Journalled:
        at = self._at(n)
        shown = Shown(
            n=n,
            at=at,
            began=at.model_copy(update={"wall": at.wall - timedelta(seconds=20), "mono": at.mono - 20}),
            item=f"tin-so-{n % 8}",
            channel=CHANNELS[-1],
            version=41,
            language="vi",
            pages=2,
            of=2,
            frames=48,
            outcome=Outcome.COMPLETE,
        )
        return Journalled(program="display", line=shown)


async def enrolled(data: Path, count: int) -> list[Member]:
    """*count* units with all their duties held, written straight into the database of *data*."""
    members = [Member(f"bt-{n:05d}", new_key()) for n in range(count)]
    async with await open_storage(data) as storage, storage.writing() as connection:
        await connection.execute(insert(units), [_row(member) for member in members])
        # As at real units: one without holders has faults, and a fleet of them would be none that anybody has.
        await connection.execute(insert(holders), [_holder(member, duty) for member in members for duty in Duty])
    return members


def _row(member: Member) -> dict[str, Any]:
    jwk = public_jwk(member.key)
    where = {"place": "vn.20.06001.03", "place_name": "Thôn Bản Mẫu", "channels": list(CHANNELS), "languages": ["vi"], "link": "network"}
    return {"unit": member.name, "key": jwk, "thumbprint": thumbprint(jwk), "root": "{}", "hardware": "bench", **where} | {
        "enrolled": START.isoformat()
    }


def _holder(member: Member, duty: Duty) -> dict[str, str]:
    return {"unit": member.name, "duty": duty.value, "name": "Người Mẫu", "phone": "", "substitute": "", "substitute_phone": ""}


def request(token: str) -> bytes:
    """The whole request that delivers *token*."""
    body = json.dumps({"format": 1, "reports": [token]}).encode()
    head = f"POST /v1/report HTTP/1.1\r\nHost: registry\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def send(port: int, requests: Sequence[bytes], connections: int) -> tuple[list[float], list[bytes]]:
    """Send all *requests* over so many connections, each its next when the last is answered; seconds each took, and the answers."""
    waiting, took, answers = iter(requests), list[float](), list[bytes]()
    async with asyncio.TaskGroup() as group:
        for _ in range(connections):
            group.create_task(_one(port, waiting, took, answers))
    return took, answers


async def _one(port: int, waiting: Iterable[bytes], took: list[float], answers: list[bytes]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for each in waiting:
        began = time.perf_counter()
        writer.write(each)
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        length = int(head.lower().split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
        answers.append(await reader.readexactly(length))
        took.append(time.perf_counter() - began)
    writer.close()
    await writer.wait_closed()


def acknowledged(answers: Iterable[bytes]) -> int:
    """How many reports the *answers* say are kept; fails when any was refused."""
    told = [Acknowledgement.model_validate_json(answer) for answer in answers]
    assert not any(each.refused for each in told), next(each for each in told if each.refused)
    return sum(len(each.reports) for each in told)


def free_port() -> int:
    """A loopback port that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port
