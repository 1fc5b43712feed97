"""The light of an emergency: a pure rule of when it is lit, and the line that follows it.

The rules:
1. It is lit while an emergency holds or waits for a line, on a unit without any while the board presents one, and *afterwards*
   seconds more; like a line it lives from renewals only.
2. One activation lights it for at most *maximum_on*, however often it is renewed; an older activation changes nothing.
3. At the stop switch, at the start and at the end of the program it is dark.
Times are seconds of one monotonic clock.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from audio.amplifier.change import Change, Pin
from audio.amplifier.lease import LEASE, Cause
from device.settings import BEACON, Beacon, Light


@dataclass(frozen=True)
class Glow:
    """Lit from *began* until *until*, for *activation*."""

    activation: int = 0
    began: float = 0.0
    until: float = 0.0


def ask(glow: Glow, beacon: Beacon, now: float, activation: int) -> Glow:
    """The light after an emergency renewed *activation* at *now*."""
    if activation < glow.activation:
        return glow
    if activation > glow.activation:
        glow = Glow(activation, now, now)
    return replace(glow, until=min(now + LEASE + beacon.afterwards, glow.began + beacon.maximum_on))


def end(glow: Glow, beacon: Beacon, now: float, activation: int) -> Glow:
    """The light after *activation* was released."""
    return replace(glow, until=min(glow.until, now + beacon.afterwards)) if activation == glow.activation else glow


def lit(glow: Glow, now: float) -> bool:
    """Whether it shines, in light and pauses, at *now*."""
    return glow.began <= now < glow.until


def shines(glow: Glow, beacon: Beacon, now: float) -> bool:
    """Whether its line is active at *now*."""
    match beacon.light:
        case Light.STEADY:
            return lit(glow, now)
        case Light.BLINKING:
            return lit(glow, now) and int((now - glow.began) / beacon.blink) % 2 == 0


def deadline(glow: Glow, beacon: Beacon, now: float) -> float | None:
    """When its line changes next if nobody asks; None while it is dark."""
    if not lit(glow, now):
        return None
    match beacon.light:
        case Light.STEADY:
            return glow.until
        case Light.BLINKING:
            return min(glow.until, glow.began + (int((now - glow.began) / beacon.blink) + 1) * beacon.blink)


class BeaconLine:
    """The light on *pin*. Only that it was lit and went dark is handed on, not each blink."""

    def __init__(self, beacon: Beacon, pin: Pin, handed: Callable[[Change], None]) -> None:
        self._beacon, self._pin, self._handed = beacon, pin, handed
        self._glow, self._told = Glow(), False

    def ask(self, activation: int, now: float) -> None:
        """An emergency renewed *activation*."""
        self._glow = ask(self._glow, self._beacon, now, activation)
        self.tick(now)

    def end(self, activation: int, now: float) -> None:
        """*activation* was released, or its holder is gone."""
        self._glow = end(self._glow, self._beacon, now, activation)
        self.tick(now)

    def dark(self, now: float, cause: Cause) -> None:
        """Dark at once."""
        self._glow = replace(self._glow, until=min(self._glow.until, now))
        self._follow(now, cause)

    def tick(self, now: float) -> None:
        """Blink, or go dark when it is time."""
        self._follow(now, Cause.LAPSED)

    def deadline(self, now: float) -> float | None:
        """When `tick` must come next."""
        return deadline(self._glow, self._beacon, now)

    def _follow(self, now: float, cause: Cause) -> None:
        if shines(self._glow, self._beacon, now):
            self._pin.on()
        else:
            self._pin.off()
        if self._told != lit(self._glow, now):
            self._told = not self._told
            self._handed(Change(BEACON, self._told, self._glow.activation, Cause.LEASED if self._told else cause, now))
