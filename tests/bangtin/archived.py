"""A village with a past: a real publisher, a real board on a driven clock, real signed reports to a real registry."""

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pygame
import pytest
from aiohttp import ClientSession
from click.testing import CliRunner

from agent.outbox import Outbox
from agent.permits import Permits
from agent.registry import RegistryLink
from agent.reporting import Reporter
from bangtin.archive.facts import Facts
from bangtin.archive.verify import verify_archive
from bangtin.archive.write import Writer
from bangtin.main import main
from bundle.alert import AlertSet, Reference
from bundle.asset import Clip, MediaType, blob_path
from bundle.errors import Refused
from bundle.items import Announcement, Notice, Provenance, Spoken, Wording
from bundle.live import Leave, live_occurrence
from bundle.orders import LiveOrder, OrderKind, Orders
from bundle.policy import StopList, Withdrawal
from bundle.trust import Target
from device.clock import ManualClock
from device.journal import JournalWriter
from device.paths import Paths
from device.shelf import Shelf
from device.status import write_status
from device.unit import UnitRecord
from director.programme import Site
from display.board import Board
from display.ledger import Ledger
from display.media.pictures import Pictures
from display.paint.painter import Painter
from display.showing.headless import HeadlessScreen
from display.showing.presenter import Presenter
from display.text.pango import PangoMeasure
from evidence.cadence import Cadence
from evidence.override import MICROPHONE, boot_prefix
from evidence.records import OpenedOnSite, Outcome, Recording, Rung, Sounded
from evidence.report import ProgramStatus
from registry.fleet.archived import read_records
from registry.live.recording import begin_recording
from registry.making.waves import RATE, encode_opus
from tests.director import village as v
from tests.simulators.content import CHANNEL, flood_alert, small_bundle
from tests.simulators.live_registry import LiveRegistry
from tests.simulators.publisher import Publisher

# The registry's own clock is the real one: this is in its past, and everything here is exported "a year later" or more.
BEGIN = datetime(2026, 5, 4, 1, 0, tzinfo=UTC)
UNIT, VILLAGE = "loa-01", f"{CHANNEL}.ban-mau"
SIZE = (640, 360)
WHO = Provenance(author="Lò Thị Mây", approver="Hoàng Văn Suối", issuing_body="UBND xã Bản Mẫu", document_number="12/TB-UBND")
MEASURE = PangoMeasure()


def speech(seconds: float = 1.0) -> bytes:
    """A real recording: a tone."""
    return encode_opus(0.3 * np.sin(np.arange(int(RATE * seconds)) * 0.05).astype(np.float32))


def clip_of(blob: bytes) -> Clip:
    return Clip(
        sha256=hashlib.sha256(blob).hexdigest(),
        size=len(blob),
        media=MediaType.OPUS,
        duration=1.0,
        loudness=-16.0,
        true_peak=-1.0,
        gain=-3.0,
    )


def notice(name: str, title: str, body: str = "Trạm y tế xã mở cửa lúc 7 giờ.") -> Notice:
    return Notice(id=name, provenance=WHO, versions=(Wording(language="vi", title=title, body=body),))


