"""The boards of the gallery: their pixels, the pitch that is declared for them, and from how far they are read."""

from dataclasses import dataclass

from display.look.eyes import Eyes
from display.look.theme import Light
from display.page import Size


@dataclass(frozen=True)
class Board:
    """A board called *name*; *shrunk* is by how much a contact sheet shows it smaller."""

    name: str
    size: Size
    eyes: Eyes
    shrunk: float = 1.0

    @property
    def led(self) -> bool:
        """Whether it shines by itself, so that its colours are the same by day and by night."""
        return self.eyes.pitch_mm >= 2

    @property
    def lights(self) -> dict[str, Light]:
        """What its colours have to stand against, by the name that the gallery gives it."""
        return {"day": Light.WALL} if self.led else {"day": Light.DAY, "night": Light.NIGHT}


PANEL = Eyes(0.63, 5.0)
"""A 55-inch panel of 1920 x 1080 beside a village road."""

BOARDS = (
    Board("landscape", (1920, 1080), PANEL, 0.17),
    Board("portrait", (1080, 1920), PANEL, 0.17),
    Board("wall-960x540", (960, 540), Eyes(2.5, 10.0), 0.34),
    Board("wall-512x256", (512, 256), Eyes(5.0, 15.0), 0.6),
    Board("wall-192x96", (192, 96), Eyes(10.0, 25.0), 1.0),
    Board("strip-256x64", (256, 64), Eyes(10.0, 25.0), 1.0),
    Board("line-256x32", (256, 32), Eyes(10.0, 25.0), 1.0),
)
