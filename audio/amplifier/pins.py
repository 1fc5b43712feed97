"""The output lines through gpiozero: inactive from their first moment to their last."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from gpiozero import OutputDevice
from gpiozero.pins import Factory

from device.pins import pin_trouble
from device.settings import Settings, Wire


def open_line(wire: Wire, factory: Factory) -> OutputDevice:
    """The line on *wire*, inactive; ``AmplifierLost`` when its pin cannot be had."""
    with pin_trouble(f"không mở được chân {wire.pin} của {wire.name} / its pin cannot be opened"):
        return OutputDevice(wire.pin, active_high=wire.active_high, initial_value=False, pin_factory=factory)


@contextmanager
def open_lines(settings: Settings, factory: Factory) -> Iterator[dict[str, OutputDevice]]:
    """All output lines by name, inactive at the start and, whatever happens between, at the end."""
    lines: dict[str, OutputDevice] = {}
    try:
        for wire in settings.outputs:
            lines[wire.name] = open_line(wire, factory)
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
