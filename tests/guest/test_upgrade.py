"""Releases over the network to an installed unit: a spoilt one goes back by itself, also after a power cut, and a good one stays."""

from datetime import UTC, datetime, timedelta

import pytest

from bundle.software import Health, Release, Stage
from device.paths import Paths
from evidence.records import Upgrade, Upgraded
from registry.rollout.debs import builds, read_deb
from tests.guest.debian import release
from tests.guest.machine import NETWORK, Machine
from tests.guest.newer import GOOD, SPOILT, newer, spoilt
from tests.guest.unit import DISPLAY, SERVICES, GuestUnit, until_up
from tests.simulators.content import CHANNEL

HEALTH = Health(quiet=0.0, settle=60.0, trial=20.0, report=600.0, cut_offs=2)
LINK = "readlink /usr/lib/bangtin/current"


@pytest.fixture(scope="module")
def story(commissioned, architecture, tmp_path_factory):
    """The unit with its registry; nothing was released to it yet."""
    made = Story(commissioned, architecture, tmp_path_factory.mktemp("up"))
    yield made
    made.machine.close()


class Story:
    """One unit that is offered releases one after another."""

    def __init__(self, commissioned, architecture, folder):
        self.commissioned, self.architecture, self.folder = commissioned, architecture, folder
        self.start()
        self.was = self.machine.commands.run(LINK).strip()

    def start(self):
        """Power on."""
        self.machine = Machine(self.commissioned.image, self.folder / "m", datetime.now(UTC), screen=True, more=NETWORK)
        self.unit = GuestUnit(self.machine, self.folder / "u")
        until_up(self.machine, *SERVICES)
        self.unit.trust_clock()

    def offer(self, number, made):
        """Two persons sign a release of those packages for everybody at once; the registry permits it by itself."""
        publisher = self.commissioned.central.publisher
        now = publisher.now = datetime.now(UTC)
        whole = Release(
            format=1,
            channel=CHANNEL,
            number=number,
            software=number,
            since=now - timedelta(days=1),
            reason="thử trên máy khách / tried in the guest",
            builds=builds([read_deb(str(file)) for file in (made.wheels, made.product)]),
            stages=(Stage(percent=100, hours=0),),
            health=HEALTH,
        )
        publisher.release_software(CHANNEL, whole, [file.read_bytes() for file in (made.wheels, made.product)])

    def outcome(self, number, *outcomes):
        """The caretaker's last word on the release, as soon as it is one of *outcomes*."""
        journal = Paths().journal("caretaker")
        wanted = "|".join(outcome.value for outcome in outcomes)
        self.machine.commands.run(
            f'until grep -aqsrE \'"release":"{number}"[^}}]*"outcome":"({wanted})"\' {journal}; do sleep 1; done', 1200
        )
        return [line for line in self.unit.journal("caretaker") if isinstance(line, Upgraded) and line.release == number][-1]


@pytest.fixture(scope="module")
def spoilt_one(story):
    """Offered, begun, cut off in the middle of its trial by the power, and come to its end after that."""
    story.offer(SPOILT, spoilt(newer(SPOILT, story.architecture, release()), story.folder))
    story.outcome(SPOILT, Upgrade.BEGUN)
    story.machine.commands.run(f"until [ $({LINK}) = {SPOILT} ]; do sleep 0.2; done; sleep 2")
    story.machine.cut()
    story.start()
    return story.outcome(SPOILT, Upgrade.REVERTED, Upgrade.GOOD)


def test_a_version_whose_board_cannot_run_goes_back_by_itself_also_after_a_power_cut(story, spoilt_one):
    print(f"\n{spoilt_one}")
    assert spoilt_one.outcome is Upgrade.REVERTED
    assert story.machine.commands.run(LINK).strip() == story.was
    until_up(story.machine, *SERVICES)
    story.machine.commands.run(f"until grep -qs '\"ready\":true' {Paths().status('display')}; do sleep 0.5; done")
    running = story.machine.commands.run(f"tr '\\0' ' ' < /proc/$(systemctl show -P MainPID {DISPLAY})/cmdline")
    assert running.startswith(f"/usr/lib/bangtin/{story.was}/"), running


def test_the_registry_hears_of_it_and_stops_the_roll_out(story, spoilt_one):
    story.commissioned.central.until_says("ĐÃ DỪNG", "rollout", "show")


def test_a_good_version_stays(story, spoilt_one):
    story.offer(GOOD, newer(GOOD, story.architecture, release()))
    told = story.outcome(GOOD, Upgrade.REVERTED, Upgrade.GOOD)
    print(f"\n{told}")
    assert told.outcome is Upgrade.GOOD
    assert story.machine.commands.run(LINK).strip() == GOOD
    until_up(story.machine, *SERVICES)
