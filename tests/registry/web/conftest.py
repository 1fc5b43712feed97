"""A real registry on a real database, a clock that a test can set, and units with real keys."""

import json
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from evidence.duties import Duty
from evidence.records import ClockState, Outcome, Rung, Shown, Sounded, Stamp
from evidence.report import Acknowledgement, Enrolment, Journalled, ProgramStatus, Report
from evidence.signing import new_key, public_jwk, sign
from registry.fleet.duties import name_one
from registry.fleet.grants import Destination, make_grant
from registry.people import sessions
from registry.people.roles import Granted, Role
from registry.people.users import by_name, invite
from registry.web.app import make_app
from registry.web.config import STORAGE, Config
from registry.web.standing import STANDINGS
from registry.web.users.session import COOKIE
from tests.registry.web.chromium import serving
from tests.registry.web.studio import Studio

NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
ROOT = json.dumps({"signed": {"_type": "root", "version": 1}})
PLACE = "vn.20.06001.03"
VILLAGE = Destination(PLACE, "Thôn Bản Mẫu", ("vn", "vn.20", "vn.20.06001"), ("vi", "km"), ROOT)


@dataclass
class Dial:
    """A clock that stands still until somebody turns it."""

    at: datetime = NOON

    def __call__(self) -> datetime:
        return self.at

    def turn(self, **by: float) -> None:
        self.at += timedelta(**by)


def stamp(wall=NOON, boot="boot-1", mono=100.0, state=ClockState.TRUSTED):
    return Stamp(wall=wall, state=state, boot=boot, mono=mono)


def shown(n, item="lich-tiem-chung", **more):
    values = {"channel": "vn.20.06001", "version": 3, "language": "vi", "pages": 2, "of": 2, "frames": 48, "outcome": Outcome.COMPLETE}
    return Shown(n=n, item=item, began=stamp(), **{"at": stamp(), **values, **more})


def sounded(n, **more):
    values = {"occurrence": "vn.20.06001/sang@2026-11-21T05:00Z/0:loi-chao", "item": "loi-chao", "channel": "vn.20.06001", "version": 3}
    return Sounded(n=n, **{"at": stamp(), **values, "outcome": Outcome.COMPLETE, "rung": Rung.LEFT_DRIVER, **more})


@dataclass
class Unit:
    """A unit as the registry meets it: a name, a key, and what it signs."""

    name: str = "bt-mau-01"
    key: bytes = field(default_factory=new_key)
    boot: str = "boot-1"

    def enrolment(self, grant, **changed):
        claim = Enrolment(unit=self.name, grant=grant, key=public_jwk(self.key), hardware="Raspberry Pi 4B")
        return sign(claim.model_copy(update=changed).model_dump_json().encode(), self.key)

    def report(self, n, lines=(), key=None, **more):
        said = Report(
            unit=self.name,
            boot=more.pop("boot", self.boot),
            n=n,
            at=more.pop("at", None) or stamp(boot=self.boot),
            versions=more.pop("versions", {"vn.20.06001/bundle.json": 3}),
            programs=more.pop("programs", (status("display", showing="lich-tiem-chung"), status("audio"))),
            lines=tuple(Journalled(program=program, line=line) for program, line in lines),
            software=more.pop("software", None),
            health=more.pop("health", None),
        )
        return sign(said.model_dump_json().encode(), key or self.key)


def status(program, ready=True, reasons=(), showing=None, sounding=None, simulated=()):
    return ProgramStatus(
        program=program, at=stamp(), ready=ready, reasons=reasons, showing=showing, sounding=sounding, versions={}, simulated=simulated
    )


class Registry:
    """A client of a real server, with what the registry's own command would do."""

    def __init__(self, client, app, clock, config):
        self.client, self.app, self.clock, self.config = client, app, clock, config

    async def account(self, *granted, name="Lê Thị Xem"):
        """The header of a browser in which *name* has signed in, who watches everything unless other roles are *granted*."""
        async with self.app[STORAGE].writing() as connection:
            if await by_name(connection, name) is None:
                await invite(connection, name, granted or (Granted("vn", Role.WATCHER),), self.clock(), self.config.people)
            secret = await sessions.begin(connection, name, sessions.Whence("Firefox"), self.clock())
        return {"Cookie": f"{COOKIE}={secret}"}

    async def look(self, path, **more):
        """What somebody gets at *path* who watches everything."""
        # A page shows what the last look at all states found, a second ago at most.
        await self.app[STANDINGS].look()
        return await self.client.get(path, headers=await self.account(), **more)

    async def grant(self, destination=VILLAGE):
        async with self.app[STORAGE].writing() as connection:
            made = await make_grant(connection, destination, "http://127.0.0.1:1", self.clock())
        return made.split("#")[1].split(".")[0]

    async def enrol(self, token):
        answer = await self.client.post("/v1/enrol", data=token)
        return answer.status, json.loads(await answer.text())

    async def enrolled(self, name="bt-mau-01", destination=VILLAGE):
        unit = Unit(name)
        code, answer = await self.enrol(unit.enrolment(await self.grant(destination)))
        assert code == 200, answer
        async with self.app[STORAGE].writing() as connection:
            for duty in Duty:
                await name_one(connection, name, duty, "Lò Thị Mây")
        return unit

    async def report(self, *tokens):
        answer = await self.client.post("/v1/report", data=json.dumps({"format": 1, "reports": tokens}))
        assert answer.status == 200, await answer.text()
        return Acknowledgement.model_validate_json(await answer.text())

    async def count(self, table):
        from sqlalchemy import func, select

        async with self.app[STORAGE].reading() as connection:
            return await connection.scalar(select(func.count()).select_from(table))


def publish(site, channel, version):
    """Put a new timestamp into the release tree the way the release command does: by rename."""
    folder = site / "metadata" / channel
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".new").write_text(json.dumps({"signed": {"version": version}}))
    (folder / ".new").rename(folder / "timestamp.json")


@pytest.fixture
def clock():
    return Dial()


@pytest.fixture
async def registry(aiohttp_client, tmp_path, clock):
    config = Config(data=tmp_path / "data", site=tmp_path / "site", url="https://so.tinh-mau.vn", now=clock, watch_every=0.01)
    app = make_app(config)
    return Registry(await aiohttp_client(app), app, clock, config)


@pytest.fixture
async def studio(tmp_path, aiohttp_client, clock):
    with ExitStack() as cleanup:
        yield Studio(tmp_path, aiohttp_client, cleanup, clock)


@pytest.fixture(scope="session")
def chromium(tmp_path_factory):
    """The address of the one browser of this run: a test opens a context of its own in it."""
    with serving(tmp_path_factory.mktemp("chromium")) as address:
        yield address
