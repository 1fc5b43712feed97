"""The power goes before and after each single step of an upgrade: afterwards the old version runs whole or the new one, never a mixture."""

import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from bundle.software import Health, Stage
from caretaker.software import machine as machine_module
from caretaker.software import trial as trial_module
from caretaker.software.machine import CommandFailed, Machine
from caretaker.software.trial import read_trial
from device import upgrades as upgrades_module
from device.durable import replace
from device.packages import read_debian
from device.paths import Paths
from device.upgrades import read_history
from evidence.signing import new_key
from tests.simulators.content import CHANNEL, package_of, release_of
from tests.simulators.debs import empty_debian, install, named, version_deb, wheels_deb
from tests.simulators.publisher import Publisher
from tests.simulators.upgrading import Paper, PowerCut, SimulatedUnit, always, never

REGISTRY = new_key()
OURS, LIBRARY = b"ours", b"library of debian's"
HEALTH = Health(quiet=10.0, settle=20.0, trial=20.0, report=60.0, cut_offs=2)
STEPS = ("mend", "stage", "install", "keep", "purge", "activate", "approve", "unstage")
LEFT = (8, 14, 26)
"""How many instants of an upgrade are left after a cut late in it, in its middle and early."""


class Cuts:
    """Counts instants, and cuts the power at the one with the number *at*; 0 never."""

    def __init__(self) -> None:
        self.at = self.passed = 0

    def instant(self) -> None:
        self.passed += 1
        if self.passed == self.at:
            raise PowerCut

    def around(self, step: Callable[..., object]) -> Callable[..., object]:
        def wrapped(*words: object, **more: object) -> object:
            self.instant()
            made = step(*words, **more)
            self.instant()
            return made

        return wrapped


@pytest.fixture(scope="module")
def publisher(tmp_path_factory: pytest.TempPathFactory) -> Publisher:
    made = Publisher(tmp_path_factory.mktemp("publisher"), [CHANNEL])
    packages = (package_of(OURS), package_of(LIBRARY, "libdemo", "2"))
    made.release_software(CHANNEL, release_of(made.now, *packages, stages=(Stage(percent=100, hours=0),), health=HEALTH), [OURS, LIBRARY])
    return made


@pytest.fixture
def cuts(monkeypatch: pytest.MonkeyPatch) -> Cuts:
    made = Cuts()
    for module in (trial_module, upgrades_module):
        monkeypatch.setattr(module, "replace", made.around(replace))
    return made


def unit_of(folder: Path, publisher: Publisher) -> SimulatedUnit:
    made = SimulatedUnit(folder, publisher, REGISTRY, machine=Paper)
    made.machine()
    made.shelve(OURS, LIBRARY)
    made.permit("1.4.0")
    return made


def upgrade(unit: SimulatedUnit, cuts: Cuts) -> bool:
    """Whether it came to its end; the machine's steps can be cut as well."""
    machine = unit.machine()
    for step in STEPS:
        setattr(machine, step, cuts.around(getattr(machine, step)))
    try:
        unit.upgrade(machine)
    except PowerCut:
        unit.boot()
        return False
    return True


def whole(unit: SimulatedUnit) -> str:
    """The version that runs, which is installed whole, and so is the one that would judge it."""
    debian = read_debian(unit.paths)
    assert debian is not None
    for version in (unit.version, unit.good):
        assert f"bangtin-{version}" in debian.installed
    return unit.version or ""


def instants(folder: Path, publisher: Publisher, cuts: Cuts, well: Callable[[str, float], bool]) -> Iterator[SimulatedUnit]:
    """A fresh unit for each instant of an upgrade, cut there."""
    at = 0
    while True:
        at += 1
        cuts.at = 0
        unit = unit_of(folder / str(at), publisher)
        unit.well["1.4.0"] = well
        cuts.at, cuts.passed = at, 0
        if upgrade(unit, cuts):
            assert at > 25, "an upgrade has more steps than that"
            return
        whole(unit)
        cuts.at = 0
        yield unit


def test_one_cut_anywhere_and_a_good_release_is_there_in_the_end(in_memory: Path, publisher: Publisher, cuts: Cuts) -> None:
    for unit in instants(in_memory, publisher, cuts, always):
        assert upgrade(unit, cuts)
        assert whole(unit) == "1.4.0"
        assert unit.good == "1.4.0"
        assert unit.told[-1] == "1.4.0 good"
        assert read_trial(unit.paths) is None


def test_one_cut_anywhere_and_a_bad_release_is_gone_in_the_end(in_memory: Path, publisher: Publisher, cuts: Cuts) -> None:
    for unit in instants(in_memory, publisher, cuts, never):
        assert upgrade(unit, cuts)
        assert (whole(unit), unit.good) == ("1.3.0", "1.3.0")
        assert unit.told[-1] == "1.4.0 reverted"
        assert [each.release for each in read_history(unit.paths).failed] == ["1.4.0"]
        assert read_trial(unit.paths) is None


