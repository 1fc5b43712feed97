"""The real registry on loopback, in the test's own loop: it can go away and come back at the same address."""

import asyncio
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler
from sqlalchemy import Executable, Result, select

from evidence.report import TAKES, Report
from evidence.signing import new_key, public_jwk, thumbprint
from registry.fleet.tables import enrolments, lines, reports, units
from registry.web.app import make_app
from registry.web.config import STORAGE, Config
from registry.web.watch import WATCH


class LiveRegistry:
    """Serves the release tree *site*; keeps its database in *data* over stops and starts."""

    def __init__(self, data: Path, site: Path, watch_every: float = 0.02) -> None:
        self._data, self._site, self._watch_every = data, site, watch_every
        self._runner: web.AppRunner | None = None
        self._port = 0
        self.requests: list[str] = []
        self.older = False
        """Whether it is silent, as an older release, about taking short reports."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    async def start(self) -> None:
        app = make_app(Config(data=self._data, site=self._site, url=self.url, watch_every=self._watch_every))
        app.middlewares.append(self._count)
        self._runner = web.AppRunner(app, shutdown_timeout=1.0, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    async def look(self) -> None:
        """See what was released until now, however busy the machine is."""
        assert self._runner
        await self._runner.app[WATCH].look()

    async def enrol(self, unit: str, place: str, channels: tuple[str, ...]) -> bytes:
        """Let *unit* in, as a redeemed grant would; returns its private key."""
        key = new_key()
        jwk = public_jwk(key)
        row = {"unit": unit, "key": jwk, "thumbprint": thumbprint(jwk), "place": place, "place_name": "Thôn Bản Mẫu"}
        row |= {"channels": list(channels), "languages": ["vi"], "link": "network", "root": "", "hardware": "test"}
        assert self._runner
        stands = {name: row[name] for name in ("unit", "key", "place", "place_name", "channels", "languages")}
        async with self._runner.app[STORAGE].writing() as connection:
            await connection.execute(units.insert().values(**row, enrolled="2026-05-04T00:00:00+00:00"))
            await connection.execute(enrolments.insert().values(**stands, enrolled="2026-05-04T00:00:00+00:00"))
        return key

    async def forget(self, unit: str) -> None:
        """Lose the unit's enrolment, as a restored database would."""
        assert self._runner
        async with self._runner.app[STORAGE].writing() as connection:
            await connection.execute(units.update().where(units.c.unit == unit).values(unit=f"{unit}-lost"))

    async def remember(self, unit: str) -> None:
        assert self._runner
        async with self._runner.app[STORAGE].writing() as connection:
            await connection.execute(units.update().where(units.c.unit == f"{unit}-lost").values(unit=unit))

    async def kept_lines(self, program: str) -> list[int]:
        """The numbers of the kept lines of *program*, in order."""
        assert self._runner
        async with self._runner.app[STORAGE].reading() as connection:
            return list(await connection.scalars(select(lines.c.n).where(lines.c.program == program).order_by(lines.c.n)))

    async def report_count(self) -> int:
        assert self._runner
        async with self._runner.app[STORAGE].reading() as connection:
            return len((await connection.execute(select(reports.c.n))).all())

    async def lose_report(self, unit: str, n: int) -> None:
        """Know nothing of the unit's report *n* nor of any other, as a database that was restored from before them."""
        assert self._runner
        async with self._runner.app[STORAGE].writing() as connection:
            await connection.execute(reports.delete().where(reports.c.unit == unit, reports.c.n == n))
            await connection.execute(units.update().where(units.c.unit == unit).values(report=None))

    async def change(self, statement: Executable) -> Result[Any]:
        """Put *statement* to its database, in a turn of its own.

        A connection beside it cannot: it would wait for a writer whose task runs in the very loop that it keeps from running.
        """
        assert self._runner
        async with self._runner.app[STORAGE].writing() as connection:
            return await connection.execute(statement)

    async def held(self, unit: str) -> Report:
        """What it holds as the unit's newest report."""
        assert self._runner
        async with self._runner.app[STORAGE].reading() as connection:
            return Report.model_validate_json(await connection.scalar(select(units.c.report).where(units.c.unit == unit)) or "")

    @web.middleware
    async def _count(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        self.requests.append(request.path)
        answer = await handler(request)
        if self.older:
            answer.headers.popall(TAKES, None)
        return answer


async def until(condition: object, seconds: float = 15.0) -> None:
    """Wait for a condition of other tasks' making; a plain or an async function."""
    async with asyncio.timeout(seconds):
        while True:
            answer = condition()  # type: ignore[operator]
            if asyncio.iscoroutine(answer):
                answer = await answer
            if answer:
                return
            await asyncio.sleep(0.02)
