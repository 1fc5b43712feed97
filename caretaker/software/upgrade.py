"""One upgrade from its choice to its end. Each step is on the card before it is taken, so that a cut anywhere is taken up again.

Until the link ``current`` is exchanged nothing has happened that a person could notice, and exchanging it back undoes it. The process
that does all this is the last good version's, whose link ``good`` moves only at the end: what is on trial never judges itself.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pydantic import ValidationError

from bundle.errors import Refused
from bundle.software import Build, Package, Release
from caretaker.software.choosing import Take, Wait, choose, obeyed
from caretaker.software.health import Judge, Verdict
from caretaker.software.leftovers import leftovers
from caretaker.software.machine import CommandFailed, Machine, NotNow
from caretaker.software.surroundings import Surroundings
from caretaker.software.trial import Phase, Trial, end_trial, read_trial, write_trial
from device.packages import Debian
from device.paths import Paths
from device.upgrades import Good, History, kept_permits, read_history, running_version, write_history
from evidence.records import Upgrade as Outcome

log = logging.getLogger(__name__)

RESERVE = 256 * 1024 * 1024
"""Bytes that stay free on the card: what the shelf reserves, and as much again for Debian's own books and journals."""
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
class Upgrade:
    """The upgrades of the unit in *surroundings*, carried out on *machine*; *pause* waits for so many seconds."""

    paths: Paths
    surroundings: Surroundings
    machine: Machine
    diary: Diary
    pause: Callable[[float], None]

    def run(self) -> str:
        """Do what is to be done now, to its end; the answer says in one sentence what that was, or why nothing."""
        self._heal()
        trial = read_trial(self.paths)
        return self._begin() if trial is None else self._resume(trial)

    def _heal(self) -> None:
        """What a rotten card left of our own notes is given up: the last good version runs then, and what failed may be tried once more."""
        for path, look in ((self.paths.upgrades, read_history), (self.paths.trial, read_trial)):
            try:
                look(self.paths)
            except ValidationError as problem:
                log.warning("%s: hỏng, bỏ / damaged, given up: %s", path.name, problem)
                good = running_version(self.paths, "good")
                if good is not None and good != running_version(self.paths):
                    self._activate(good, on_trial=False)
                path.unlink()

    def _begin(self) -> str:
        choice, debian = self._choice()
        if isinstance(choice, Wait) or debian is None:
            return choice.why if isinstance(choice, Wait) else ""
        running, lacking = running_version(self.paths), debian.lacks(choice.build)
        if running is None or (why := self.surroundings.disturbed(choice.release.health.quiet)):
            return why
        try:
            if why := self._no_room(sum(package.size for package in lacking)):
                return why
            # What somebody else left half installed is not the release's fault.
            self.machine.mend(choice.release.health.install)
            files = self.machine.stage(lacking)
            if why := self._no_room(self.machine.unpacked(files)):
                return why
        except (Refused, CommandFailed) as problem:
            return str(problem)
        if running_version(self.paths, "good") is None:
            self.machine.approve(running)
        return self._install(write_trial(self.paths, Trial(release=choice.release, was=running)), debian, files)

    def _resume(self, trial: Trial) -> str:
        """Take up a trial that did not come to its end; one that is cut off again and again is left."""
        history, number = read_history(self.paths), trial.release.number
        if history.settled(number):
            good = history.good is not None and history.good.release == number
            return self._finish(trial, Outcome.GOOD if good else self._left(trial), trial.why or "")
        match trial.phase:
            case Phase.LEAVING:
                return self._leave(trial, trial.why or "")
            case Phase.INSTALLED:
                return self._switch(trial)
            case Phase.INSTALLING | Phase.TRYING:
                trial = write_trial(self.paths, trial.with_(cut_offs=trial.cut_offs + 1))
                if trial.exhausted:
                    return self._leave(trial, f"bị ngắt {trial.cut_offs} lần / cut off {trial.cut_offs} times")
                return self._install_again(trial) if trial.phase is Phase.INSTALLING else self._try(trial)

    def _install_again(self, trial: Trial) -> str:
        try:
            self.machine.mend(trial.release.health.install)
            debian = self._debian()
            files = self.machine.stage(debian.lacks(_build(debian, trial.release)))
        except Refused as refused:
            # The shelf lost what it had: that is not the release's fault, and it is fetched again.
            write_trial(self.paths, trial.with_(cut_offs=trial.cut_offs - 1))
            return str(refused)
        except CommandFailed as problem:
            return self._leave(trial, str(problem))
        return self._install(trial, debian, files)

    def _install(self, trial: Trial, debian: Debian, files: tuple[Path, ...]) -> str:
        try:
            self._as_signed(files, debian, debian.lacks(_build(debian, trial.release)))
            self.machine.install(files, trial.release.health.install)
            after = self._debian()
            if missing := after.lacks(_build(after, trial.release)):
                raise CommandFailed(f"chưa cài được / not installed: {', '.join(package.name for package in missing)}")
        except CommandFailed as problem:
            return self._leave(trial, str(problem))
        return self._switch(write_trial(self.paths, trial.with_(phase=Phase.INSTALLED)))

    def _switch(self, trial: Trial) -> str:
        """From installed to current, at a quiet moment, unless the release was overtaken or withheld meanwhile."""
        choice, _ = self._choice()
        if isinstance(choice, Wait) or choice.release != trial.release:
            self._tidy({trial.was})
            return choice.why if isinstance(choice, Wait) else self._begin()
        if why := self.surroundings.disturbed(trial.release.health.quiet):
            return why
        programs, link = self.surroundings.ready(), self.surroundings.link(trial.release.health.report)
        trial = write_trial(self.paths, trial.with_(phase=Phase.TRYING, tried=True, programs=programs, link=link))
        self.diary.tell(trial.release, Outcome.BEGUN, trial.was, "")
        return self._try(trial)

    def _try(self, trial: Trial) -> str:
        try:
            self._activate(trial.release.software, on_trial=True)
            verdict = self._watch(trial)
        except CommandFailed as problem:
            verdict = Verdict(False, str(problem))
        if not verdict.good:
            return self._leave(trial, verdict.why)
        history = read_history(self.paths)
        good = Good(channel=trial.release.channel, release=trial.release.number, software=trial.release.software)
        previous = trial.was if trial.was != trial.release.software else history.previous
        # From here on it is kept, wherever the power goes.
        write_history(self.paths, history.model_copy(update={"good": good, "previous": previous}))
        return self._finish(trial, Outcome.GOOD, "")

    def _watch(self, trial: Trial) -> Verdict:
        judge = Judge(trial.release.health, self.surroundings.clock.now().mono, frozenset(trial.programs), trial.link)
        while (verdict := judge.verdict(self.surroundings.seen(self.machine.restarts()))) is None:
            self.pause(LOOK_EVERY)
        return verdict

    def _leave(self, trial: Trial, why: str) -> str:
        """Back to the version before: the link first. Debian's packages go back where the earlier file was kept, and else stay."""
        trial = write_trial(self.paths, trial.with_(phase=Phase.LEAVING, why=why))
        if trial.tried:
            self._activate(trial.was, on_trial=False)
            self._back_to_kept(trial)
        number = trial.release.number
        write_history(self.paths, read_history(self.paths).with_failed(number, trial.why or "?"))
        return self._finish(trial, self._left(trial), why)

    def _finish(self, trial: Trial, outcome: Outcome, why: str) -> str:
        """What follows when it is decided; a cut repeats it, and the second line in the journal says the same as the first."""
        self.diary.tell(trial.release, outcome, trial.was, why)
        stays = {trial.was}
        if outcome is Outcome.GOOD:
            self.machine.keep(filter(_debians, _build(self._debian(), trial.release).packages))
            self.machine.approve(trial.release.software)
            stays = {trial.release.software}
        self._tidy(stays)
        return f"{trial.release.number}: {outcome.value} {why}".strip()

    def _tidy(self, stays: set[str]) -> None:
        """Purge what neither the version that *stays* nor the one before it needs, and forget the trial."""
        previous = read_history(self.paths).previous
        try:
            self.machine.purge(leftovers(self._debian(), stays | ({previous} if previous else set())))
        except CommandFailed as problem:
            # Room on the card is the only thing that is lost by it, and the next release tries again.
            log.warning("%s", problem)
        self.machine.unstage()
        end_trial(self.paths)

    def _choice(self) -> tuple[Take | Wait, Debian | None]:
        debian, running, history = self.machine.debian(), running_version(self.paths), read_history(self.paths)
        if debian is None or running is None:
            return Wait("chưa cài từ gói / not installed from packages"), None
        releases, keys = self.surroundings.releases(), self.surroundings.record.registry_keys
        permits = obeyed(kept_permits(self.paths).values(), keys.signing if keys else None, history)
        history = self._marked(history, {channel: permit.n for channel, permit in permits.items()})
        unit = self.surroundings.record.unit
        return choose(releases, permits, history, debian, running, unit, self.surroundings.surely()), debian

    def _marked(self, history: History, seen: dict[str, int]) -> History:
        """The history with higher marks: a halt that was once seen is not undone by an older permit."""
        marks = history.permits | {channel: n for channel, n in seen.items() if n > history.permits.get(channel, -1)}
        if marks == history.permits:
            return history
        history = history.model_copy(update={"permits": marks})
        write_history(self.paths, history)
        return history

    def _no_room(self, needed: int) -> str:
        free = self.machine.free()
        short = free < needed + RESERVE
        why = f"thẻ nhớ còn {free >> 20} MiB, cần {(needed + RESERVE) >> 20} MiB / not enough room on the card" if short else ""
        self.diary.room(why)
        return why

    def _as_signed(self, files: tuple[Path, ...], debian: Debian, packages: tuple[Package, ...]) -> None:
        """What stands in the file is what stands in the release: else another package would be replaced than the one that was named."""
        for file, package in zip(files, packages, strict=True):
            name, version, architecture = self.machine.described(file)
            if (name, version) != (package.name, package.version) or architecture not in (debian.architecture, "all"):
                raise CommandFailed(f"{file.name}: bên trong là / inside is {name} {version} {architecture}")

    def _debian(self) -> Debian:
        found = self.machine.debian()
        if found is None:
            raise CommandFailed(f"{self.paths.dpkg_status}: không đọc được / cannot be read")
        return found

    def _back_to_kept(self, trial: Trial) -> None:
        try:
            packages = filter(_debians, _build(self._debian(), trial.release).packages)
            self.machine.install(self.machine.kept(packages), trial.release.health.install)
        except CommandFailed as problem:
            log.warning("%s", problem)

    def _activate(self, version: str, on_trial: bool) -> None:
        """Have *version* run, without interrupting anybody's words: the version looks again itself before services begin anew."""
        while True:
            while self.surroundings.interrupts(LEAD):
                self.pause(LOOK_EVERY)
            try:
                return self.machine.activate(version, on_trial)
            except NotNow as problem:
                log.info("%s", problem)
                self.pause(LOOK_EVERY)

    def _left(self, trial: Trial) -> Outcome:
        return Outcome.REVERTED if trial.tried else Outcome.REFUSED


def _build(debian: Debian, release: Release) -> Build:
    found = debian.build(release)
    if found is None:
        raise CommandFailed(f"{release.number}: không cho máy này nữa / no longer for this machine")
    return found


def _debians(package: Package) -> bool:
    return not package.name.startswith(OURS)
