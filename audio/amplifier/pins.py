"""The output lines through gpiozero: inactive from their first moment to their last."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from gpiozero import OutputDevice
from gpiozero.pins import Factory

from device.pins import pin_trouble
from device.settings import Amplifier, Settings


def open_line(amplifier: Amplifier, factory: Factory) -> OutputDevice:
    """The line of *amplifier*, inactive; ``AmplifierLost`` when its pin cannot be had."""
    with pin_trouble(f"không mở được chân {amplifier.pin} của {amplifier.line} / its pin cannot be opened"):
        return OutputDevice(amplifier.pin, active_high=amplifier.active_high, initial_value=False, pin_factory=factory)


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
    with ExitStack() as ending:
        # Backwards, and every one of them whatever the others raise.
        for line in lines.values():
            ending.callback(line.close)
        for line in lines.values():
            ending.callback(line.off)
