"""Every output line inactive, now: what systemd runs when the amplifier program has ended, however it ended (``ExecStopPost=``).

On some kernels a pin whose program was killed stays driven as it was. This command is what ends that, so it must be quick on a slow
Pi: it believes the note that the program left in RAM before it claimed its first line, and reads the settings only without one;
and it asks lgpio itself, because gpiozero takes longer to import than all the rest.
"""

import json
import logging
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from device.errors import AmplifierLost
from device.paths import Paths

if TYPE_CHECKING:
    from gpiozero.pins import Factory

    from device.settings import Settings

REAL = "lgpio"
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Output:
    """One line that a program may have left active: *pin* in BCM numbers."""

    line: str
    pin: int
    active_high: bool


def remember(paths: Paths, settings: "Settings", factory: "Factory") -> None:
    """Note in RAM which lines are about to be claimed, and at which chip of the kernel's."""
    from device.status import write_volatile

    chip = getattr(factory, "chip", None)  # pins in memory have none
    note = {"factory": settings.pins.factory, "chip": chip, "outputs": [asdict(output) for output in outputs(settings)]}
    write_volatile(paths.outputs, json.dumps(note).encode())


def outputs(settings: "Settings") -> tuple[Output, ...]:
    """Every output line of the unit."""
    return tuple(Output(wire.name, wire.pin, wire.active_high) for wire in settings.outputs)


def run(paths: Paths) -> int:
    """Claim every line inactive and let it go at its pull; 0 when all are, 1 when one could not be had."""
    try:
        chip, lines = _known(paths)
    except AmplifierLost as problem:
        log.error("%s", problem)
        return 1
    if not lines:
        log.info("không có đường ra nào / no output line is wired")
        return 0
    if chip is None:
        log.warning("chân mô phỏng, không có gì để tắt thật / simulated pins: nothing real was switched")
        return 0
    return 1 if any([not _inactive(chip, line) for line in lines]) else 0  # noqa: C419 - every line is tried


def _known(paths: Paths) -> tuple[int | None, tuple[Output, ...]]:
    """The number of the chip, None for pins in memory, and its lines."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        note = json.loads(paths.outputs.read_bytes())
        return int(note["chip"]) if note["factory"] == REAL else None, tuple(Output(**each) for each in note["outputs"])
    from device.pins import make_factory
    from device.settings import load_settings

    settings = load_settings(paths.unit_toml)
    lines = outputs(settings)
    # A board without a loudspeaker may stand on a machine without pins.
    return getattr(make_factory(settings.pins.factory), "chip", None) if lines else None, lines


def _inactive(chip: int, line: Output) -> bool:
    try:
        import lgpio

        from device.header import LABELS, label, other_chip

        level = int(not line.active_high)
        rest = lgpio.SET_PULL_UP if level else lgpio.SET_PULL_DOWN
        handle = lgpio.gpiochip_open(chip)
        if (called := label(handle)) not in LABELS:
            raise AmplifierLost(other_chip((called,)))
        lgpio.gpio_claim_output(handle, line.pin, level, rest)
        active = lgpio.gpio_read(handle, line.pin) != level
        lgpio.gpio_claim_input(handle, line.pin, rest)
    except Exception as problem:  # lgpio's own error derives from nothing better; the next line must still be tried
        log.error("%s, GPIO%d: không tắt được / not made inactive: %s", line.line, line.pin, problem)
        return False
    log.log(logging.ERROR if active else logging.INFO, "%s, GPIO%d: %s", line.line, line.pin, "ACTIVE" if active else "inactive")
    return not active


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="amplifier safe: %(message)s")
    sys.exit(run(Paths.from_environment()))
