"""What a line is to those who drive it, and what they say when they did."""

from dataclasses import dataclass
from typing import Protocol

from audio.amplifier.lease import Cause


class Pin(Protocol):
    """What a line needs of gpiozero's OutputDevice."""

    @property
    def value(self) -> int:
        """1 while the line is active, read back from the pin."""
        ...

    def on(self) -> None:
        """Drive it active."""

    def off(self) -> None:
        """Drive it inactive."""


@dataclass(frozen=True)
class Change:
    """A line was driven at *at* (seconds since boot)."""

    line: str
    active: bool
    activation: int
    cause: Cause
    at: float
