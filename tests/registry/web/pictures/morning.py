"""An ordinary morning of an invented commune: a unit in each of the nine states, and what they showed and said since five o'clock."""

import io
from base64 import urlsafe_b64encode
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from PIL import Image
from sqlalchemy import update

from bundle.base import BulletinClass
from bundle.policy import Policy
from evidence.duties import Duty
from evidence.health import MB, BootReason, Health, LinkKind, ScreenState
from evidence.records import RATE, Answered, Fault, FaultCode, Obedience, Outcome, Rung
from evidence.report import Sounding
from evidence.signing import new_key
from registry.areas.places import Area, import_areas
from registry.fleet.duties import name_one
from registry.fleet.tables import units
from registry.people import passwords
from registry.people.roles import Granted, Role
from registry.people.tables import users
from registry.people.users import by_name, grant, invite
from registry.web.config import STORAGE
from registry.web.standing import ALARMS
from tests.registry.fleet.coverage.conftest import Office, announcement, notice
from tests.registry.web.conftest import VILLAGE, Unit, shown, sounded, stamp, status
from tests.registry.web.officer.planner import said, session
from tests.registry.web.officer.station import CHANNEL, DRY, FLOOD, NIGHT, Station, phrase
from tests.simulators.content import small_bundle

COMMUNE = "Xã Bản Mẫu"
VILLAGES = {
    1: ("Thôn Bến Đò", ("vi",)),
    2: ("Thôn Đồi Chè", ("vi",)),
    3: ("Bản Khuổi Sao", ("vi", "hmn")),
    4: ("Bản Nà Pheo", ("vi",)),
    5: ("Thôn Chợ Cũ", ("vi",)),
    6: ("Bản Huổi Luông", ("vi",)),
    7: ("Bản Pác Tạm", ("vi",)),
    8: ("Thôn Đồng Thử", ("vi",)),
    9: ("Bản Lũng Nháp", ("hmn", "vi")),
    10: ("Bản Cốc Mẫu", ("vi",)),
    11: ("Thôn Phai Yên", ("vi",)),
}
"""The last has no unit."""
BOARD = Path(__file__).parents[4] / "docs/board/notice.png"
WELL = Health(
    boot=BootReason.ORDERED, sags=False, sagged=False, celsius=54, errors=0, read_only=False, free=21_400 * MB, link=LinkKind.MOBILE,
    received=14 * MB, sent=2 * MB, reports=0, blobs=0, screen=ScreenState.PRESENT, lines={"loa-1": True, "loa-2": False}, stopped=False,
)  # fmt: skip
NO_SCREEN, NO_SPEAKER = "màn hình không có tín hiệu / the screen has no signal", "không thấy thiết bị âm thanh / the sound device is gone"


def board_taken() -> bytes:
    """What a board presented, as small as a unit sends it."""
    with Image.open(BOARD) as picture:
        picture.convert("RGB").resize((480, 270)).save(taken := io.BytesIO(), "WEBP", quality=45)
    return taken.getvalue()


