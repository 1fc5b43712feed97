"""The power goes again and again at random moments of a unit's work: what was good still plays, and nothing acknowledged is lost.

``GUEST_CUTS`` cuts in all, in rounds of four: while the unit fetches what was just published, while it starts again, while another
version is installed, and while it starts after that; the unit is judged after each round, because a whole start takes a minute out here.
"""

import os
import random
from datetime import UTC, datetime

import pytest

from device.acks import read_acks
from device.paths import JOURNALS, Paths
from tests.display.reader import likeness, machine_reads
from tests.guest.debian import release
from tests.guest.glass import Glass, empty
from tests.guest.installed import disk_of, drive
from tests.guest.machine import NETWORK, Machine
from tests.guest.newer import GOOD, newer
from tests.guest.unit import SERVICES, GuestUnit, until_up
from tests.simulators.content import CHANNEL, small_bundle

CUTS, SEED = int(os.environ.get("GUEST_CUTS", "20")), int(os.environ.get("SEED", "0"))
READ = 0.8
"""Tesseract takes one accent for another; the titles are unlike enough."""
LONGEST = 12.0
"""Seconds of the guest's clock after which the power goes at the latest: from the beginning of its work, or from when it takes commands."""
INSTALL = "mount -o ro /dev/vdb /mnt; DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends /mnt/*.deb"
TITLES = ("Nước về bể chung", "Họp thôn tối nay", "Tiêm phòng trâu bò", "Chợ phiên dời ngày", "Sửa cầu treo", "Phát giống lúa mới")
"""Of one notice after another, so unlike that a reader tells them apart."""
ROUND = ("fetching", "starting", "installing", "starting")


class Cut:
    """A unit whose power goes without a word, and the registry that it reports to."""

    def __init__(self, commissioned, disk, folder):
        self.central, self._image, self._more, self._folder = commissioned.central, commissioned.image, (*NETWORK, *drive(disk)), folder
        self._published, self.acknowledged = 0, dict.fromkeys(JOURNALS, -1)
        self.start()

    def start(self):
        self.machine = Machine(self._image, self._folder / "m", datetime.now(UTC), screen=True, more=self._more)
        self.unit, self.glass = GuestUnit(self.machine, self._folder / "u"), Glass(self.machine, self._folder / "glass")

    def publish(self):
        self._published += 1
        publisher = self.central.publisher
        publisher.now = datetime.now(UTC)
        publisher.release_bundle(CHANNEL, small_bundle(publisher.now, title=self.title))

    @property
    def title(self):
        return TITLES[self._published % len(TITLES)]

    def work(self, what):
        """Begin *what*; nobody waits for its end. It starts by itself."""
        match what:
            case "fetching":
                self.publish()
            case "installing":
                self.machine.commands.begin(INSTALL)

    def cut(self, after):
        """The power goes *after* so many seconds of the guest's clock, and comes back."""
        self.machine.commands.run(f"sleep {after:.2f}")
        self.acknowledged = self.acknowledgements()
        self.machine.cut()
        self.start()

    def acknowledgements(self):
        """Up to which line of each journal the registry has said that it has it."""
        path = self.unit.paths.acks
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.machine.commands.get(Paths().acks))
        return {name: read_acks(self.unit.paths).get(name, -1) for name in JOURNALS}

    def until_it_plays(self):
        """Every service is up, the voice could speak, its newest notice is on the board, and the registry took a report of this start.

        It would not take one with a line whose number it has with other words.
        """
        until_up(self.machine, *SERVICES)
        self.unit.trust_clock()
        self.machine.commands.run(f"until grep -qs '\"ready\":true' {Paths().status('audio')}; do sleep 0.3; done")
        self.machine.commands.run(f"until grep -qs '\"reported\":' {Paths().status('agent')}; do sleep 0.3; done")
        return self.glass.until(lambda look: not empty(look) and self.reads(look) >= READ, f"«{self.title}» on the board")

    def reads(self, picture):
        return likeness(self.title, machine_reads(self.glass.keep(picture, "read")))


@pytest.fixture(scope="module")
def unit(commissioned, architecture, tmp_path_factory):
    """It has one notice, and another version of the product lies beside it on a disk."""
    folder = tmp_path_factory.mktemp("cuts")
    made = newer(GOOD, architecture, release())
    cut = Cut(commissioned, disk_of([made.product], folder), folder)
    cut.publish()
    cut.until_it_plays()
    cut.machine.commands.run(f"until test -e {Paths().acks}; do sleep 0.5; done")
    yield cut
    cut.machine.close()


@pytest.mark.parametrize("number", range(CUTS // len(ROUND)))
def test_after_cuts_it_plays_what_was_good_and_has_lost_nothing_acknowledged(unit, number):
    chance = random.Random(f"{SEED} {number}")
    for what in ROUND:
        unit.work(what)
        after = chance.uniform(0.0, LONGEST)
        unit.cut(after)
        print(f"\ncut {after:.1f} s into {what}", end="")
    unit.until_it_plays()
    now = unit.acknowledgements()
    print(f": acknowledged {unit.acknowledged} -> {now}", end="")
    assert all(now[name] >= count for name, count in unit.acknowledged.items())
    for name in JOURNALS:
        numbers = [line.n for line in unit.unit.journal(name)]
        assert numbers == sorted(set(numbers)), f"{name}: a number was given twice"
        assert not numbers or numbers[-1] >= unit.acknowledged[name], f"{name}: a number that the registry has was given anew"
    # The power may have gone between unpacking and configuring: what is left is done now.
    unit.machine.commands.run("dpkg --configure --pending")
    assert unit.machine.commands.run("dpkg --audit").strip() == ""
    assert unit.machine.commands.run("readlink /usr/lib/bangtin/current").strip() != GOOD, "only a judge exchanges versions"
