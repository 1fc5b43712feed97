"""A courier's stick is plugged into a unit without any network: content comes in and is on the board, and letters go out with it."""

from datetime import UTC, datetime

import pytest

from device.paths import Paths
from registry.trust.stick import write_stick
from tests.display.reader import likeness, machine_reads
from tests.guest.glass import Glass, empty
from tests.guest.machine import Machine
from tests.guest.stick import Stick
from tests.guest.unit import SERVICES, GuestUnit, until_up
from tests.simulators.content import CHANNEL, small_bundle

TITLE = "Nước về bể chung"
READ = 0.9
DAYS = 60


@pytest.fixture(scope="module")
def visit(commissioned, tmp_path_factory):
    """The unit's board before and after the stick was in it, and the stick after the visit."""
    folder, publisher = tmp_path_factory.mktemp("s"), commissioned.central.publisher
    publisher.now = datetime.now(UTC)
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now, title=TITLE))
    stick = Stick(folder / "stick.img")
    with stick.here() as mounted:
        write_stick(publisher.tree, mounted, (), publisher.online, publisher.now, DAYS, lambda done, of: None)
    machine = Machine(commissioned.image, folder / "m", datetime.now(UTC), screen=True)
    try:
        unit, glass = GuestUnit(machine, folder / "u"), Glass(machine, folder / "glass")
        until_up(machine, *SERVICES)
        unit.trust_clock()
        before = glass.look()
        stick.plug_into(machine)
        seen = glass.until(lambda look: not empty(look) and reads(glass, look, TITLE) >= READ, "the notice that came on the stick")
        status = Paths().status("agent")
        machine.commands.run(f"until grep -qs '\"said\"' {status} && ! grep -qs 'Đang đọc' {status}; do sleep 0.5; done")
        told = unit.status("agent")["said"]
        options = machine.commands.run("findmnt -n -o TARGET,OPTIONS /media/sd*").split()
        stick.pull_out_of(machine)
        machine.commands.run("until ! findmnt /media/sda && ! findmnt /media/sda1; do sleep 0.5; done 2>/dev/null")
        until_up(machine, *SERVICES)
        yield stick, glass, before, seen, told, options
    finally:
        machine.close()


def reads(glass, picture, sentence):
    return likeness(sentence, machine_reads(glass.keep(picture, "read")))


def test_what_came_on_the_stick_is_on_the_board(visit):
    _, glass, before, seen, told, _ = visit
    print(f"\n{told}; {glass.keep(seen, 'from the stick')}")
    assert reads(glass, before, TITLE) < READ


def test_nothing_on_a_stick_can_be_run_or_is_a_device(visit):
    *_, options = visit
    print(f"\n{options}")
    assert {"nosuid", "nodev", "noexec"} <= set(options[1].split(","))


def test_the_registry_files_the_letters_that_came_out_with_it(visit, commissioned):
    stick, *_ = visit
    with stick.here() as mounted:
        said = commissioned.central.command("import-stick", mounted)
    print(f"\n{said}")
    assert "0 từ chối" in said
    assert "0 mới" not in said
