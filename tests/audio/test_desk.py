"""The voice's desk: what it asks the director is written down once, however often it asks."""

from contextlib import closing
from datetime import timedelta

import pytest

from audio.desk import Desk
from audio.ledger import Ledger
from bundle.asset import blob_path
from bundle.items import Announcement, Session, Spoken
from bundle.schedule import Schedule
from bundle.trust import Target
from device.clock import ManualClock
from device.journal import read
from device.paths import Paths
from device.shelf import Shelf
from director.programme import Site
from evidence.records import Fault, FaultCode
from tests.simulators.content import CHANNEL, PROVENANCE, clip_of, small_bundle
from tests.simulators.publisher import START, Publisher

SITE = Site("loa-1", f"{CHANNEL}.01", "Bản Mẫu", (CHANNEL,), ("km", "vi"))


class Village:
    """A publisher and the desk of one unit; `gaps` is what its journal says of missing languages."""

    def __init__(self, folder):
        self.publisher, self.paths = Publisher(folder / "publisher"), Paths(folder / "unit")
        self.clock = ManualClock.at(START + timedelta(hours=2))
        self.ledger = Ledger(self.paths, self.clock, simulated=True)
        self.desk = Desk(Shelf(self.paths, "audio", self.publisher.root_bytes), SITE, self.ledger)

    def publish(self, version, languages):
        """Three announcements, spoken in *languages* each, due in a quarter of a minute."""
        speech = b"speech"
        for folder in (self.paths.shelf, self.publisher.site):
            path = folder / blob_path(clip_of(speech).sha256)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(speech)
        spoken = tuple(
            Spoken(language=language, title="Bài", body="Lời.", clip=clip_of(speech), voice="may", reviewer="Lò Thị Mây")
            for language in languages
        )
        items = tuple(Announcement(id=f"bai-{n}", provenance=PROVENANCE, versions=spoken) for n in range(3))
        start = (self.clock.now().wall + timedelta(hours=7, seconds=15)).replace(tzinfo=None, microsecond=0)
        session = Session(
            id="buoi",
            provenance=PROVENANCE,
            title="Buổi",
            schedule=Schedule(start=start),
            order=tuple(item.id for item in items),
            maximum=600.0,
        )
        bundle = small_bundle(self.clock.now().wall)
        bundle = bundle.model_copy(update={"version": version, "announcements": items, "sessions": (session,)})
        self.publisher.release_bundle(CHANNEL, bundle, at=self.clock.now().wall)
        path = self.paths.shelf / CHANNEL / f"{Target.BUNDLE}.pack"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.publisher.pack(CHANNEL, Target.BUNDLE))

    def ask(self, seconds=10):
        for _ in range(seconds):
            self.desk.queue(self.clock.advance(1.0))

    def gaps(self):
        return [line for line in read(self.paths.journal("audio")) if isinstance(line, Fault) and line.code is FaultCode.LANGUAGE_MISSING]


@pytest.fixture
def village(tmp_path):
    made = Village(tmp_path)
    with closing(made.ledger):
        yield made


def test_what_three_announcements_lack_is_written_once_and_right_again_with_the_next_bundle(village):
    village.publish(1, ["vi"])
    village.ask()
    told = village.gaps()
    assert [gap.active for gap in told] == [True] * 3
    assert all(f"bai-{n}: thiếu bản tiếng km" in told[-1].detail for n in range(3))
    village.ask()
    assert len(village.gaps()) == 3, "a card is worn out by a line for every question"

    village.publish(2, ["vi", "km"])
    village.ask()
    assert [gap.active for gap in village.gaps()] == [True] * 3 + [False]
