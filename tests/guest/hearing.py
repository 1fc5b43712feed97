"""A unit in the guest whose horn is heard: the kernel's loopback card (snd-aloop) is its loudspeaker and the microphone before it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from bundle.policy import Policy, QuietHours
from bundle.trust import Target
from device.ear import EarReading
from device.unit import EarCalibration, UnitRecord
from evidence.records import Fault, FaultCode, Outcome, Sounded
from tests.audio.village import tone
from tests.guest.machine import Machine
from tests.guest.speaking import ACTIVE_HIGH, SpeakingUnit
from tests.simulators.content import CHANNEL

BANGTIN = "bangtin"
TECHNICIAN, PIN = "Đinh Thị Gió", "917264"
EVERY = 10
"""Seconds from one announcement to the next: signal, speech, and the line's tail and hold."""
WORDS = tone(2.5, hertz=250.0)
"""None of the tones that an ear looks for."""
WIRING = f"""
[sound]
driver = "alsa"
device = "Loopback, Loopback PCM"
[microphone]
device = "Loopback, Loopback PCM (2)"
[pins]
factory = "lgpio"
[[amplifier]]
line = "horn"
pin = {ACTIVE_HIGH}
active_high = true
warm_up = 1.0
tail = 1.0
hold = 1.0
minimum_off = 1.0
"""
IN_FRONT = "/proc/asound/Loopback/pcm1c/sub0/status"
"""What the kernel says of the loopback's end at which the horn's sound comes out; whoever opens it while it is taken gets one without."""
AWAY = "exec arecord -q -D hw:Loopback,1,0 -f S16_LE -c 1 -r 48000 -t raw /dev/null"
LOOK = f"pgrep -f '[a]udio[.]heard[.]ear' && echo ear; grep -s RUNNING {IN_FRONT}"


class HearingUnit(SpeakingUnit):
    """Nobody has calibrated its ear yet."""

    def __init__(self, machine: Machine, folder: Path) -> None:
        machine.commands.run("modprobe snd-aloop")
        super().__init__(machine, folder, WIRING)
        self._names = 0
        self.rule()

    def rule(self, *quiet: QuietHours) -> None:
        """The signed rules are these from now on; with as many sessions on a day as there may be."""
        self.tell_time()
        policy = Policy(format=1, channel=CHANNEL, quiet_hours=quiet, sessions_per_day=24)
        self.village.publisher.release_policy(CHANNEL, policy, at=self.village.now())
        self.village.put(Target.POLICY)
        self.bring(self.paths.shelf)

    def announce(self, count: int) -> list[Sounded]:
        """The receipts of *count* announcements, one after another, each with a signal of its own."""
        self.tell_time()
        names = [f"bai-{self._names + number}" for number in range(count)]
        self._names += count
        due = (self.village.now() + timedelta(seconds=EVERY)).replace(microsecond=0)
        items = [self.village.announcement(name, WORDS) for name in names]
        sessions = [self.village.session(f"buoi-{item.id}", due + timedelta(seconds=EVERY * at), [item]) for at, item in enumerate(items)]
        self.village.publish(items, sessions)
        self.bring(self.paths.shelf)
        return [self.receipt(f"/0:{name}") for name in names]

    def receipt(self, occurrence: str) -> Sounded:
        """How what is named like that ended, as soon as the voice has written it."""
        folders = f"{self.paths_there.journal('audio')} {self.paths_there.journal_ram('audio')}"
        self.machine.commands.run(f'until grep -aqrs \'{occurrence}[^}}]*"outcome":"[^s]\' {folders}; do sleep 0.5; done')
        said = [line for line in self.journal("audio") if isinstance(line, Sounded) and line.outcome is not Outcome.STARTED]
        return next(line for line in said if occurrence in line.occurrence)

    def calibrate(self) -> str:
        """What the technician is told by the command, whose questions they answer."""
        self.machine.commands.run(f"printf '{PIN}\n{PIN}\n' | {BANGTIN} provision holder add '{TECHNICIAN}' --duty maintenance")
        return self.machine.commands.run(f"printf 'y\n{TECHNICIAN}\n{PIN}\ny\n' | {BANGTIN} provision calibrate-ear")

    def calibration(self) -> EarCalibration | None:
        """As it stands in the guest's enrolment."""
        (record,) = json.loads(self.machine.commands.get(self.paths_there.unit_json))["data"]["unit"].values()
        return UnitRecord.model_validate_json(json.dumps(record)).ear

    def reading(self) -> EarReading:
        """What the ear heard last."""
        return EarReading.model_validate_json(self.machine.commands.get(self.paths_there.ear))

    def not_heard(self) -> list[bool]:
        """The history of that fault: raised or ended."""
        return [line.active for line in self.journal("audio") if isinstance(line, Fault) and line.code is FaultCode.NOT_HEARD]

    @contextmanager
    def out_of_earshot(self) -> Iterator[None]:
        """Whoever opens the microphone meanwhile gets one that hears nothing of the horn."""
        held = self.machine.commands.begin(f"{AWAY} & echo $! > /run/away; wait; true")
        self.machine.commands.run(f"until grep -s RUNNING {IN_FRONT}; do sleep 0.1; done")
        yield
        self.machine.commands.run("kill $(cat /run/away)")
        self.machine.commands.answer(held)

    @contextmanager
    def watched(self) -> Iterator[list[str]]:
        """What was seen of an open microphone meanwhile, in looks about once a second; it is there at the end."""
        seen: list[str] = []
        self.machine.commands.run("touch /run/watched")
        looking = self.machine.commands.begin(f"while [ -e /run/watched ]; do {LOOK}; sleep 0.8; done; true")
        yield seen
        self.machine.commands.run("rm /run/watched")
        seen += self.machine.commands.answer(looking).split()