class Morning:
    """The commune of a *station*, whose clock stands at five in the morning before and at ten after `pass_by`."""

    def __init__(self, station: Station) -> None:
        self.station, self.registry, self.clock = station, station.registry, station.clock
        self.office = Office(station.registry, station.publisher, station.clock)
        self.units: dict[int, Unit] = {}
        self.told: dict[int, int] = {}

    async def stand(self) -> None:
        """What is released, where units stand, and who looks after them."""
        self.release()
        async with self.registry.app[STORAGE].writing() as connection:
            inside = [Area(code=f"{CHANNEL}.{n:02d}", name=name, languages=tongues) for n, (name, tongues) in VILLAGES.items()]
            await import_areas(connection, [Area(code="vn.20", name="Tỉnh Mẫu"), Area(code=CHANNEL, name=COMMUNE), *inside])
        for n in range(1, 11):
            name, tongues = VILLAGES[n]
            place = replace(VILLAGE, place=f"{CHANNEL}.{n:02d}", place_name=name, channels=("vn.20", CHANNEL), languages=tongues)
            self.units[n] = await self.registry.enrolled(f"bt-{n:02d}", place)
            async with self.registry.app[STORAGE].writing() as connection:
                await name_one(connection, f"bt-{n:02d}", Duty.EQUIPMENT, "Hoàng Văn Suối", f"0912 000 1{n:02d}")

    def release(self) -> None:
        """Two notices, two announcements and their sessions; rules; phrases for alerts."""
        clinic = notice("lich-tiem", "Lịch tiêm chủng cho trẻ dưới 5 tuổi")
        water = notice("cat-nuoc", "Cắt nước sinh hoạt sáng thứ Năm", essential=False)
        items = (
            said("chao", "Lời chào buổi sáng", 20.0, FLOOD),
            announcement("loa-tiem", "Nhắc lịch tiêm chủng").model_copy(
                update={"versions": said("x", "Nhắc lịch tiêm chủng", 240.0, DRY).versions}
            ),
        )
        sessions = (session("sang", "Buổi sáng", "06:00", ["chao", "loa-tiem"]), session("chieu", "Buổi chiều", "17:00", ["loa-tiem"]))
        phrases = (
            phrase("lu-len-nhanh", "Lũ lên nhanh", FLOOD, BulletinClass.EMERGENCY),
            phrase("thu-loa", "Thử loa", DRY, BulletinClass.ROUTINE),
        )
        bundle = small_bundle(self.clock()).model_copy(
            update={"version": 2, "notices": (clinic, water), "announcements": items, "sessions": sessions, "phrases": phrases}
        )
        self.office.version = 2
        self.station.publisher.release_bundle(CHANNEL, bundle, (FLOOD, DRY), at=self.clock())
        self.station.publisher.release_policy(CHANNEL, Policy(format=1, channel=CHANNEL), at=self.clock())

    async def tell(self, village, lines=(), **more) -> None:
        n = self.told[village] = self.told.get(village, -1) + 1
        unit, versions = self.units[village], {f"{CHANNEL}/bundle.json": 2, "vn.20/bundle.json": 7}
        programs = more.pop("programs", (status("display", showing="lich-tiem"), status("audio")))
        report = unit.report(n, lines, versions=versions, programs=programs, at=self.now(), software="1.4.0", health=WELL, **more)
        await self.registry.report(report)

    def now(self):
        return self.at(self.clock())

    def at(self, moment):
        return stamp(wall=moment, mono=(moment - NIGHT).total_seconds())

    def on_board(self, n, item="lich-tiem", minutes=20.0, **more):
        began = self.at(self.clock() - timedelta(minutes=minutes))
        return shown(n, item=item, version=2, at=self.now(), **more).model_copy(update={"began": began})

    def aloud(self, n, item="loa-tiem", rung=Rung.LEFT_DRIVER, outcome=Outcome.COMPLETE, **more):
        return sounded(
            n,
            item=item,
            occurrence=f"{CHANNEL}/sang@{n}:{item}",
            version=2,
            at=self.now(),
            rung=rung,
            outcome=outcome,
            samples=int(RATE * more.get("offset", 0)),
            **more,
        )

    async def pass_by(self) -> None:
        """From five to ten: a session at six, notices all the time, and what goes wrong in between."""
        self.clock.turn(minutes=5)
        for village in self.units:
            await self.tell(village)
        self.clock.turn(minutes=60)
        for village in (1, 2, 5, 7):
            rung = Rung.HEARD if village == 1 else Rung.LEFT_DRIVER
            await self.tell(
                village, [("audio", self.aloud(0, "chao", rung, offset=20.0)), ("audio", self.aloud(1, rung=rung, offset=240.0))]
            )
        for step in range(8):
            self.clock.turn(minutes=28)
            for village in (1, 2, 5, 7):
                item = ("lich-tiem", "cat-nuoc")[step % 2]
                await self.tell(village, [("display", self.on_board(step, item, simulated=village == 2))])
            await self.look()
        self.clock.turn(minutes=9)
        await self.end()
        await self.look()
        self.clock.turn(minutes=1)
        await self.look()

    async def end(self) -> None:
        """The newest word of each: in ten villages nine states."""
        told = {"identity": "anh-1", "channel": CHANNEL, "outcome": Obedience.DONE, "reason": "đã chụp / taken"}
        answer = Answered(n=0, at=self.now(), picture=urlsafe_b64encode(board_taken()), **told)
        speaking = Sounding(occurrence="k", item="loa-tiem", channel=CHANNEL, language="vi", since=self.now())
        both = (status("display", showing="lich-tiem"), status("audio", sounding=speaking))
        await self.tell(1, [("agent", answer)], programs=both)
        unreal = (status("display", showing="lich-tiem", simulated=("screen: headless",)), status("audio", simulated=("sound: disk",)))
        await self.tell(2, programs=unreal)
        await self.tell(3, [("display", self.on_board(0))], programs=(status("display"), status("audio")))
        await self.tell(4, [("audio", self.aloud(0, outcome=Outcome.REFUSED_BY_RULE, rung=Rung.UNKNOWN))])
        lost = Fault(
            n=9,
            at=self.now(),
            code=FaultCode.AMPLIFIER_LOST,
            detail="đường tăng âm loa-1 không có điện / amplifier line loa-1 has no power",
        )
        await self.tell(5, [("amplifier", lost)])
        dead = (status("display", ready=False, reasons=(NO_SCREEN,)), status("audio", ready=False, reasons=(NO_SPEAKER,)))
        await self.tell(6, programs=dead)
        await self.tell(7, programs=(status("display", showing="lich-tiem"), status("audio", reasons=("silenced-on-site",))))
        await self._put(8, maintenance_until=(self.clock() + timedelta(hours=3)).isoformat())
        await self._put(9, link="courier")
        await self.registry.report(self.units[1].report(99, key=new_key()), Unit("bt-la-mat").report(0))

    async def _put(self, village, **values) -> None:
        async with self.registry.app[STORAGE].writing() as connection:
            await connection.execute(update(units).where(units.c.unit == self.units[village].name).values(**values))

    async def look(self) -> None:
        await self.office.look()
        await self.registry.app[ALARMS].look()

    async def people(self) -> None:
        """Who else has an account, or will have one."""
        async with self.registry.app[STORAGE].writing() as connection:
            for name, granted in PEOPLE.items():
                if await by_name(connection, name) is None:
                    await invite(connection, name, granted, self.clock(), self.registry.config.people, by="Lê Thị Quản")
            for name in list(PEOPLE)[:2]:
                await connection.execute(update(users).where(users.c.name == name).values(password=passwords.kept("chè xanh bến nứa")))
            await grant(
                connection,
                "Trần Văn Hai",
                (*PEOPLE["Trần Văn Hai"], Granted(f"{CHANNEL}.03", Role.WATCHER)),
                self.clock(),
                by="Lê Thị Quản",
            )


PEOPLE = {
    "Trần Văn Hai": (Granted(CHANNEL, Role.WATCHER),),
    "Hoàng Văn Vận": (Granted(CHANNEL, Role.OPERATOR),),
    "Vi Thị Tỉnh": (Granted("vn.20", Role.WATCHER), Granted("vn.20", Role.OPERATOR)),
}
