"""The GPIO lines through gpiozero, with the pin factory that the settings name and never another."""

from collections.abc import Iterator
from contextlib import contextmanager

from gpiozero import GPIOZeroError, OutputDevice
from gpiozero.pins import Factory
from gpiozero.pins.mock import MockFactory

from device.errors import AmplifierLost
from device.settings import Amplifier, PinFactory, Settings


def make_factory(kind: PinFactory) -> Factory:
    """The factory of *kind*; ``AmplifierLost`` when this machine has no such pins."""
    match kind:
        case PinFactory.MOCK:
            return MockFactory()
        case PinFactory.LGPIO:
            try:
                from gpiozero.pins.lgpio import LGPIOFactory

                return LGPIOFactory()
            except (ImportError, OSError, GPIOZeroError) as problem:
                # lgpio's own errors are OSErrors or come from gpiozero; there is no fallback to any other factory.
                raise AmplifierLost(f"không mở được chân GPIO / GPIO pins cannot be opened (lgpio): {problem}") from problem


def open_line(amplifier: Amplifier, factory: Factory) -> OutputDevice:
    """The line of *amplifier*, inactive; ``AmplifierLost`` when its pin cannot be had."""
    try:
        return OutputDevice(amplifier.pin, active_high=amplifier.active_high, initial_value=False, pin_factory=factory)
    except (OSError, GPIOZeroError) as problem:
        raise AmplifierLost(f"không mở được chân {amplifier.pin} của {amplifier.line} / its pin cannot be opened: {problem}") from problem


@contextmanager
def open_lines(settings: Settings, factory: Factory) -> Iterator[dict[str, OutputDevice]]:
    """All lines by name, inactive at the start and, whatever happens between, at the end."""
    lines: dict[str, OutputDevice] = {}
    try:
        for amplifier in settings.amplifier:
            lines[amplifier.line] = open_line(amplifier, factory)
        yield lines
    finally:
        close_lines(lines)


def close_lines(lines: dict[str, OutputDevice]) -> None:
    """Inactive first and closed after: gpiozero's close alone turns a pin into an input, which leaves an active-low relay on."""
    for line in lines.values():
        line.off()
    for line in lines.values():
        line.close()
