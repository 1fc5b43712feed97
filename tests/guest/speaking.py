"""The loudspeaker in the guest: a village of the audio tests whose unit is emulated, with a trusted clock, real pins and a sound card."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.audio.conftest import Bench
from tests.audio.village import Village
from tests.guest.commands import PATIENCE
from tests.guest.machine import Machine
from tests.guest.unit import AMPLIFIER, AUDIO, GuestUnit

WARM_UP, TAIL, HOLD = 1.0, 1.0, 2.0
ACTIVE_HIGH, ACTIVE_LOW = 17, 22

WIRING = f"""
[sound]
driver = "alsa"
[pins]
factory = "lgpio"
[[amplifier]]
line = "horn"
pin = {ACTIVE_HIGH}
active_high = true
warm_up = {WARM_UP}
tail = {TAIL}
hold = {HOLD}
minimum_off = 1.0
[[amplifier]]
line = "square"
pin = {ACTIVE_LOW}
active_high = false
warm_up = {WARM_UP}
tail = {TAIL}
hold = {HOLD}
minimum_off = 1.0
"""


class SpeakingUnit(GuestUnit):
    """Voice and amplifier run as services; `village` publishes for it out here, by the guest's clock."""

    def __init__(self, machine: Machine, folder: Path, wiring: str = WIRING) -> None:
        super().__init__(machine, folder)
        self.village = Village(Bench(self.paths.root, runs_here=False), folder / "publisher")
        self.paths.unit_toml.write_text(wiring, encoding="utf-8")
        self.trust_clock()
        self.bring(self.paths.root)
        self.start(AMPLIFIER, AUDIO)

    def ready(self, patience: float = PATIENCE) -> None:
        """Wait until the voice says that it could speak now."""
        self.machine.commands.run("until grep -q '\"ready\":true' /run/bangtin/status/audio.json; do sleep 0.2; done", patience)

    def tell_time(self) -> tuple[datetime, float]:
        """The publisher's clock is the guest's from now on; its two clocks at that moment."""
        wall, boottime = self.wall_and_boottime()
        self.village.shift = wall - datetime.now(UTC)
        self.village.publisher.now = wall
        return wall, boottime

    def plan(self, recordings: list[object], after: float) -> float:
        """Bring a signed session of *recordings* that is due in *after* seconds; when that is, in seconds since the guest's boot."""
        wall, boottime = self.tell_time()
        self.village.plan_session(recordings, after=after)
        self.bring(self.paths.shelf)
        assert self.village.due is not None
        return boottime + (self.village.due - wall) / timedelta(seconds=1)
