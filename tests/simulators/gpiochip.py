"""The kernel's GPIO character device as lgpio uses it, small: levels, pulls, and what a line falls back to when its owner dies."""

import lgpio
from gpiozero.pins.local import LocalPiFactory


class Chip:
    """Lines of one chip. *persists*: like some kernels of the Pi, it leaves a line driven whose owner has died.

    *labels* are what the chips of this machine are called, by number: which of them somebody drives is the last one opened.
    """

    def __init__(self, persists=False, labels=("pinctrl-bcm2711",)):
        self.persists, self.handle, self.labels, self.number = persists, 0, labels, None
        self.levels, self.pulls, self.driven, self.claimed = {}, {}, {}, set()
        self.seen = {}

    def install(self, monkeypatch):
        """From now on lgpio talks to this chip, on a machine that calls itself a Pi 4."""
        for name in ("gpiochip_open", "gpiochip_close", "gpio_claim_output", "gpio_claim_input", "gpio_write", "gpio_read", "gpio_free"):
            monkeypatch.setattr(lgpio, name, getattr(self, name))
        monkeypatch.setattr(lgpio, "gpio_get_chip_info", lambda _handle: [0, 54, f"gpiochip{self.number}", self.labels[self.number]])
        monkeypatch.setattr("device.header.numbers", lambda: tuple(range(len(self.labels))))
        monkeypatch.setattr(lgpio, "gpio_get_mode", lambda handle, pin: 2 * bool(handle != self.handle or self.driven.get(pin)))
        monkeypatch.setattr("gpiozero.pins.local.get_pi_revision", lambda: 0xC03112)
        for kept in (LocalPiFactory.pins, LocalPiFactory._reservations):
            kept.clear()
        return self

    def die(self):
        """The process that owned the lines was killed."""
        for pin in self.claimed:
            if not self.persists:
                self.driven[pin] = False
            self._settle(pin)
        self.claimed.clear()
        self.handle += 1
        for kept in (LocalPiFactory.pins, LocalPiFactory._reservations):
            kept.clear()

    def level(self, pin):
        return self.levels.get(pin, 0)

    def gpiochip_open(self, number):
        self.number = number
        return self.handle

    def gpiochip_close(self, handle):
        if handle == self.handle:
            self.die()

    def gpio_claim_output(self, handle, pin, level=0, flags=0):
        self._claim(handle, pin, True, flags, level)

    def gpio_claim_input(self, handle, pin, flags=0):
        self._claim(handle, pin, False, flags)

    def gpio_write(self, handle, pin, level):
        if handle == self.handle:
            assert self.driven[pin]
            self.levels[pin] = int(level)
            self._note(pin)

    def gpio_read(self, _handle, pin):
        return self.level(pin)

    def gpio_free(self, _handle, pin):
        self.claimed.discard(pin)

    def _claim(self, handle, pin, driven, flags, level=None):
        if handle != self.handle:
            return  # the dead do nothing more: what Python still tidies up in this process never happened
        self.claimed.add(pin)
        self.driven[pin] = driven
        if flags:
            self.pulls[pin] = {lgpio.SET_PULL_UP: 1, lgpio.SET_PULL_DOWN: 0, lgpio.SET_PULL_NONE: None}[flags]
        if driven:
            self.levels[pin] = level
        self._settle(pin)
        self._note(pin)

    def _settle(self, pin):
        if not self.driven[pin]:
            # A floating pin is at the mercy of what hangs on it: low is the worst for an active-low relay, so we take that.
            self.levels[pin] = self.pulls.get(pin) or 0

    def _note(self, pin):
        self.seen.setdefault(pin, []).append(self.level(pin))
