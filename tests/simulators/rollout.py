"""A province with many units that take releases: the registry's own code on one side, the units' on the other, by one driven clock.

What travels between them is what really travels: signed reports, acknowledgements with permits, the release tree, a courier's stick.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from agent.compose import report, sketch
from agent.gather import Gatherer
from agent.permits import Permits
from agent.pull import DirectorySource, Metered, check_channel
from agent.purse import Purse
from agent.upgrading import Upgrading
from bundle.software import Release, cohort
from device.paths import JOURNALS, PROGRAMS
from device.settings import DataBudget
from device.status import read_status
from device.upgrades import running_version
from evidence.signing import public_jwk, thumbprint
from evidence.travelling import signed
from registry.fleet.filing import Filed, file_batch
from registry.fleet.own_keys import OwnKeys
from registry.fleet.tables import units
from registry.rollout.rolling import Rolling
from registry.storage.storage import Storage
from registry.web.watch import Watch
from tests.simulators.content import CHANNEL
from tests.simulators.publisher import Publisher
from tests.simulators.upgrading import Paper, SimulatedUnit

LIFE = timedelta(days=14)


class FleetUnit:
    """One unit with its agent's part."""

    def __init__(self, folder: Path, publisher: Publisher, keys: OwnKeys, name: str) -> None:
        self.unit = SimulatedUnit(folder / name, publisher, keys.signing, name, Paper)
        self.unit.machine()
        self.name, self._n = name, 0
        self.permits = Permits(self.unit.paths, self.unit.record)
        self.upgrading = Upgrading(self.unit.paths, self.unit.record, publisher.root_bytes, self.permits, self.unit.clock.now)
        self._purse = Purse(self.unit.paths, DataBudget(), self.unit.clock)
        self._taken: dict[str, int] = dict.fromkeys(JOURNALS, -1)

    @property
    def fetched(self) -> int:
        """Bytes of packages that it paid for."""
        return self._purse.spent.routine

    def report(self) -> str:
        """The report that it would send now, as it travels."""
        self.unit.say()
        said = sketch((read_status(self.unit.paths, p) for p in PROGRAMS), running_version(self.unit.paths), self.permits.newest)
        lines = Gatherer(self.unit.paths, self._taken).next_lines()
        told = report(self.unit.record, self.unit.clock.now(), self._n, said, lines)
        self._n += 1
        return signed(told, self.unit.key)

    async def look(self, tree: Path, free: bool = False) -> None:
        """Look at the release tree: over the network, or at a stick."""
        source = DirectorySource(tree) if free else Metered(DirectorySource(tree), self._purse)
        root, now = self.unit.publisher.root_bytes, self.unit.clock.now()
        await check_channel(source, self.unit.paths, CHANNEL, root, now, wants=self.upgrading.wanted)
        self.upgrading.tell()

    def upgrade(self) -> str:
        """What systemd starts where the agent says that something waits."""
        return self.unit.upgrade() if self.unit.paths.upgrade_wanted.exists() else ""


class Province:
    """A registry with its units; all time is *publisher*'s."""

    def __init__(self, folder: Path, publisher: Publisher, storage: Storage, keys: OwnKeys) -> None:
        self.publisher, self.storage, self.keys, self.folder = publisher, storage, keys, folder
        self.watch = Watch(publisher.site / "metadata", 0.05)
        self.rolling = Rolling(storage, publisher.tree, self.watch.versions, keys.signing, self.now, LIFE, 30.0, 0.001)
        self.fleet: dict[str, FleetUnit] = {}

    def now(self) -> datetime:
        return self.publisher.now

    async def enrol(self, names: Iterable[str]) -> None:
        """Let units in, each with a key of its own."""
        async with self.storage.writing() as connection:
            for name in names:
                made = self.fleet[name] = FleetUnit(self.folder, self.publisher, self.keys, name)
                jwk = public_jwk(made.unit.key)
                row = {"unit": name, "key": jwk, "thumbprint": thumbprint(jwk), "place": f"{CHANNEL}.ban-mau", "place_name": "Bản Mẫu"}
                row |= {"channels": [CHANNEL], "languages": ["vi"], "link": "network", "root": "", "hardware": "test"}
                await connection.execute(units.insert().values(**row, enrolled=self.publisher.now.isoformat()))

    def pass_time(self, **delta: float) -> None:
        """Let time pass for everybody."""
        now = self.publisher.later(**delta)
        for each in self.fleet.values():
            each.unit.clock.advance(max(0.0, (now - each.unit.clock.now().wall).total_seconds()))

    async def look(self) -> None:
        """What the running registry does again and again."""
        await self.watch.look()
        await self.rolling.look()

    async def talk(self, each: FleetUnit) -> Filed:
        """One report and its answer, as ``POST /v1/report`` gives it."""
        filed = await file_batch(self.storage, (each.report(),), self.now())
        assert filed.refused == {}
        if filed.upgraded:
            await self.rolling.look()
        each.permits.take(self.rolling.newer(filed.channels, filed.permit))
        return filed

    async def round(self, among: Iterable[FleetUnit] | None = None) -> None:
        """Each unit polls, reports, fetches what it may, and takes a release when it is its turn; then it reports again."""
        for each in among if among is not None else list(self.fleet.values()):
            await self.talk(each)
            await each.look(self.publisher.site)
            if each.upgrade():
                await self.talk(each)

    def with_version(self, version: str) -> list[str]:
        """The units that run *version*."""
        return [name for name, each in self.fleet.items() if each.unit.version == version]


def staged(release: Release, names: Iterable[str], percent: int) -> list[str]:
    """Those of *names* that the first cohorts take in."""
    return [name for name in names if cohort(name, release.number) < percent]


def hundred(number: str) -> list[str]:
    """A hundred names of which exactly three lie in the first three cohorts of the release *number*, as on average."""
    for village in range(1000):
        names = [f"loa-{village}-{unit}" for unit in range(100)]
        if sum(cohort(name, number) < 3 for name in names) == 3:
            return names
    raise AssertionError("no such village")
