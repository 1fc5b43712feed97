"""An invented commune while a flood alert goes out: every way in which a village may have it, or not."""

from datetime import timedelta

from sqlalchemy import update

from evidence.duties import Duty
from evidence.records import Fault, FaultCode, Outcome, Rung
from registry.fleet.duties import name_one
from registry.fleet.tables import units
from registry.web.config import STORAGE

NAMES = ["Bản Mẫu", "Nà Ví Dụ", "Khuổi Giả", "Đồng Thử", "Lũng Nháp", "Sóc Tả", "Pác Tạm", "Cốc Mô Phỏng", "Phai Yên", "Nà Câm"]
GONE = "đường tăng âm loa-1 không có điện / amplifier line loa-1 has no power"


class Commune:
    """Ten villages with a unit each: who has the flood alert, and by what, is told village by village."""

    def __init__(self, watched):
        self.watched = watched
        self.reported = {}

    async def stand(self):
        """They stand, and each has duty holders with telephones."""
        self.units = [await self.watched.village(n, f"Thôn {name}") for n, name in enumerate(NAMES, 1)]
        for n, unit in enumerate(self.units):
            async with self.watched.registry.app[STORAGE].writing() as connection:
                await name_one(connection, unit.name, Duty.EQUIPMENT, "Hoàng Văn Suối", f"0912 000 1{n:02d}")
                await name_one(connection, unit.name, Duty.CONTENT, "Lò Thị Mây", f"0987 000 2{n:02d}")
            await self.tell(n)
        await self._put(6, link="courier")

    async def tell(self, village, lines=(), **more):
        """The next report of the unit of *village*."""
        n = self.reported[village] = self.reported.get(village, -1) + 1
        await self.watched.tell(self.units[village], n, lines, **more)

    async def flood(self):
        """Seven quiet hours, in which one falls silent; then the alert, and what becomes of it within half a minute."""
        watched, clock = self.watched, self.watched.clock
        clock.turn(hours=7)
        for village in (0, 1, 2, 3, 4, 7, 9):
            await self.tell(village)
        clock.turn(seconds=5)
        self.alert = alert = watched.raise_alert(areas=(), event="Lũ")
        await self._put(8, maintenance_until=(clock() + timedelta(hours=3)).isoformat())
        clock.turn(seconds=1.4)
        for village in (0, 1, 2, 3, 4, 7):
            simulated = village == 7
            await self.tell(village, [("display", watched.seen(0, alert, simulated=simulated))])
        clock.turn(seconds=0.3)
        for village in (0, 1, 4):
            await self.tell(village, [("display", watched.on_board(1, alert))], programs=(watched.showing(alert), watched.status("audio")))
        clock.turn(seconds=2.2)
        for village in (0, 2):
            await self.tell(village, [("audio", watched.aired(0, alert))], programs=(watched.showing(alert), watched.sounding(alert)))
        dark = watched.status("display", ready=False, reasons=("màn hình không có tín hiệu / the screen has no signal",))
        await self.tell(
            2, [("audio", watched.aired(1, alert, Outcome.COMPLETE, Rung.ELECTRICAL, offset=1.0))], programs=(dark, watched.status("audio"))
        )
        silent = watched.status("audio", reasons=("silenced-on-site",))
        await self.tell(1, [], programs=(watched.showing(alert), silent))
        lost = Fault(n=0, at=watched.at(), code=FaultCode.AMPLIFIER_LOST, detail=GONE)
        await self.tell(
            4,
            [("audio", watched.aired(1, alert, Outcome.FAILED, Rung.COMMANDED)), ("amplifier", lost)],
            programs=(watched.showing(alert), watched.status("audio")),
        )
        unreal = (watched.status("display", simulated=("screen: headless",)), watched.status("audio", simulated=("sound: disk",)))
        await self.tell(7, [("display", watched.on_board(1, alert, simulated=True))], programs=unreal)
        clock.turn(seconds=20)
        await self.tell(
            0,
            [("audio", watched.aired(1, alert, Outcome.COMPLETE, Rung.HEARD, offset=18.0))],
            programs=(watched.showing(alert), watched.status("audio")),
        )
        await self.tell(9)

    async def _put(self, village, **values):
        async with self.watched.registry.app[STORAGE].writing() as connection:
            await connection.execute(update(units).where(units.c.unit == self.units[village].name).values(**values))
