"""A village that speaks without end while its programs are killed one after the other at random moments."""

import random
import signal
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

import psutil

from audio.playing.endings import CUT
from bundle.alert import Airings, AlertSet
from bundle.policy import Policy
from bundle.trust import Target
from device.boottime import boottime
from device.status import read_status
from evidence.records import Outcome
from tests.audio.conftest import Bench, until
from tests.audio.village import Village, tone, wav
from tests.kills.supervisor import Supervisor
from tests.simulators.content import CHANNEL, flood_alert

ITEM, ITEMS, TONES = 6.0, 60, 10
"""Seconds of one announcement, how many one session has, and how many recordings they take turns with."""
ALERTS = 0.15
"""How often an alert is raised before a kill."""
SOON = 0.5
"""How often the next kill does not wait until speech has come back from the one before: it strikes a start, a warm-up or a signal."""
UNDER_WAY = 0.2
"""Seconds for which a request that had left before the signal may still switch a line on."""
LIMIT = 1.5
PATIENCE = 60.0


class Victim(StrEnum):
    """What is killed."""

    VOICE = "audio"
    SOUND = "sound process"
    DECODER = "decoder"
    AMPLIFIER = "amplifier"


@dataclass(frozen=True)
class Kill:
    """*victim* got *how* at *at*, the line being *active* or not; seconds until it was inactive, and until speech sounded again.

    None: the next kill came first. What is told of the amplifier's own death is its next start, with inactive lines: that its pin falls
    to inactive at the death itself only a kernel can show.
    """

    victim: Victim
    how: signal.Signals
    at: float
    active: bool
    inactive: float
    recovered: float | None


def _name(alert):
    return ",".join((alert.sender, alert.identifier, alert.sent.isoformat()))


