"""How large letters must be: from the distance of the eyes and the pitch of the pixels to the smallest em. Pure."""

import math
from dataclasses import dataclass

SMALLEST = 16
"""Pixels an em: below this, Vietnamese tone marks cannot be told apart."""
CAP_HEIGHT = 0.714
"""Ems: how high a capital letter of Noto Sans is."""
EYE = 250
"""A capital is at least the distance divided by this: 13.8 minutes of arc, 2.8 times the smallest letter of good eyes (5 minutes)."""


@dataclass(frozen=True)
class Eyes:
    """Those who look: *pitch_mm* from one pixel to the next, *distance_m* of those who stand farthest away and must still read.

    Both as declared for the unit; by default a 55-inch panel of 1920 x 1080 beside a village road.
    """

    pitch_mm: float = 0.63
    distance_m: float = 5.0

    @property
    def smallest(self) -> int:
        """Pixels an em below which nothing is written."""
        cap_mm = self.distance_m * 1000 / EYE
        return max(SMALLEST, math.ceil(cap_mm / CAP_HEIGHT / self.pitch_mm))

    def cap_mm(self, em: int) -> float:
        """How high the capitals of letters of *em* pixels stand on the glass."""
        return em * CAP_HEIGHT * self.pitch_mm
