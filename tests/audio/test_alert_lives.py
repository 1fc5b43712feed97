"""The lives of alerts on the signed road: publisher, packs, the voice's own shelf, its journal on the card, and cuts at any write."""

import shutil
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

import device.shelf
from audio.ledger import Ledger
from bundle.alert import AlertSet
from device.clock import ManualClock
from device.durable import replace
from device.paths import Paths
from device.shelf import Shelf
from director.decision import FirstSight, Skipped, Utterance
from director.happened import Happened
from director.moment import Moment
from director.programme import Programme, Site
from evidence.records import Outcome, Rung
from tests.director import village as v
from tests.director.lives import PLACES, Document, Lives, Place
from tests.examples import share
from tests.simulators.publisher import Publisher

SITE = Site("loa-01", v.PLACE, "Thôn Bản Mẫu", (v.PROVINCE, v.COMMUNE), ("vi",))


class PowerCut(Exception):
    """The unit is dead from here on."""


class Card:
    """The durable writes of the shelf, until the power fails: *left* is after how many more, None is never."""

    def __init__(self) -> None:
        self.left: int | None = None

    def write(self, path: Path, raw: bytes) -> None:
        if self.left == 0:
            raise PowerCut
        self.left = None if self.left is None else self.left - 1
        replace(path, raw)


class Signed:
    """A unit with a card; what comes is signed, packed, put there by an agent and verified by the voice itself."""

    def __init__(self, publisher: Publisher, folder: Path, card: Card) -> None:
        self.publisher, self.paths, self.card = publisher, Paths(folder), card
        self.clock = ManualClock.at(publisher.now, boot="boot-0+", mono=5.0)
        self.packs: dict[tuple[Place, int], bytes] = {}
        self.start()

    def start(self) -> None:
        self.shelf = Shelf(self.paths, "audio", self.publisher.root_bytes)
        self.ledger = Ledger(self.paths, self.clock, simulated=True)
        self.now = self.shelf.programme(SITE, self.clock.now())

    @property
    def happened(self) -> Happened:
        return self.ledger.happened

    def release(self, place: Place, document: Document, at: datetime) -> int:
        self.publisher.now = max(at, self.publisher.now)
        proposal = self.publisher.signed(*place, document.model_dump_json().encode())
        number = proposal.metadata().signed.version
        # Released by force, for the recordings are only names here.
        self.packs[place, number] = self.publisher.force(proposal)
        return number

    def deliver(self, place: Place, number: int, fast: bool, cut: int | None) -> bool:
        replace((self.paths.fast if fast else self.paths.shelf) / place[0] / f"{place[1]}.pack", self.packs[place, number])
        self.card.left = cut
        try:
            self.now = self.shelf.programme(SITE, self.clock.now())
        except PowerCut:
            return False
        finally:
            self.card.left = None
        return True

    def programme(self) -> Programme:
        if self.shelf.changed():
            self.now = self.shelf.programme(SITE, self.clock.now())
        return self.now

    def see(self, new: tuple[FirstSight, ...]) -> None:
        self.ledger.learn(alerts=new)

    def skip(self, skipped: tuple[Skipped, ...]) -> None:
        self.ledger.learn(skipped=skipped)

    def said(self, what: Utterance, outcome: Outcome) -> None:
        self.ledger.utterance(what, outcome, Rung.LEFT_DRIVER)

    def reboot(self, moment: Moment, torn: bool) -> None:
        self.ledger.close()
        if torn:
            for segment in list(self.paths.journal("audio").glob("*.seg"))[-1:]:
                segment.write_bytes(segment.read_bytes() + b"\x40\x00\x00\x00half a line of which the power took the rest")
        shutil.rmtree(self.paths.run, ignore_errors=True)
        self.clock.moment = moment
        self.start()


class SignedLives(Lives):
    publisher: Publisher
    card: Card
    folder: Path

    def make(self) -> tuple[Signed, datetime]:
        # A day apart, so that what an example before has released is over.
        self.publisher.later(days=1)
        unit = Signed(self.publisher, Path(tempfile.mkdtemp(dir=self.folder)), self.card)
        for place in PLACES.values():
            unit.release(place, AlertSet(format=1, channel=place[0]), self.publisher.now)
        return unit, self.publisher.now + timedelta(minutes=1)

    def teardown(self) -> None:
        super().teardown()
        if hasattr(self, "unit"):
            self.unit.ledger.close()
            shutil.rmtree(self.unit.paths.root)


def test_the_lives_of_alerts_on_the_signed_road(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    SignedLives.publisher = Publisher(tmp_path / "publisher", (v.PROVINCE, v.COMMUNE))
    SignedLives.card, SignedLives.folder = Card(), tmp_path
    monkeypatch.setattr(device.shelf, "replace", SignedLives.card.write)
    run_state_machine_as_test(SignedLives, settings=settings(share(0.1), stateful_step_count=10))
