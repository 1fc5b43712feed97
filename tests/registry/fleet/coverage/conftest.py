"""A registry with a real release tree of one commune, and its villages that report what they present."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from bundle.items import Announcement, Notice, Spoken, Wording
from evidence.records import Outcome, Rung
from registry.areas.places import Area, import_areas
from registry.fleet.coverage.matrix import matrix
from registry.fleet.coverage.verdicts import Mark
from registry.web.app import make_app
from registry.web.config import STORAGE, Config
from registry.web.standing import ESSENTIALS, STANDINGS
from registry.web.watch import WATCH
from tests.registry.web.conftest import VILLAGE, Dial, Registry, shown, sounded, stamp, status
from tests.simulators.content import CHANNEL, PROVENANCE, clip_of, small_bundle
from tests.simulators.publisher import Publisher

MORNING = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
"""Eight o'clock in the village."""


def notice(name="lich-tiem", title="Lịch tiêm chủng", languages=("vi",), **more):
    words = tuple(Wording(language=language, title=title, body="Trạm y tế xã mở cửa lúc 7 giờ.") for language in languages)
    return Notice(id=name, provenance=PROVENANCE, versions=words, **{"essential": True, **more})


def announcement(name="loa-tiem", title="Tiêm chủng", **more):
    words = Spoken(language="vi", title=title, clip=clip_of(b"tiem"), voice="Lò Thị Mây", reviewer="Hoàng Văn Suối")
    return Announcement(id=name, provenance=PROVENANCE, versions=(words,), **{"essential": True, **more})


@dataclass
class Office:
    """The registry, the publisher and the clock of both."""

    registry: Registry
    publisher: Publisher
    clock: Dial
    version: int = 0

    async def release(self, *items):
        self.version += 1
        self.publisher.now = self.clock()
        notices = tuple(item for item in items if isinstance(item, Notice))
        spoken = tuple(item for item in items if isinstance(item, Announcement))
        made = small_bundle(self.clock()).model_copy(update={"version": self.version, "notices": notices, "announcements": spoken})
        self.publisher.release_bundle(CHANNEL, made, (b"tiem",) if spoken else ())
        await self.look()

    async def look(self):
        app = self.registry.app
        await app[WATCH].look()
        await app[ESSENTIALS].look()
        await app[STANDINGS].look()

    async def areas(self, *found):
        async with self.registry.app[STORAGE].writing() as connection:
            await import_areas(connection, [Area(code=code, name=name, languages=languages) for code, name, languages in found])

    async def village(self, number, **more):
        place = f"{CHANNEL}.{number:02d}"
        where = replace(VILLAGE, place=place, place_name=f"Thôn {number}", channels=("vn", "vn.20", CHANNEL))
        return await self.registry.enrolled(more.pop("name", f"bt-{number:02d}"), where)

    def at(self):
        return stamp(wall=self.clock())

    def on_board(self, n, version=None, item="lich-tiem", at=None, **more):
        at = stamp(wall=at or self.clock())
        return shown(n, item=item, version=version or self.version, at=at, **more).model_copy(update={"began": at})

    def spoken(self, n, item="loa-tiem", **more):
        told = {"outcome": Outcome.COMPLETE, "rung": Rung.LEFT_DRIVER, "at": stamp(wall=self.clock())}
        return sounded(n, item=item, occurrence=f"{CHANNEL}/sang@{n}", version=self.version, **{**told, **more})

    async def tell(self, unit, n, lines=(), version=None, **more):
        held = {f"{CHANNEL}/bundle.json": version or self.version}
        programs = more.pop("programs", (status("display"), status("audio")))
        await self.registry.report(unit.report(n, lines, versions=held, programs=programs, at=stamp(wall=self.clock()), **more))
        await self.look()

    async def shown_thrice(self, unit, n=0, **more):
        await self.tell(unit, n, [("display", self.on_board(3 * n + each)) for each in range(3)], **more)

    async def matrix(self, within=("vn",), only=None):
        async with self.registry.app[STORAGE].reading() as connection:
            return await matrix(connection, within, self.clock(), only)

    async def marks(self, item="lich-tiem"):
        (column,) = [each for each in (await self.matrix()).columns if each.essential.item == item]
        return {place.rpartition(".")[2]: cell.mark for place, cell in column.cells.items()}

    async def cell(self, number, item="lich-tiem"):
        (column,) = [each for each in (await self.matrix()).columns if each.essential.item == item]
        return column.cells[f"{CHANNEL}.{number:02d}"]


@pytest.fixture
async def office(aiohttp_client, tmp_path):
    clock = Dial()
    publisher = Publisher(tmp_path / "publisher", [CHANNEL])
    clock.at = max(publisher.now, MORNING).replace(hour=1, minute=0) + timedelta(days=1)
    config = Config(data=tmp_path / "data", site=publisher.site, url="https://so.tinh-mau.vn", now=clock, watch_every=0.01)
    app = make_app(config)
    return Office(Registry(await aiohttp_client(app), app, clock, config), publisher, clock)


__all__ = ["Mark", "Office", "announcement", "notice", "office"]
