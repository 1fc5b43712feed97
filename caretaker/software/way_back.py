"""How an upgrade ends, above all when it is left: for that nothing else of the unit need be readable, not even who it is."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from pydantic import ValidationError

from bundle.software import Build, Health, Package, Release
from caretaker.software.leftovers import leftovers
from caretaker.software.machine import CommandFailed, Machine, NotNow
from caretaker.software.trial import Phase, Trial, end_trial, read_trial, write_trial
from device.packages import Debian
from device.paths import Paths
from device.upgrades import read_history, running_version, write_history
from evidence.records import Upgrade as Outcome

log = logging.getLogger(__name__)

LOOK_EVERY = 2.0
LEAD = 20.0
"""Seconds in which nothing may be about to sound: what an activation takes on the slowest machine until services began anew."""
OURS = "bangtin-"


class Diary(Protocol):
    """Where it is written down what became of a release."""

    def tell(self, release: Release, outcome: Outcome, was: str, why: str) -> None:
        """Write it into the journal, on the card."""
        ...

    def room(self, lacking: str) -> None:
        """The card is too full, in the words of *lacking*; empty when it is not."""
        ...


@dataclass
class WayBack:
    """The end of a trial on *machine*, told to the *diary*.

    *interrupts* says whether words are cut off within so many seconds, and *pause* waits for so many.
    """

    paths: Paths
    interrupts: Callable[[float], bool]
    machine: Machine
    diary: Diary
    pause: Callable[[float], None]

    def without_the_rest(self, why: str) -> str:
        """What is left to do where nothing else can be read, because of *why*: a trial that changed something is left. Else empty."""
        self.heal()
        trial = read_trial(self.paths)
        if trial is None or not trial.tried:
            return ""
        return self.settled(trial) or self.leave(trial, trial.why or why)

    def heal(self) -> None:
        """What a rotten card left of our own notes is given up: the last good version runs then, and what failed may be tried once more."""
        for path, look in ((self.paths.upgrades, read_history), (self.paths.trial, read_trial)):
            try:
                look(self.paths)
            except ValidationError as problem:
                log.warning("%s: hỏng, bỏ / damaged, given up: %s", path.name, problem)
                good = running_version(self.paths, "good")
                if good is not None and good != running_version(self.paths):
                    self.activate(good, on_trial=False, most=Health().silence)
                path.unlink()

    def settled(self, trial: Trial) -> str:
        """Finish what is decided already; empty while it is not."""
        history, number = read_history(self.paths), trial.release.number
        if not history.settled(number):
            return ""
        good = history.good is not None and history.good.release == number
        return self.finish(trial, Outcome.GOOD if good else _left(trial), trial.why or "")

    def leave(self, trial: Trial, why: str) -> str:
        """Back to the version before: the link first. Debian's packages go back where the earlier file was kept, and else stay."""
        trial = write_trial(self.paths, trial.with_(phase=Phase.LEAVING, why=why))
        if trial.tried:
            self.activate(trial.was, on_trial=False, most=trial.release.health.silence)
            self._back_to_kept(trial)
        number = trial.release.number
        write_history(self.paths, read_history(self.paths).with_failed(number, trial.why or "?"))
        return self.finish(trial, _left(trial), why)

    def finish(self, trial: Trial, outcome: Outcome, why: str) -> str:
        """What follows when it is decided; a cut repeats it, and the second line in the journal says the same as the first."""
        self.diary.tell(trial.release, outcome, trial.was, why)
        stays = {trial.was}
        if outcome is Outcome.GOOD:
            self.machine.keep(filter(_debians, build(self.debian(), trial.release).packages))
            self.machine.approve(trial.release.software)
            stays = {trial.release.software}
        self.tidy(stays)
        return f"{trial.release.number}: {outcome.value} {why}".strip()

    def tidy(self, stays: set[str]) -> None:
        """Purge what neither the version that *stays* nor the one before it needs, and forget the trial."""
        previous = read_history(self.paths).previous
        try:
            self.machine.purge(leftovers(self.debian(), stays | ({previous} if previous else set())))
        except CommandFailed as problem:
            # Room on the card is the only thing that is lost by it, and the next release tries again.
            log.warning("%s", problem)
        self.machine.unstage()
        end_trial(self.paths)

    def activate(self, version: str, on_trial: bool, most: float) -> None:
        """Have *version* run, without interrupting anybody's words: it looks again itself before services begin anew.

        It waits *most* seconds: what is broken may say for ever that it speaks. ``NotNow`` then, where a trial has changed nothing yet.
        """
        waited = 0.0
        while waited < most:
            if not self.interrupts(LEAD):
                try:
                    self.machine.activate(version, on_trial)
                    return
                except NotNow as problem:
                    log.info("%s", problem)
            self.pause(LOOK_EVERY)
            waited += LOOK_EVERY
        if on_trial and running_version(self.paths) != version:
            raise NotNow("loa đang phát / the loudspeaker speaks")
        log.warning("loa vẫn phát sau %g giây / the loudspeaker still speaks after that time", most)
        self.machine.activate(version, on_trial, insist=True)

    def debian(self) -> Debian:
        """What is installed now; ``CommandFailed`` when that cannot be read."""
        found = self.machine.debian()
        if found is None:
            raise CommandFailed(f"{self.paths.dpkg_status}: không đọc được / cannot be read")
        return found

    def _back_to_kept(self, trial: Trial) -> None:
        try:
            debian = self.debian()
            # What the trial did not bring is not its to take back: somebody else installed it, in a version of their own.
            packages = filter(_debians, build(debian, trial.release).packages)
            brought = [each for each in packages if debian.installed.get(each.name) == each.version or each.name in debian.broken]
            self.machine.install(self.machine.kept(brought), trial.release.health.install, back=True)
        except CommandFailed as problem:
            log.warning("%s", problem)


def build(debian: Debian, release: Release) -> Build:
    """What *release* holds for this machine; ``CommandFailed`` when that is nothing any more."""
    found = debian.build(release)
    if found is None:
        raise CommandFailed(f"{release.number}: không cho máy này nữa / no longer for this machine")
    return found


def _left(trial: Trial) -> Outcome:
    return Outcome.REVERTED if trial.tried else Outcome.REFUSED


def _debians(package: Package) -> bool:
    return not package.name.startswith(OURS)
