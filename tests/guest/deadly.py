"""Three amplifier lines in the guest, each wired in another way, held active as by the sound process and struck by a signal."""

from dataclasses import dataclass
from pathlib import Path
from signal import Signals

from tests.guest.machine import Machine
from tests.guest.unit import AMPLIFIER, GuestUnit

BARE = "bare"
"""The line whose pin rests at its active level while nobody drives it, with no resistor against that."""
HOLDER = Path(__file__).parent / "carried/holder.py"
PERSIST = "/sys/module/gpio_sim/parameters/persist"


@dataclass(frozen=True)
class Line:
    """*active* is the level at which its relay is on."""

    name: str
    pin: int
    active: int
    about: str


LINES = (
    Line("high", 17, 1, "active high, pulled down"),
    Line("low", 22, 0, "active low, pulled up"),
    Line(BARE, 27, 0, "active low, without a pull-up"),
)

WIRING = "".join(
    f"""
[[amplifier]]
line = "{line.name}"
pin = {line.pin}
active_high = {str(line.active == 1).lower()}
warm_up = 0.0
minimum_off = 0.0
"""
    for line in LINES
)


@dataclass(frozen=True)
class Fate:
    """Seconds from the signal until a pin was *first* seen inactive, and until it was so for good (as long as nobody asked again)."""

    first: float
    settled: float


class Amplifiers:
    """The amplifier service on those lines; each activation has a holder of its own, which ends with the program."""

    def __init__(self, machine: Machine, folder: Path) -> None:
        self.machine, self.unit = machine, GuestUnit(machine, folder)
        self._activation = 0
        machine.commands.put("/root/holder.py", HOLDER.read_bytes())
        self.unit.wire(WIRING)
        self.unit.start(AMPLIFIER)
        # The bare line was active until the program claimed it: only what comes after that was asked for.
        _, self._since = self.unit.wall_and_boottime()
        self.begin()

    def kernel_persists(self, persist: bool) -> None:
        """Whether pins stay driven when their program is gone."""
        self.machine.commands.run(f"echo {int(persist)} > {PERSIST}")

    def hold(self) -> None:
        """Wait until all lines are active for the newest activation."""
        for line in LINES:
            self.machine.levels.reach(line.pin, line.active, self._since)

    def strike(self, how: Signals) -> dict[int, Fate]:
        """Send *how* to the program; by pin, what came of it until the program was there again and somebody asked for the lines."""
        at = self.machine.commands.strike(self.unit.pid(AMPLIFIER), how)
        fates = {}
        self._since = at
        inactive = {line.pin: self.machine.levels.reach(line.pin, 1 - line.active, at) for line in LINES}
        self.begin()
        again = self.machine.levels.reach(LINES[0].pin, LINES[0].active, inactive[LINES[0].pin].by)
        for line in LINES:
            gone = [edge for edge in self.machine.levels.edges(line.pin, at) if edge.by < again.after and edge.level != line.active]
            fates[line.pin] = Fate(gone[0].by - at, gone[-1].by - at)
        self._since = again.after
        return fates

    def begin(self) -> None:
        """Somebody asks for the lines."""
        self._activation += 1
        self.machine.commands.begin(f"/usr/bin/python3 -S -E /root/holder.py {self._activation}")