class Past:
    """*at* is the clock's present; each story below moves it on."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.data = folder, folder / "registry"
        self.publisher = Publisher(folder / "publisher", now=BEGIN)
        self.paths, self.clock = Paths(folder / "unit"), ManualClock.at(BEGIN)
        self.registry = LiveRegistry(self.data, self.publisher.site)
        self.screen, self.sounding, self.speech, self.phrase = HeadlessScreen(SIZE), None, speech(), speech(0.5)
        self.seen: dict[str, bytes] = {}

    async def start(self) -> None:
        await self.registry.start()
        key = await self.registry.enrol(UNIT, VILLAGE, (CHANNEL,))
        self.http, self.key = ClientSession(), key
        record = UnitRecord(
            unit=UNIT,
            registry=self.registry.url,
            content="x",
            place=VILLAGE,
            place_name="Thôn Bản Mẫu",
            channels=(CHANNEL,),
            languages=("vi",),
            enrolled_at=BEGIN,
            confirmed=BEGIN,
            root_fingerprint="a" * 64,
        )
        self.outbox = Outbox(self.paths.outbox)
        link = RegistryLink(self.http, self.registry.url)
        cadence = Cadence.of(UNIT, 900.0, self.clock.now().mono)
        self.reporter = Reporter(
            self.paths, record, key, self.outbox, link, self.clock, cadence, lambda _: None, Permits(self.paths, record)
        )
        self.shelf = Shelf(self.paths, "display", self.publisher.root_bytes)
        self.ledger = Ledger(self.paths, self.clock, simulated=True)
        pictures = Pictures(self.shelf.blob)
        site = Site(UNIT, VILLAGE, "Thôn Bản Mẫu", (CHANNEL,), ("vi",))
        presenter = Presenter(self.screen, Painter(pictures), MEASURE, None)
        self.board = Board(self.shelf, site, self.ledger, presenter, MEASURE, pictures, lambda _: 1.0)
        self.audio = JournalWriter(self.paths.journal("audio"), simulated=False)

    async def stop(self) -> None:
        self.ledger.close()
        self.audio.close()
        self.outbox.close()
        await self.http.close()
        await self.registry.stop()

    @property
    def at(self) -> datetime:
        return self.clock.now().wall

    def later(self, **delta: float) -> None:
        self.clock.advance(timedelta(**delta).total_seconds())

    def bundle(self, version: int, *notices: Notice, arrives: bool = True) -> None:
        clip = clip_of(self.speech)
        spoken = Spoken(language="vi", title="Lời chào", body="Kính chào bà con.", clip=clip, voice="Mây", reviewer="Suối")
        greeting = Announcement(id="loi-chao", provenance=WHO, versions=(spoken,))
        made = small_bundle(self.at).model_copy(update={"version": version, "notices": notices, "announcements": (greeting,)})
        path = self.paths.shelf / blob_path(clip.sha256)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.speech)
        self.publisher.release_bundle(CHANNEL, made, [self.speech], at=self.at)
        if arrives:
            self._arrives(Target.BUNDLE)

    def withdraw(self, item: str, version: int) -> None:
        gone = Withdrawal(item=item, version=version, reason="sai ngày")
        self.publisher.release_stop(CHANNEL, StopList(format=1, channel=CHANNEL, withdrawn=(gone,)), at=self.at)
        self._arrives(Target.STOP)

    def flood(self) -> AlertSet:
        alerts = flood_alert(self.at)
        text = alerts.alerts[0].versions[0].model_copy(update={"clip": clip_of(self.speech), "phrases": (clip_of(self.phrase),)})
        alerts = AlertSet(format=1, channel=CHANNEL, alerts=(alerts.alerts[0].model_copy(update={"versions": (text,)}),))
        self.publisher.release_alerts(CHANNEL, alerts, [self.speech, self.phrase], at=self.at)
        self._arrives(Target.ALERTS)
        return alerts

    def end(self, alerts: AlertSet) -> None:
        """One person stops them."""
        named = tuple(Reference(sender=each.sender, identifier=each.identifier, sent=each.sent) for each in alerts.alerts)
        self.publisher.release_stop(CHANNEL, StopList(format=1, channel=CHANNEL, cancelled=named), at=self.at)
        self._arrives(Target.STOP)

    def forgotten(self) -> None:
        """A newer list, which names no alert at all."""
        self.publisher.release_alerts(CHANNEL, AlertSet(format=1, channel=CHANNEL), at=self.at)
        self._arrives(Target.ALERTS)

    def _arrives(self, target: Target) -> None:
        path = self.paths.shelf / CHANNEL / f"{target}.pack"
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_name("new")
        new.write_bytes(self.publisher.pack(CHANNEL, target))
        new.rename(path)

    def watch(self, seconds: float, step: float = 1.0) -> None:
        """Time passes in front of the board; what stood there is remembered by the page's name."""
        for _ in range(round(seconds / step)):
            before = self.board.showing
            self.board.step(self.clock.now(), self.sounding)
            if self.board.showing and self.board.showing != before:
                self.seen[f"{self.board.showing}@{self.at:%H:%M}"] = pygame.image.tobytes(self.screen.seen(), "RGB")
            self.clock.advance(step)

    def speaks_live(self, person: str) -> tuple[LiveOrder, bytes]:
        """*person* speaks a minute under a grant: the registry keeps it, the unit's voice writes its lines."""
        grant = v.grant(person=person)
        granted = small_bundle(self.at).model_copy(update={"version": 4, "live_grants": (grant,)})
        self.publisher.release_bundle(CHANNEL, granted, at=self.at)
        self._arrives(Target.BUNDLE)
        ends = self.at + timedelta(minutes=10)
        order = LiveOrder(
            kind=OrderKind.LIVE, id="live-1", person=person, since=self.at, expires=ends, reason="họp", grant=grant.id, secret="ab" * 32
        )
        self.publisher.release_orders(CHANNEL, Orders(format=1, channel=CHANNEL, orders=(order,)), at=self.at)
        self._arrives(Target.OPS)
        kept = begin_recording(self.data, Leave(granted, grant, order, ends), "audio/ogg", self.at)
        kept.write(self.speech)
        self.watch(1)
        self.speak(grant.id, live_occurrence(CHANNEL, order), 4, holder=person)
        kept.end(self.at, "người nói dừng")
        return order, self.speech

    def opens_on_site(self, holder: str, recording: bytes) -> None:
        """The voice's lines about a minute that *holder* spoke into the unit's own microphone, and what it kept of it on the card."""
        occurrence = f"{boot_prefix(self.clock.now().boot)}1:{MICROPHONE}"
        opened = OpenedOnSite(n=0, at=self.clock.now().stamp(), occurrence=occurrence, holder=holder, seconds=300.0, urgent=True)
        self.audio.write(opened, True)
        self.later(seconds=2)
        self.speak(MICROPHONE, occurrence, 0, holder=holder)
        digest = hashlib.sha256(recording).hexdigest()
        kept = Recording(n=0, at=self.clock.now().stamp(), occurrence=occurrence, sha256=digest, size=len(recording), seconds=60.0)
        self.audio.write(kept, True)

    def speak(
        self,
        item: str,
        occurrence: str,
        version: int,
        seconds: float = 60.0,
        outcome: Outcome = Outcome.COMPLETE,
        holder: str | None = None,
    ) -> None:
        """The voice's two lines about one utterance."""
        line = {"n": 0, "item": item, "channel": CHANNEL, "version": version, "language": "vi", "occurrence": occurrence, "holder": holder}
        for which, rung in ((Outcome.STARTED, Rung.COMMANDED), (outcome, Rung.LEFT_DRIVER)):
            samples = {"samples": 48_000, "offset": 1.0, "late": 0.004} if which is outcome else {}
            self.audio.write(
                Sounded.model_validate(line | samples | {"at": self.clock.now().stamp(), "outcome": which, "rung": rung}), True
            )
            self.later(seconds=seconds)

    async def report(self) -> None:
        """A regular report, a while later."""
        self.later(minutes=30)
        status = {"program": "display", "at": self.clock.now().stamp(), "ready": True, "versions": self.shelf.versions}
        write_status(self.paths, ProgramStatus.model_validate(status))
        await self.reporter.tick()


def export(past, out, at=BEGIN, minutes=1):
    with read_records(past.data) as records:
        return Writer(past.publisher.tree, records, SIZE, lambda _: None).write(VILLAGE, at, minutes, past.folder / out)


def facts(past, out) -> Facts:
    return Facts.model_validate_json((past.folder / out / "facts.json").read_bytes())


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def refused(folder: Path, **how) -> str:
    with pytest.raises(Refused) as problem:
        verify_archive(folder, **how)
    return str(problem.value)


def text_of(folder: Path) -> str:
    return (folder / "index.html").read_text(encoding="utf-8")


def command(*words):
    return CliRunner().invoke(main, ["archive", *(str(word) for word in words)])
