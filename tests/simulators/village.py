"""A village in a folder: a publisher, one unit's agent side, and a worker that keeps what is on air."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from agent.pull import Checked, DirectorySource, Source, check_channel
from agent.pull.shelving import pack_path
from bundle.trust import Target
from device.paths import Paths
from device.shelf import Shelf
from director.moment import Moment
from director.programme import Cell, Site
from evidence.records import ClockState
from tests.simulators.content import CHANNEL
from tests.simulators.publisher import Publisher


class Village:
    """*on_air* tells what the worker believes; every attack ends with looking at it."""

    def __init__(self, folder: Path, publisher: Publisher, channels: Iterable[str] = (CHANNEL,)) -> None:
        self.publisher = publisher
        self.paths = Paths(folder / "unit")
        self.site = Site("unit-1", f"{CHANNEL}.01", "Bản Mẫu 1", tuple(channels), ("vi",))
        self.worker = self.new_worker()

    def new_worker(self) -> Shelf:
        """The worker after a restart."""
        self.worker = Shelf(self.paths, "display", self.publisher.root_bytes)
        return self.worker

    def moment(self, at: datetime | None = None) -> Moment:
        """A trusted moment: the publisher's present, or *at*."""
        return Moment(at or self.publisher.now, ClockState.TRUSTED, "boot-1", 1.0)

    async def look(self, source: Source | None = None, channel: str = CHANNEL, **later: float) -> Checked:
        """The agent looks once, at the publisher's tree unless told otherwise."""
        moment = self.moment(self.publisher.now + timedelta(**later))
        return await check_channel(source or DirectorySource(self.publisher.site), self.paths, channel, self.publisher.root_bytes, moment)

    def pack(self, target: Target, channel: str = CHANNEL) -> Path:
        """Where the pack of *target* stands on the shelf."""
        return pack_path(self.paths.shelf, channel, target)

    def offer(self, raw: bytes, target: Target, channel: str = CHANNEL) -> None:
        """Put any pack on the shelf, as a captured agent could."""
        path = self.pack(target, channel)
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".offered")
        fresh.write_bytes(raw)
        fresh.replace(path)

    def cell(self, channel: str = CHANNEL) -> Cell | None:
        """What the worker has in force for *channel*."""
        return self.worker.programme(self.site, self.moment()).cell(channel)

    def on_air(self, channel: str = CHANNEL) -> tuple[str | None, tuple[str, ...]]:
        """The title of the first notice, and the identifiers of the alerts."""
        cell = self.cell(channel)
        title = cell.bundle.notices[0].versions[0].title if cell and cell.bundle else None
        return title, tuple(alert.identifier for alert in cell.alerts.alerts) if cell and cell.alerts else ()
