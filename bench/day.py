"""What an ordinary day writes on the card: the unit's own parts on a real ext4, driven by a clock, counted at the block device."""

import asyncio
import ctypes
import os
import tempfile
from collections.abc import Iterator
from contextlib import AsyncExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from aiohttp import ClientSession

from agent.outbox import Outbox
from agent.permits import Permits
from agent.pull import DirectorySource, check_channel
from agent.registry import RegistryLink
from agent.reporting import Reporter
from audio.ledger import Ledger as VoiceLedger
from bench.commune import PERSONS, bundle, notice
from bench.row import Row
from bundle.items import Announcement, Session, Spoken
from bundle.manifest import Bundle
from bundle.schedule import Schedule
from device.clock import ManualClock
from device.durable import replace
from device.journal import JournalWriter
from device.paths import Paths
from device.shelf import Shelf
from device.status import write_status
from device.unit import UnitRecord, write_unit
from director.decision import Speak
from director.programme import Site
from director.sound import direct_sound
from display.board import Board
from display.ledger import Ledger as BoardLedger
from display.media.pictures import Pictures
from display.paint.painter import Painter
from display.showing.headless import HeadlessScreen
from display.showing.presenter import Presenter
from display.text.pango import PangoMeasure
from evidence.cadence import Cadence
from evidence.records import Outcome, Rung, Switched
from evidence.report import ProgramStatus
from tests.powercuts.card import Card
from tests.simulators.content import CHANNEL, clip_of
from tests.simulators.live_registry import LiveRegistry
from tests.simulators.publisher import START, Publisher

NOTICES = 20
DAY = 24 * 3600
POLL = 900
WRITE_BACK = 5
"""Seconds after which ext4 commits by itself what nobody synced (its own default); the driven clock is too fast for it."""

UNIT = "bang-1"
PLACE = f"{CHANNEL}.03"
SECTOR = 512


def rows() -> list[Row]:
    """The row of this bench; none where no file system can be mounted."""
    if os.geteuid() != 0:
        return []
    with tempfile.TemporaryDirectory() as name, _card(Path(name)) as card:
        return [asyncio.run(_row(Path(name), card))]


async def _row(folder: Path, card: Card) -> Row:
    async with AsyncExitStack() as stack:
        day = await _Day.begin(folder, card, stack)
        await day.pass_time(2 * POLL)
        before = _written(card.mount_point)
        await day.pass_time(DAY)
        written = _written(card.mount_point) - before
    assert day.shown > DAY / 60, "the board went on"
    assert day.said == 6, "two sessions of three announcements"
    how = (
        f"ext4 with its journal and 4 KB blocks on a loop device; a day of {NOTICES} notices ({day.shown} receipts of the board), "
        f"two sessions, a look and a report every {POLL // 60} min to a real registry, a renewed timestamp; "
        f"syncfs every {WRITE_BACK} s of the driven clock in place of ext4's own commits; sectors written of /sys/dev/block"
    )
    megabytes = written / 1e6
    return Row(name="card, an ordinary day", value=megabytes, unit="MB", budget="≤ 20 MB a day", holds=megabytes <= 20, method=how)


