"""What stands between the stop switch and the lines: looks at the switch in every step, and hands on what changed."""

from typing import Protocol

from audio.amplifier.bank import Bank
from audio.amplifier.switch import Stop, Switch, judge
from device.inputs import Reset


class Records(Protocol):
    """Whoever writes it down, without ever making the lines wait."""

    @property
    def reset(self) -> Reset | None:
        """The newest reset that provisioning wrote."""
        ...

    def keep(self, stop: Stop, at: float) -> None:
        """Write *stop* as it has become at *at* (seconds since boot)."""


class Guard:
    """Keeps the *bank* still from the first look on while *stop* holds."""

    def __init__(self, switch: Switch | None, bank: Bank, records: Records, stop: Stop) -> None:
        self._switch, self._bank, self._records = switch, bank, records
        self._stop, self._told = stop, Stop(-1)

    def look(self, now: float) -> None:
        """Act on the switch as it is now. No file is touched here."""
        pressed = self._switch.pressed() if self._switch else None
        self._stop = judge(self._stop, pressed, self._records.reset)
        if self._stop != self._told:
            self._bank.stand_still(self._stop.holds, now)
            self._records.keep(self._stop, now)
            self._told = self._stop
