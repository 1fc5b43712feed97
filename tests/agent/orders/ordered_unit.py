"""A unit with a verified shelf, orders to it on a clock that moves when told, and whoever else answers there for real."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from agent.orders.obeying import Obeying
from bundle.orders import (
    LogOf,
    LogOrder,
    Order,
    OrderKind,
    Orders,
    RebootOrder,
    ReportOrder,
    ScreenshotOrder,
    TunnelOrder,
    order_name,
)
from bundle.trust import Target
from device.clock import ManualClock
from device.connectors import Connectors
from device.journal import JournalReader, JournalWriter
from device.settings import load_settings
from display.screenshot import Screenshots
from display.showing.headless import HeadlessScreen
from display.showing.lasting import LastingScreen
from evidence.records import Answered
from tests.audio.conftest import Bench
from tests.audio.village import Village
from tests.simulators.content import CHANNEL

MORE: dict[OrderKind, tuple[type[Order], dict[str, object]]] = {
    OrderKind.SCREENSHOT: (ScreenshotOrder, {}),
    OrderKind.REBOOT: (RebootOrder, {}),
    OrderKind.LOG: (LogOrder, {"program": LogOf.AUDIO, "lines": 20}),
    OrderKind.REPORT: (ReportOrder, {}),
    OrderKind.TUNNEL: (TunnelOrder, {}),
}


class OrderedUnit:
    """No program of it runs but what a test starts."""

    def __init__(self, folder: Path) -> None:
        self.village = Village(Bench(folder / "unit", runs_here=False), folder / "publisher")
        self.paths, self.unit = self.village.paths, "loa-1"
        self.clock = ManualClock.at(self.village.now(), boot="boot-1", mono=1000.0)
        self.orders: list[Order] = []
        self.full_reports = 0
        self.writer = JournalWriter(self.paths.journal("agent"))
        self.start()

    def start(self) -> None:
        """Start the agent anew."""
        self.obeying = Obeying(self.paths, load_settings(self.paths.unit_toml), self.clock, self.writer, self._report)

    def boot(self, number: int) -> None:
        """Cut the power: what is in RAM is gone."""
        moment = self.clock.moment
        self.clock.moment = moment.__class__(moment.wall + timedelta(seconds=40), moment.state, f"boot-{number}", 30.0)
        for file in self.paths.run.rglob("*"):
            if file.is_file():
                file.unlink()
        self.start()

    def order(self, kind: OrderKind, *units: str, minutes: float = 60.0, begins: float = -1.0, name: str = "") -> str:
        """Release one more order, from *begins* minutes from now on, and shelve the list; how journals name it."""
        model, fields = MORE[kind]
        since = self.clock.now().wall + timedelta(minutes=begins)
        shared = {"id": name or f"{kind}-{len(self.orders)}", "person": self.village.publisher.keys["ops"].person, "reason": "bảng tối"}
        made = model.model_validate(
            {"kind": kind, "units": units, "since": since, "expires": since + timedelta(minutes=minutes), **shared, **fields}
        )
        self.orders.append(made)
        self.publish(self.orders)
        return order_name(CHANNEL, made)

    def publish(self, orders: Sequence[Order]) -> None:
        """Release and shelve the list."""
        document = Orders(format=1, channel=CHANNEL, orders=tuple(orders))
        self.village.publisher.release_orders(CHANNEL, document, at=self.clock.now().wall)
        self.village.put(Target.OPS)

    async def later(self, seconds: float = 2.0) -> None:
        """Let time pass, and the agent look."""
        self.clock.advance(seconds)
        await self.obeying.look()

    @property
    def answers(self) -> list[Answered]:
        """All answers that the journal holds."""
        return [line for line in JournalReader(self.paths.journal("agent")).new() if isinstance(line, Answered)]

    def board(self) -> "Board":
        """The board's own answers to requests for a picture, from a screen in memory."""
        return Board(self)

    def _report(self) -> None:
        self.full_reports += 1


class Board:
    """Presents to a screen in memory, as the board's program does."""

    def __init__(self, unit: OrderedUnit) -> None:
        self._unit = unit
        self._screen = LastingScreen(lambda *_: HeadlessScreen((640, 360)), ("only",), Connectors(unit.paths.root / "drm"))
        self._screen.look(unit.clock.now().mono)
        self._answers = Screenshots(unit.paths, self._screen, ("headless screen",))

    def look(self, why: str = "") -> None:
        """Answer what was asked; *why* nothing is visible."""
        self._answers.look(self._unit.clock.now(), "notice-tiem-chung", not why, why)
        if self._answers._thread is not None:
            self._answers._thread.join()