def test_two_cuts_anywhere_leave_the_unit_whole_and_settled(in_memory: Path, publisher: Publisher, cuts: Cuts) -> None:
    dice = random.Random(3)
    for latest in LEFT:
        for unit in instants(in_memory / str(latest), publisher, cuts, always):
            cuts.at, cuts.passed = dice.randint(1, latest), 0
            while not upgrade(unit, cuts):
                whole(unit)
            assert whole(unit) in ("1.3.0", "1.4.0")
            assert unit.good == unit.version
            assert read_history(unit.paths).settled("1.4.0")


def test_a_trial_that_is_cut_off_twice_is_left(in_memory: Path, publisher: Publisher, cuts: Cuts) -> None:
    unit = unit_of(in_memory, publisher)

    def cut() -> None:
        raise PowerCut

    for _ in range(2):
        unit.meanwhile = {unit.clock.now().mono + 10: cut}
        assert not upgrade(unit, cuts)
        assert unit.version == "1.4.0"
    assert upgrade(unit, cuts)
    assert (whole(unit), unit.told[-1]) == ("1.3.0", "1.4.0 reverted")
    assert "cut off 2 times" in unit.why


@pytest.mark.parametrize("milliseconds", [20, 60, 100, 140, 180, 240])
def test_debians_tools_killed_in_the_middle_of_their_work_are_taken_up_again(
    in_memory: Path, milliseconds: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit = _with_dpkg(in_memory)
    real = subprocess.run

    def killed(command, **more):
        if command[0] != "apt-get":
            return real(command, **more)
        running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        try:
            running.wait(milliseconds / 1000)
        except subprocess.TimeoutExpired:
            _kill_all_below(in_memory)
            running.wait()
        raise PowerCut

    monkeypatch.setattr(machine_module.subprocess, "run", killed)
    with pytest.raises(PowerCut):
        unit.upgrade()
    monkeypatch.undo()
    unit.boot()
    assert whole(unit) == "1.3.0"
    assert unit.upgrade() == "1.4.0: good"
    assert whole(unit) == "1.4.0"


def _kill_all_below(folder: Path) -> None:
    """Debian's tools run each other in sessions of their own; a power cut spares none of them."""
    while found := [each for each in psutil.process_iter(["cmdline"]) if any(str(folder) in word for word in each.info["cmdline"] or ())]:
        for process in found:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(found, timeout=5)


def _with_dpkg(folder: Path) -> SimulatedUnit:
    publisher, paths = Publisher(folder / "publisher", [CHANNEL]), Paths(folder / "unit")
    empty_debian(paths)
    ours, wheels = version_deb(folder, "1.4.0", "b"), wheels_deb(folder, "b")
    install(paths, folder, wheels_deb(folder, "a"), version_deb(folder, "1.3.0", "a"))
    for link in ("current", "good"):
        (paths.versions / link).symlink_to("1.3.0")
    packages = (named(ours, "bangtin-1.4.0", "1.4.0"), named(wheels, "bangtin-wheels-b"))
    publisher.release_software(
        CHANNEL, release_of(publisher.now, *packages, stages=(Stage(percent=100, hours=0),), health=HEALTH), [ours, wheels]
    )
    unit = SimulatedUnit(folder / "unit", publisher, REGISTRY)
    unit.shelve(ours, wheels)
    unit.permit("1.4.0")
    return unit


HOLDER = "import fcntl, sys\nlock = open(sys.argv[1], 'w')\nfcntl.lockf(lock, fcntl.LOCK_EX)\nprint('held', flush=True)\nsys.stdin.read()"


@pytest.mark.parametrize("name", ["lock-frontend", "lock"])
def test_somebody_else_who_installs_packages_is_waited_for(in_memory: Path, name: str) -> None:
    unit = _with_dpkg(in_memory)
    lock = unit.paths.root / "var/lib/dpkg" / name
    # A lock of this kind is a process's own, so another one must hold it.
    with subprocess.Popen([sys.executable, "-c", HOLDER, lock], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == b"held\n"
        said = unit.upgrade()
        holder.communicate()
    assert "somebody else" in said
    assert unit.told == []
    assert unit.upgrade() == "1.4.0: good"


def test_a_way_back_that_fails_is_tried_again_and_not_forgotten(in_memory: Path, publisher: Publisher) -> None:
    unit = unit_of(in_memory, publisher)
    unit.well["1.4.0"] = never
    machine = unit.machine()
    real = machine.activate

    def stuck(version: str, on_trial: bool) -> None:
        if version == "1.3.0":
            raise CommandFailed("no")
        real(version, on_trial)

    machine.activate = stuck  # type: ignore[method-assign]
    with pytest.raises(CommandFailed):
        unit.upgrade(machine)
    assert unit.upgrade().startswith("1.4.0: reverted")
    assert whole(unit) == "1.3.0"


def test_the_machine_of_these_stories_has_every_step_of_the_real_one() -> None:
    assert all(callable(getattr(Machine, step)) for step in STEPS)
