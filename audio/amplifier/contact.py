"""One digital input through gpiozero: its level, and a bell that rings when it moves."""

from gpiozero import DigitalInputDevice
from gpiozero.pins import Factory

from audio.amplifier.bell import Bell
from device.pins import pin_trouble
from device.settings import Pull

_PULL_UP = {Pull.UP: True, Pull.DOWN: False, Pull.NONE: None}


class Contact:
    """The input on *pin*; *what* names it in complaints. ``AmplifierLost`` when it cannot be had or read."""

    def __init__(self, what: str, pin: int, pull: Pull, factory: Factory, bell: Bell) -> None:
        self._what, self._up = what, pull is Pull.UP
        with pin_trouble(f"{what}: không mở được chân {pin} / pin {pin} cannot be opened"):
            floating = True if pull is Pull.NONE else None
            self._device = DigitalInputDevice(pin, pull_up=_PULL_UP[pull], active_state=floating, pin_factory=factory)
            self._device.when_activated = self._device.when_deactivated = bell.ring

    def high(self) -> bool:
        """The level now."""
        with pin_trouble(f"{self._what}: không đọc được / cannot be read"):
            # With its pull-up on, gpiozero calls a low pin active.
            return bool(self._device.value) != self._up

    def close(self) -> None:
        """Give the pin back."""
        self._device.close()
