"""Who looks at the board, in which light, and what cannot be drawn. Pure."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from display.look.theme import Light, Theme, theme_in
from display.pages.reading import Reader


@dataclass(frozen=True)
class Viewing:
    """Who looks, and what cannot be drawn: *lacking* are the SHA-256 of pictures that are missing or corrupt.

    *light* is what the board's colours have to stand against.
    *said* is what the unit itself has to say to them just now, one language after another, parted by " · ".
    """

    timezone: str = "Asia/Ho_Chi_Minh"
    lacking: frozenset[str] = frozenset()
    reader: Reader = Reader.EVERYONE
    said: str = ""
    light: Light = Light.NIGHT

    @property
    def theme(self) -> Theme:
        """The colours of everything that is no emergency."""
        return theme_in(self.light)

    @property
    def said_lines(self) -> tuple[str, ...]:
        """What the unit says, a line for each language."""
        return tuple(self.said.split(" · ")) if self.said else ()

    def local(self, instant: datetime) -> datetime:
        """*instant* as people here call it."""
        return instant.astimezone(ZoneInfo(self.timezone))