@dataclass
class _Day:
    """A unit on the card and everything around it; time passes only when told."""

    paths: Paths
    publisher: Publisher
    clock: ManualClock
    reporter: Reporter
    board: Board
    board_ledger: BoardLedger
    voice: Shelf
    voice_ledger: VoiceLedger
    amplifier: JournalWriter
    site: Site
    shown: int = 0
    said: int = 0
    _last: str | None = field(default=None)

    @classmethod
    async def begin(cls, folder: Path, card: Card, stack: AsyncExitStack) -> "_Day":
        publisher = Publisher(folder / "publisher", [CHANNEL])
        publisher.release_bundle(CHANNEL, _week(publisher.now), [b"loi chao"])
        registry = LiveRegistry(folder / "registry", publisher.site)
        await registry.start()
        stack.push_async_callback(registry.stop)
        key = await registry.enrol(UNIT, PLACE, (CHANNEL,))
        paths, clock = Paths(card.mount_point), ManualClock.at(START + timedelta(minutes=5))
        replace(paths.root_json, publisher.root_bytes)
        record = _record(registry.url)
        write_unit(paths, record)
        http = await stack.enter_async_context(ClientSession())
        outbox = stack.enter_context(Outbox(paths.outbox))
        cadence = Cadence.of(UNIT, POLL, clock.now().mono)
        reporter = Reporter(
            paths, record, key, outbox, RegistryLink(http, registry.url), clock, cadence, lambda _: None, Permits(paths, record)
        )
        site = Site(UNIT, PLACE, "Thôn Ba", (CHANNEL,), ("vi",))
        ledger = stack.enter_context(closing(BoardLedger(paths, clock, simulated=True)))
        voice = stack.enter_context(closing(VoiceLedger(paths, clock, simulated=True)))
        amplifier = stack.enter_context(closing(JournalWriter(paths.journal("amplifier"))))
        shelf = Shelf(paths, "display", publisher.root_bytes)
        pictures, measure = Pictures(shelf.blob), PangoMeasure()
        presenter = Presenter(HeadlessScreen((640, 360)), Painter(pictures), measure, None)
        board = Board(shelf, site, ledger, presenter, measure, pictures, lambda _: 1.0)
        voice_shelf = Shelf(paths, "audio", publisher.root_bytes)
        return cls(paths, publisher, clock, reporter, board, ledger, voice_shelf, voice, amplifier, site)

    async def pass_time(self, seconds: int) -> None:
        """One second after the other."""
        for second in range(seconds):
            moment = self.clock.advance(1.0)
            self.board.step(moment, None)
            self.board_ledger.tidy(moment)
            self.shown += self.board.showing != self._last
            self._last = self.board.showing
            if second % POLL == 0:
                await self._look()
            if second % 60 == 0:
                self._speak()
                await self._report()
            if second % WRITE_BACK == 0:
                _sync_file_system(self.paths.root)

    async def _look(self) -> None:
        moment = self.clock.now()
        if moment.wall - self.publisher.now > timedelta(hours=12):
            self.publisher.renew(CHANNEL, at=moment.wall)
        root = self.publisher.root_bytes
        found = await check_channel(DirectorySource(self.publisher.site), self.paths, CHANNEL, root, moment)
        assert not found.refusals, found

    async def _report(self) -> None:
        at = self.clock.now().stamp()
        for program in ("agent", "display", "audio"):
            write_status(self.paths, ProgramStatus(program=program, at=at, ready=True, versions=self.board.versions))
        await self.reporter.tick()

    def _speak(self) -> None:
        """What is due sounds, as far as the journals are concerned."""
        moment = self.clock.now()
        what = direct_sound(self.voice.programme(self.site, moment), moment, self.voice_ledger.happened).what
        if not isinstance(what, Speak) or what.queue[0].due > moment.wall:
            return
        self._switch(True)
        for utterance in what.queue:
            self.voice_ledger.utterance(utterance, Outcome.STARTED, Rung.COMMANDED)
            self.voice_ledger.utterance(utterance, Outcome.COMPLETE, Rung.LEFT_DRIVER, offset=2.0, samples=96_000, late=0.001)
            self.said += 1
        self._switch(False)

    def _switch(self, active: bool) -> None:
        line = Switched(n=0, at=self.clock.now().stamp(), line="loa-1", active=active, activation=self.said, reason="buổi phát")
        self.amplifier.write(line, sync=True)


def _week(now: datetime) -> Bundle:
    """Notices for the board, and two sessions a day of three announcements."""
    clip = clip_of(b"loi chao")
    spoken = Spoken(language="vi", title="Chào bà con", body="Kính chào bà con.", clip=clip, voice="may", reviewer="Lò Thị Mây")
    names = ("loi-chao", "tin-nuoc", "tin-lua")
    sessions = tuple(
        Session(
            id=f"buoi-{hour}",
            provenance=PERSONS,
            title=f"Buổi {hour} giờ",
            schedule=Schedule(start=datetime(now.year, now.month, now.day, hour), rule="FREQ=DAILY"),  # noqa: DTZ001 - a local time
            order=names,
            maximum=600.0,
        )
        for hour in (11, 17)
    )
    announcements = tuple(Announcement(id=name, provenance=PERSONS, versions=(spoken,)) for name in names)
    week = {"announcements": announcements, "sessions": sessions, "made": now, "valid_until": now + timedelta(days=30)}
    return bundle(*(notice(n) for n in range(NOTICES))).model_copy(update=week)


def _record(url: str) -> UnitRecord:
    return UnitRecord(
        unit=UNIT,
        registry=url,
        content=f"{url}/content",
        place=PLACE,
        place_name="Thôn Ba",
        channels=(CHANNEL,),
        languages=("vi",),
        enrolled_at=START,
        confirmed=START,
        root_fingerprint="0" * 64,
    )


@contextmanager
def _card(folder: Path) -> Iterator[Card]:
    """A mounted card; what a unit has in RAM lies in RAM here too."""
    card = Card(folder)
    card.mount()
    try:
        (card.mount_point / "run").symlink_to(folder / "run")
        (folder / "run").mkdir()
        yield card
    finally:
        card.unmount()


def _written(mounted: Path) -> int:
    """Bytes written so far at the block device below *mounted*."""
    _sync_file_system(mounted)
    device = os.stat(mounted).st_dev  # noqa: PTH116 - a Path hides nothing here, and st_dev is what counts
    counts = Path(f"/sys/dev/block/{os.major(device)}:{os.minor(device)}/stat").read_text(encoding="ascii").split()
    return int(counts[6]) * SECTOR


def _sync_file_system(mounted: Path) -> None:
    descriptor = os.open(mounted, os.O_RDONLY | os.O_DIRECTORY)
    try:
        if ctypes.CDLL(None, use_errno=True).syncfs(descriptor) != 0:
            raise OSError(ctypes.get_errno(), "syncfs")
    finally:
        os.close(descriptor)
