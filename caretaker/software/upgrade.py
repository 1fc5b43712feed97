"""One upgrade from its choice to its end. Each step is on the card before it is taken, so that a cut anywhere is taken up again.

Until the link ``current`` is exchanged nothing has happened that a person could notice, and exchanging it back undoes it. The process
that does all this is the last good version's, whose link ``good`` moves only at the end: what is on trial never judges itself.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bundle.errors import Refused
from bundle.software import Package
from caretaker.software.choosing import Take, Wait, choose, obeyed
from caretaker.software.health import Judge, Verdict
from caretaker.software.machine import CommandFailed, Machine, NotNow
from caretaker.software.surroundings import Surroundings
from caretaker.software.trial import Phase, Trial, read_trial, write_trial
from caretaker.software.way_back import LOOK_EVERY, Diary, WayBack, build
from device.packages import Debian
from device.paths import Paths
from device.upgrades import Good, History, kept_permits, read_history, running_version, write_history
from evidence.records import Upgrade as Outcome

log = logging.getLogger(__name__)

RESERVE = 256 * 1024 * 1024
"""Bytes that stay free on the card: what the shelf reserves, and as much again for Debian's own books and journals."""


@dataclass
class Upgrade:
    """The upgrades of the unit in *surroundings*, carried out on *machine*; *pause* waits for so many seconds."""

    paths: Paths
    surroundings: Surroundings
    machine: Machine
    diary: Diary
    pause: Callable[[float], None]

    def __post_init__(self) -> None:
        self.back = WayBack(self.paths, self.surroundings.interrupts, self.machine, self.diary, self.pause)

    def run(self) -> str:
        """Do what is to be done now, to its end; the answer says in one sentence what that was, or why nothing."""
        self.back.heal()
        trial = read_trial(self.paths)
        return self._begin() if trial is None else self._resume(trial)

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
        if ended := self.back.settled(trial):
            return ended
        match trial.phase:
            case Phase.LEAVING:
                return self.back.leave(trial, trial.why or "")
            case Phase.INSTALLED:
                return self._switch(trial)
            case Phase.INSTALLING | Phase.TRYING:
                trial = write_trial(self.paths, trial.with_(cut_offs=trial.cut_offs + 1))
                if trial.exhausted:
                    return self.back.leave(trial, f"bị ngắt {trial.cut_offs} lần / cut off {trial.cut_offs} times")
                return self._install_again(trial) if trial.phase is Phase.INSTALLING else self._try(trial)

    def _install_again(self, trial: Trial) -> str:
        try:
            self.machine.mend(trial.release.health.install)
            debian = self.back.debian()
            files = self.machine.stage(debian.lacks(build(debian, trial.release)))
        except Refused as refused:
            # The shelf lost what it had: that is not the release's fault, and it is fetched again.
            write_trial(self.paths, trial.with_(cut_offs=trial.cut_offs - 1))
            return str(refused)
        except CommandFailed as problem:
            return self.back.leave(trial, str(problem))
        return self._install(trial, debian, files)

    def _install(self, trial: Trial, debian: Debian, files: tuple[Path, ...]) -> str:
        try:
            self._as_signed(files, debian, debian.lacks(build(debian, trial.release)))
            self.machine.install(files, trial.release.health.install)
            after = self.back.debian()
            if missing := after.lacks(build(after, trial.release)):
                raise CommandFailed(f"chưa cài được / not installed: {', '.join(package.name for package in missing)}")
        except CommandFailed as problem:
            return self.back.leave(trial, str(problem))
        return self._switch(write_trial(self.paths, trial.with_(phase=Phase.INSTALLED)))

    def _switch(self, trial: Trial) -> str:
        """From installed to current, at a quiet moment, unless the release was overtaken or withheld meanwhile."""
        choice, _ = self._choice()
        if isinstance(choice, Wait) or choice.release != trial.release:
            self.back.tidy({trial.was})
            return choice.why if isinstance(choice, Wait) else self._begin()
        if why := self.surroundings.disturbed(trial.release.health.quiet):
            return why
        programs, link = self.surroundings.ready(), self.surroundings.link(trial.release.health.report)
        trial = write_trial(self.paths, trial.with_(phase=Phase.TRYING, tried=True, programs=programs, link=link))
        self.diary.tell(trial.release, Outcome.BEGUN, trial.was, "")
        return self._try(trial)

    def _try(self, trial: Trial) -> str:
        try:
            self.back.activate(trial.release.software, on_trial=True, most=trial.release.health.silence)
            verdict = self._watch(trial)
        except NotNow as problem:
            # Nothing has changed yet, and somebody's words go on: another moment, which is no cut.
            write_trial(self.paths, trial.with_(phase=Phase.INSTALLED, tried=False))
            return str(problem)
        except CommandFailed as problem:
            verdict = Verdict(False, str(problem))
        if not verdict.good:
            return self.back.leave(trial, verdict.why)
        history = read_history(self.paths)
        good = Good(channel=trial.release.channel, release=trial.release.number, software=trial.release.software)
        previous = trial.was if trial.was != trial.release.software else history.previous
        # From here on it is kept, wherever the power goes.
        write_history(self.paths, history.model_copy(update={"good": good, "previous": previous}))
        return self.back.finish(trial, Outcome.GOOD, "")

    def _watch(self, trial: Trial) -> Verdict:
        judge = Judge(trial.release.health, self.surroundings.clock.now().mono, frozenset(trial.programs), trial.link)
        while (verdict := judge.verdict(self.surroundings.seen(self.machine.restarts()))) is None:
            self.pause(LOOK_EVERY)
        return verdict

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
