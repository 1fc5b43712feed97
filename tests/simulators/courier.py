"""A courier in tests: a stick as the office writes it, and a unit that a stick can be plugged into, without any network."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from agent.courier.visit import Courier
from agent.outbox import Outbox
from agent.permits import Permits
from agent.pull import Checked, DirectorySource, Source, check_channel
from agent.pull.check import Wants, everything
from agent.reporting import Reporter
from agent.roads import Roads
from agent.turns import Turns
from bundle.errors import Complaint
from device.clock import ManualClock
from device.paths import Paths
from device.settings import Settings
from device.unit import UnitRecord
from evidence.cadence import Cadence
from evidence.keys import RegistryKeys
from evidence.signing import new_key
from registry.trust.stick import Carried, write_stick
from tests.simulators.content import CHANNEL
from tests.simulators.publisher import START, Publisher

Prepare = Callable[[str, Source], None]


def nothing_told(done: int, of: int) -> None:
    """Nobody watches the progress."""


def stick_of(publisher: Publisher, folder: Path, *channels: str, days: int = 60) -> tuple[Carried, ...]:
    """Write *channels* (all when none) onto the stick at *folder*."""
    folder.mkdir(parents=True, exist_ok=True)
    return write_stick(publisher.tree, folder, channels, publisher.online, publisher.now, days, nothing_told)


class CourierUnit:
    """A unit's side of a courier's visit; *before* is called before each look at the stick."""

    def __init__(
        self,
        paths: Paths,
        root: bytes,
        clock: ManualClock,
        channels: tuple[str, ...] = (CHANNEL,),
        keys: RegistryKeys | None = None,
        key: bytes | None = None,
        unit: str = "loa-01",
    ) -> None:
        self.paths, self.root, self.clock = paths, root, clock
        self.key, self.outbox = key or new_key(), Outbox(paths.outbox)
        self.record = UnitRecord(
            unit=unit,
            registry="http://127.0.0.1:1",
            content="http://127.0.0.1:1/content",
            place=f"{CHANNEL}.01",
            place_name="Bản Mẫu 1",
            channels=channels,
            languages=("vi",),
            enrolled_at=START,
            confirmed=START,
            root_fingerprint="a" * 64,
            registry_keys=keys,
        )
        link = None  # nobody is ever called
        cadence = Cadence.of(unit, 900, 0.0)
        permits = Permits(self.paths, self.record)
        self.reporter = Reporter(self.paths, self.record, self.key, self.outbox, link, clock, cadence, print, permits)  # type: ignore[arg-type]
        self.refusals: tuple[Complaint, ...] = ()
        self.turns = {channel: Turns() for channel in channels}
        self.before: Prepare = lambda channel, source: None
        self.wants: Wants = everything
        roads = Roads(DirectorySource(Path("/nonexistent")))
        self.courier = Courier(Settings(), clock, self.reporter, roads, self._look, self._told)

    async def plug(self, stick: Path, read_only: bool = False) -> str:
        """One visit; what the board says at its end."""
        await self.courier.visit(stick, read_only)
        assert self.courier.said is not None
        return self.courier.said.text

    async def _look(self, channel: str, source: Source) -> Checked:
        self.before(channel, source)
        now = self.clock.now()
        return await self.turns[channel].take(lambda: check_channel(source, self.paths, channel, self.root, now, wants=self.wants))

    def _told(self, refusals: tuple[Complaint, ...]) -> None:
        self.refusals = refusals

    def later(self, at: datetime) -> None:
        """Move the unit's clock to *at*."""
        self.clock.advance((at - self.clock.now().wall).total_seconds())
