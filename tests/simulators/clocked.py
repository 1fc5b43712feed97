"""A unit with a real clock on a machine that does as it is told: what is on air, what time it is, and what lies on its card."""

from datetime import UTC, datetime
from pathlib import Path

from tuf.api.metadata import Metadata

from agent.pull import Checked, DirectorySource, check_channel
from agent.pull.floor import Floor, load_floor
from agent.pull.generations import Generations
from agent.pull.shelving import pack_path
from bundle.trust import Marks, Target
from bundle.trust.marks import TargetMark
from device.clock import SystemClock
from device.kernel_time import ManualKernel
from device.paths import Paths
from device.rtc import ManualRtc
from device.shelf import Shelf
from director.moment import Moment
from director.programme import Programme, Site
from evidence.records import ClockState
from tests.simulators.content import CHANNEL
from tests.simulators.publisher import Publisher

WORKERS = ("display", "audio")
NOBODY_KNOWS = datetime(1970, 1, 1, tzinfo=UTC)


class ClockedUnit:
    """Its agent looks at the publisher's tree; display and audio each keep what they believe."""

    def __init__(self, folder: Path, publisher: Publisher, known: bool) -> None:
        self.publisher, self.paths = publisher, Paths(folder)
        self.site = Site("unit-1", f"{CHANNEL}.01", "Bản Mẫu 1", (CHANNEL,), ("vi",))
        self.kernel = ManualKernel(publisher.now if known else NOBODY_KNOWS, in_step=known)
        self.restart()

    def restart(self) -> None:
        """Every program starts again."""
        self.clock = SystemClock(self.paths, kernel=self.kernel, rtc=ManualRtc())
        self.workers = {name: Shelf(self.paths, name, self.publisher.root_bytes) for name in WORKERS}

    def network_time(self, time: datetime) -> None:
        """The machine learns the right time."""
        self.kernel.time, self.kernel.in_step = time, True

    def reboot(self) -> None:
        """The power goes and comes back, without network."""
        for path in self.paths.run.rglob("trusted-*"):
            path.unlink()
        self.kernel.time, self.kernel.seconds, self.kernel.in_step = NOBODY_KNOWS, 5.0, False
        self.kernel.name += "+"
        self.restart()

    @property
    def now(self) -> Moment:
        return self.clock.now()

    @property
    def state(self) -> ClockState:
        return self.now.state

    async def look(self, source: Path | None = None) -> Checked:
        """The agent looks once, then every worker."""
        tree = DirectorySource(source or self.publisher.site)
        checked = await check_channel(tree, self.paths, CHANNEL, self.publisher.root_bytes, self.now)
        self.programmes()
        return checked

    def programmes(self) -> list[Programme]:
        return [worker.programme(self.site, self.now) for worker in self.workers.values()]

    def on_air(self) -> str | None:
        """The title of the first notice; display and audio agree."""
        cells = [programme.cell(CHANNEL) for programme in self.programmes()]
        (title,) = {cell.bundle.notices[0].versions[0].title if cell and cell.bundle else None for cell in cells}
        return title

    @property
    def floor(self) -> Floor:
        return load_floor(self.paths.shelf)

    @property
    def mark(self) -> TargetMark:
        """The workers' mark on the bundle, as it lies on the card; they agree."""
        files = [Marks.model_validate_json(self.paths.marks(name).read_bytes()) for name in WORKERS]
        (found,) = {marks.of(CHANNEL).targets[Target.BUNDLE] for marks in files}
        return found

    def generation(self) -> dict[str, int]:
        """The versions in the generation in force on the card."""
        current = Generations(self.paths.shelf / CHANNEL / "metadata").current()
        assert current is not None
        return {path.stem: Metadata.from_bytes(path.read_bytes()).signed.version for path in current.glob("*.json")}

    def card(self) -> dict[str, bytes]:
        """All that the agent keeps of trust and content."""
        return {str(path.relative_to(self.paths.shelf)): path.read_bytes() for path in self.paths.shelf.rglob("*") if path.is_file()}

    def marks(self) -> list[bytes]:
        return [self.paths.marks(name).read_bytes() for name in WORKERS]

    def kept(self) -> set[bytes]:
        """The bundle as the shelf and every worker's own copy hold it."""
        copies = [self.paths.kept(name) / f"{CHANNEL}.{Target.BUNDLE}.pack" for name in WORKERS]
        return {path.read_bytes() for path in (pack_path(self.paths.shelf, CHANNEL, Target.BUNDLE), *copies)}

    def offer(self, raw: bytes) -> None:
        """Put any pack in place of the bundle's, as a captured agent could."""
        path = pack_path(self.paths.shelf, CHANNEL, Target.BUNDLE)
        fresh = path.with_suffix(".offered")
        fresh.write_bytes(raw)
        fresh.replace(path)
