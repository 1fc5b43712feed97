"""Every output line inactive, now: what systemd runs when the amplifier program has ended, however it ended (``ExecStopPost=``).

On some kernels a pin whose program was killed stays driven as it was. This command is what ends that, so it must be quick on a slow
Pi: it believes the note that the program left in RAM before it claimed its first line, and reads the settings only without one.
"""

import json
import logging
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from device.paths import Paths

if TYPE_CHECKING:
    from device.settings import Settings

REAL = "lgpio"
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Output:
    """One line that a program may have left active: *pin* in BCM numbers."""

    line: str
    pin: int
    active_high: bool


def remember(paths: Paths, settings: "Settings") -> None:
    """Note in RAM which lines are about to be claimed."""
    from device.status import write_volatile

    note = {"factory": settings.pins.factory, "outputs": [asdict(output) for output in outputs(settings)]}
    write_volatile(paths.outputs, json.dumps(note).encode())


def outputs(settings: "Settings") -> tuple[Output, ...]:
    """Every output line of the unit."""
    return tuple(Output(wire.name, wire.pin, wire.active_high) for wire in settings.outputs)


def run(paths: Paths) -> int:
    """Claim every line inactive and let it go at its pull; 0 when all are, 1 when one could not be had."""
    factory, lines = _known(paths)
    if factory != REAL:
        log.warning("chân mô phỏng, không có gì để tắt thật / simulated pins (%s): nothing real was switched", factory)
        return 0
    return 1 if any([not _inactive(line) for line in lines]) else 0  # noqa: C419 - every line is tried


def _known(paths: Paths) -> tuple[str, tuple[Output, ...]]:
    with suppress(OSError, ValueError, KeyError, TypeError):
        note = json.loads(paths.outputs.read_bytes())
        return str(note["factory"]), tuple(Output(**each) for each in note["outputs"])
    from device.settings import load_settings

    settings = load_settings(paths.unit_toml)
    return settings.pins.factory.value, outputs(settings)


def _inactive(line: Output) -> bool:
    try:
        from gpiozero import OutputDevice

        from device.kernel_pins import KernelFactory

        device = OutputDevice(line.pin, active_high=line.active_high, initial_value=False, pin_factory=KernelFactory())
        active = bool(device.value)
        device.close()
    except Exception as problem:  # lgpio's own error derives from nothing better; the next line must still be tried
        log.error("%s, GPIO%d: không tắt được / not made inactive: %s", line.line, line.pin, problem)
        return False
    log.log(logging.ERROR if active else logging.INFO, "%s, GPIO%d: %s", line.line, line.pin, "ACTIVE" if active else "inactive")
    return not active


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="amplifier safe: %(message)s")
    sys.exit(run(Paths.from_environment()))
