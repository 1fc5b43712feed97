"""A whole unit in the guest: every service of the package, a screen, a sound card and lines, and a village that publishes for it."""

from pathlib import Path

from tests.audio.village import tone
from tests.guest.glass import Glass
from tests.guest.machine import Machine
from tests.guest.showing import FRAMES
from tests.guest.showing import WIRING as BOARD
from tests.guest.speaking import WIRING as LINES
from tests.guest.speaking import SpeakingUnit
from tests.guest.unit import DISPLAY

WORDS = tone(2.0, hertz=440.0)


class WholeUnit(SpeakingUnit):
    """Enrolled and confirmed; all services run, as its package started them."""

    def __init__(self, machine: Machine, folder: Path) -> None:
        super().__init__(machine, folder, LINES + BOARD)
        self.glass = Glass(machine, folder / "glass")
        machine.commands.run(f"install -d -o {DISPLAY} -g bangtin {FRAMES}")
        self.start(DISPLAY)

    def until_said(self, program: str, what: str) -> None:
        """Wait until the status of *program* has *what* in it."""
        self.machine.commands.run(f"until grep -qs '{what}' {self.paths_there.status(program)}; do sleep 0.2; done")