class Siege:
    """One village and its random numbers: *seed* repeats them."""

    def __init__(self, root, folder, seed):
        self.random = random.Random(seed)
        self.bench = Bench(root, warm_up=0.3, hold=0.5, minimum_off=0.2, maximum_on=1200.0)
        self.village = Village(self.bench, folder)
        policy = Policy(format=1, channel=CHANNEL, quiet_hours=(), sessions_per_day=24, minutes_per_session=60)
        self.village.publisher.release_policy(CHANNEL, policy, at=self.village.now())
        self.village.put(Target.POLICY)
        self.tones = [tone(ITEM, hertz=220.0 + 40 * number) for number in range(TONES)]
        self.siren = wav(tone(3.0, hertz=880.0))
        self.village.blob(self.siren)
        self.alerts, self.kills, self.seen, self._ends, self._soon = {}, [], [], 0.0, False
        self.supervisor = Supervisor(self.village.paths)
        until(lambda: self.supervisor.ready, "the amplifier program")
        self.voice = self.village.start_voice()

    def close(self):
        self.bench.close()
        self.supervisor.close()

    def kill(self, victim, how):
        """One kill: wait for a moment, send the signal, see the line inactive and, unless the next comes soon, speech come back.

        False when the victim had nothing left to do.
        """
        self._keep_speaking()
        if self.random.random() < ALERTS:
            self._raise_alert()
        self._moment(victim)
        while (target := self._target(victim)) is None:
            self._moment(victim)
        key, starts = self._sounding_key(), len(self.supervisor.ready)
        orphans = self._children() if victim is Victim.VOICE and how is signal.SIGKILL else []
        at = boottime()
        if key:
            self.seen.append((key, at))
        target.send_signal(how)
        inactive = self._inactive_after(victim, at, starts, key)
        active = self._active(at) or self._active(at + UNDER_WAY)
        self._bury(victim, how)
        until(
            lambda: not any(child.is_running() and child.status() != "zombie" for child in orphans), "the end of the voice's children", 5.0
        )
        self._soon = self.random.random() < SOON
        if inactive is None:
            return False
        back = None if self._soon else until(self._sounds_since(at + inactive), f"speech after {how.name} of {victim}", PATIENCE) - at
        self.kills.append(Kill(victim, how, at, active, inactive, back))
        return True

    def wait_for_the_alerts(self):
        """Every airing of every alert has sounded completely."""
        try:
            until(lambda: not self._owed(), "airings", 120.0)
        except AssertionError:
            raise AssertionError(f"never aired whole: {self._owed()}") from None

    def _owed(self):
        """The airings that have not sounded whole, with what happened to them."""
        lives = {f"{key}#{number}": "" for key in self.alerts for number in (0, 1)}
        for line in self.village.sounded():
            for airing in lives:
                if line.occurrence.endswith(airing):
                    lives[airing] += line.outcome.value[0]
        return {airing: life for airing, life in lives.items() if not life.endswith("c")}

    def _keep_speaking(self):
        if boottime() > self._ends - 3 * ITEM:
            self.village.plan_session([self.tones[number % TONES] for number in range(ITEMS)], after=2.0)
            self._ends = boottime() + 2.0 + ITEMS * ITEM

    def _raise_alert(self):
        now = self.village.now()
        (alert,) = flood_alert(now, speech=self.siren, identifier=f"lu-{len(self.alerts) + 1}").alerts
        self.alerts[_name(alert)] = alert.model_copy(update={"airings": Airings(count=2, every=60.0), "expires": now + timedelta(hours=6)})
        self.village.publisher.release_alerts(CHANNEL, AlertSet(format=1, channel=CHANNEL, alerts=tuple(self.alerts.values())), at=now)
        self.village.put(Target.ALERTS)

    def _moment(self, victim):
        if victim is Victim.DECODER or not self._soon:
            until(self._sounding_key, "speech", PATIENCE)
        end = boottime() + self.random.uniform(0.0, 2.0)
        until(lambda: boottime() > end, "the moment")

    def _target(self, victim):
        match victim:
            case Victim.VOICE:
                return self.voice
            case Victim.AMPLIFIER:
                program = self.supervisor.program
                return program if program.poll() is None else None
            case Victim.SOUND:
                return next((child for child in self._children() if "audio.driver.sound_process" in " ".join(child.cmdline())), None)
            case Victim.DECODER:
                return self._decoder()

    def _decoder(self):
        """That of what sounds now, while it still has something to do."""
        status = read_status(self.village.paths, "audio")
        if status is None or status.sounding is None or boottime() - status.sounding.since.mono > ITEM - 3.0:
            return None
        if not status.sounding.item.startswith("bai-"):
            return None
        sha256 = self.village.hashes[int(status.sounding.item.removeprefix("bai-")) - 1]
        return next((child for child in self._children() if sha256 in " ".join(child.cmdline())), None)

    def _children(self):
        try:
            return psutil.Process(self.voice.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return []

    def _sounding_key(self):
        status = read_status(self.village.paths, "audio")
        return status.sounding.occurrence if status and status.sounding else None

    def _sounds_since(self, moment):
        def look():
            status = read_status(self.village.paths, "audio")
            again = status is not None and status.sounding is not None and status.sounding.since.mono > moment
            return boottime() if again else None

        return look

    def _active(self, at):
        """Whether the line was active then; a dead amplifier program can no longer write that it is not."""
        before = [switch for switch in self.bench.look() if switch.at.mono <= at]
        died = any(before and before[-1].at.mono < ended <= at for ended in self.supervisor.ended)
        return bool(before) and before[-1].active and not died

    def _inactive_after(self, victim, at, starts, key):
        """Seconds from *at* to the line's own journal stamp; of the amplifier's own death to its next start with inactive lines."""
        if victim is Victim.AMPLIFIER:
            return until(lambda: self.supervisor.ready[starts:], "the amplifier program's next start")[0] - at

        def look():
            if not self._active(at) and not self._active(at + UNDER_WAY):
                return (0.0,)
            off = next((switch for switch in self.bench.look() if switch.at.mono > at and not switch.active), None)
            if off is not None:
                return (off.at.mono - at,)
            # A busy machine may make its watchdog end it just then: it takes its lines with it, and writes nothing.
            gone = next((ended for ended in self.supervisor.ended if ended > at), None)
            if gone is not None:
                return (gone - at,)
            return (None,) if victim is Victim.DECODER and self._done_with(key, at) else None

        # The journal is written a little later than the line is driven: what it says is looked at only then.
        settled = boottime() + 0.3
        until(lambda: boottime() > settled, "the journal")
        try:
            return until(look, f"the line to be inactive after {victim}", 20.0)[0]
        except AssertionError as problem:
            raise AssertionError(f"{problem}; at {at:.3f} {key}\n{self._lately(at - 20.0)}") from None

    def _done_with(self, key, at):
        """Whether *key* had no use for its decoder any more: all of it was written ahead, or it just gave way to an emergency."""
        for line in self.village.sounded():
            if line.occurrence == key and (line.outcome is Outcome.COMPLETE or (line.reason == CUT and line.at.mono > at)):
                return True
        return False

    def _lately(self, since):
        """The records from *since* on, for whoever must find out what happened."""
        lines = [*self.village.sounded(), *self.bench.look()]
        return "\n".join(f"{line!r}" for line in sorted(lines, key=lambda line: line.at.mono) if line.at.mono > since)

    def _bury(self, victim, how):
        """What systemd would do for a voice that is dead or was stopped; half of the stopped ones wake up again instead."""
        if victim is not Victim.VOICE:
            return
        if how is signal.SIGSTOP and self.random.random() < 0.5:
            self.voice.send_signal(signal.SIGCONT)
            return
        self.voice.kill()
        self.voice.wait()
        self.voice = self.village.start_voice()
