"""A hand at a unit's switch and buttons: the real amplifier program, on simulated pins that somebody moves.

``python -m tests.simulators.hand FIFO PIN,… amplifier run …``

The inputs named by PIN begin low (a contact that is closed); each line ``PIN high`` or ``PIN low`` in FIFO moves one.
"""

import sys
import threading
from pathlib import Path

from gpiozero.pins.mock import MockFactory, MockPin

from bangtin.main import main
from device import pins

LEVELS: dict[str, bool] = {}


class HeldPin(MockPin):  # type: ignore[misc] # gpiozero ships no types
    """What a contact does is stronger than the pin's own pull."""

    def _set_pull(self, value: str) -> None:
        super()._set_pull(value)
        if (high := LEVELS.get(self.info.name)) is not None:
            self._change_state(high)


def follow(fifo: Path, factory: MockFactory) -> None:
    """Move the inputs as somebody writes, for ever."""
    while True:
        for line in fifo.read_text().splitlines():
            pin, level = line.split()
            moved = factory.pin(int(pin))
            LEVELS[moved.info.name] = level == "high"
            if moved.function == "input":
                (moved.drive_high if level == "high" else moved.drive_low)()


def run() -> None:
    """Begin with a hand at the pins."""
    fifo, low, *words = sys.argv[1:]
    factory = MockFactory(pin_class=HeldPin)
    LEVELS.update({factory.pin(int(pin)).info.name: False for pin in low.split(",")})
    pins.MockFactory = lambda: factory
    threading.Thread(target=follow, args=(Path(fifo), factory), daemon=True).start()
    sys.argv = ["bangtin", *words]
    main()


if __name__ == "__main__":
    run()
