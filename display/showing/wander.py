"""Against burn-in the whole picture wanders about its place, one pixel every few minutes. Pure."""

from device.screen import Screen
from display.look.light import WALL_PITCH_MM

Aside = tuple[int, int]
"""Pixels to the right and down."""


def wander_px(screen: Screen) -> int:
    """How far it goes where no setting says so: light-emitting diodes do not burn in, and on them 2 pixels are a centimetre."""
    if screen.wander_px is not None:
        return screen.wander_px
    return 0 if screen.pitch_mm >= WALL_PITCH_MM else 2


class Wander:
    """Through every place at most *far* pixels away, *every* so many seconds to one beside it, and back the same way."""

    def __init__(self, far: int, every: float) -> None:
        across = range(-far, far + 1)
        # Like an ox that ploughs: every place is one pixel from the next.
        there = [(x if (y + far) % 2 == 0 else -x, y) for y in across for x in across]
        middle = there.index((0, 0))
        self._places = (there + there[-2:0:-1])[middle:] + (there + there[-2:0:-1])[:middle]
        self._every, self._at = every, (0, 0)

    def step(self, seconds: float) -> Aside | None:
        """Where it should stand from now on at *seconds* since boot; ``None`` while it stays."""
        place = self._places[int(seconds / self._every) % len(self._places)]
        if place == self._at:
            return None
        self._at = place
        return place
