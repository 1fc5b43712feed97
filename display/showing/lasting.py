"""The screen that lasts: opened, proven, lost and found again, while the board behind it goes on."""

import logging
from collections.abc import Callable, Sequence

import pygame

from device.connectors import Connector, Connectors, dark, in_use, preferred
from display.errors import ScreenLost
from display.glass.judge import Sight
from display.glass.prove import Proof
from display.page import Size
from display.showing.screen import USUAL_RATE, Patch, Pumped, Screen

LOOK_EVERY, TRY_EVERY, TRY_AT_LEAST = 1.0, 2.0, 16.0
"""Seconds; each try soon after another one doubles the pause: a cable with a loose contact must not fill the journal."""
STEADY = 60.0
NOBODY_YET = (1920, 1080)
NO_SCREEN = "không có màn hình nào được cắm / no screen is connected"
ANOTHER = "màn hình khác hoặc chế độ hình khác / another screen or another video mode"
log = logging.getLogger(__name__)


def no_screen(why: str) -> str:
    """The sentence for a status."""
    return f"màn hình không dùng được / no screen: {why}"


Open = Callable[[str, Size | None], Screen]
"""Opens the screen in one of SDL's ways, with the video mode that the screen itself prefers, and shows something on it."""


class LastingScreen:
    """A `Screen` that is not always there: call `look` often, and present only while `there`.

    *ways* are SDL's ways to bring a picture to the screen; the first one whose picture can be read back, or of which nobody can say
    that it is missing, is used.
    """

    def __init__(self, open_: Open, ways: Sequence[str], connectors: Connectors) -> None:
        self._open, self._ways, self._connectors = open_, tuple(ways), connectors
        self._screen: Screen | None = None
        self._plugged: tuple[Connector, ...] = ()
        self._looked = self._tried = -STEADY
        self._pause = TRY_EVERY
        self._size: Size = NOBODY_YET
        self._shift = (0, 0)
        self._by_way = ""
        self.lost = ""
        self.unseen = ""
        self.number = 0

    @property
    def there(self) -> bool:
        """Whether there is a screen; *lost* says why not, *unseen* that its picture is missing, *number* how often one was opened."""
        return self._screen is not None

    @property
    def size(self) -> Size:
        """Of the canvas; while there is no screen, of the last one."""
        return self._screen.size if self._screen else self._size

    @property
    def rate(self) -> int:
        """Frames a second."""
        return self._screen.rate if self._screen else USUAL_RATE

    @property
    def waits(self) -> bool:
        """Whether presenting waits for the refresh of the screen that is there."""
        return self._screen is not None and self._screen.waits

    @property
    def simulated(self) -> tuple[str, ...]:
        """What of it is no real screen."""
        return self._screen.simulated if self._screen else ()

    @property
    def whole(self) -> pygame.Surface | None:
        """That of the screen that is there."""
        return self._screen.whole if self._screen else None

    @property
    def complaint(self) -> str:
        """What is not as the settings or the picture want it."""
        return "; ".join(filter(None, (self._screen.complaint if self._screen else "", self._by_way)))

    def look(self, mono: float) -> None:
        """Notice at *mono* (seconds since boot) that a screen was unplugged, plugged in or changed, and open what is there."""
        if mono >= self._looked + LOOK_EVERY:
            self._looked = mono
            plugged = self._connectors.look()
            if self._screen is not None and (dark(plugged) or in_use(plugged) != self._plugged):
                self.lose(NO_SCREEN if dark(plugged) else ANOTHER)
            elif self._screen is None and dark(plugged):
                self.lost = NO_SCREEN
            elif self._screen is None and mono >= self._tried + self._pause:
                self._pause = min(2 * self._pause, TRY_AT_LEAST) if mono < self._tried + STEADY else TRY_EVERY
                self._tried = mono
                self._find(plugged)

    def lose(self, why: str) -> None:
        """It is gone, or must be opened anew; what was presented is no longer there."""
        log.warning("screen lost: %s", why)
        self.lost = why
        self.close()

    def present(self, patches: Sequence[Patch]) -> None:
        """Present on the screen that is there; ``ScreenLost`` without one."""
        self._there().present(patches)

    def shift(self, by: tuple[int, int]) -> None:
        """Shift what is there, and what comes later."""
        self._shift = by
        if self._screen is not None:
            self._screen.shift(by)

    def pump(self) -> Pumped:
        """The events of the screen that is there."""
        return self._there().pump()

    def seen(self) -> pygame.Surface:
        """What is on the screen that is there."""
        return self._there().seen()

    def proof(self) -> Proof:
        """Whether what is on it reaches the display hardware; one that arrives after all is no longer *unseen*."""
        proof = self._there().proof()
        if proof.sight is Sight.THERE:
            self.unseen = ""
        return proof

    def close(self) -> None:
        """Let go of it; `look` opens it again."""
        if self._screen is not None:
            self._size = self._screen.size
            screen, self._screen = self._screen, None
            screen.close()

    def _there(self) -> Screen:
        if self._screen is None:
            raise ScreenLost(self.lost)
        return self._screen

    def _find(self, plugged: tuple[Connector, ...]) -> None:
        """Open it in the first way that is not seen to fail, and go on with that way first."""
        mode = preferred(plugged)
        missing: dict[str, str] = {}
        refused: dict[str, str] = {}
        for way in self._ways:
            try:
                screen = self._open(way, mode)
                proof = screen.proof()
                if proof.sight is not Sight.MISSING:
                    return self._found(screen, plugged, way, {**refused, **missing})
                missing[way] = proof.why
                screen.close()
            except ScreenLost as problem:
                refused[way] = str(problem)
        if not missing:
            self.lost = "; ".join(dict.fromkeys(refused.values()))
            return None
        return self._unfound(next(iter(missing)), mode, plugged, missing)

    def _unfound(self, way: str, mode: Size | None, plugged: tuple[Connector, ...], missing: dict[str, str]) -> None:
        """A picture that nobody can find is still more than none."""
        try:
            self._found(self._open(way, mode), plugged, way, {})
            self.unseen = f"hình không tới được màn hình / the picture does not reach the screen: {_told(missing)}"
        except ScreenLost as problem:
            self.lost = str(problem)

    def _found(self, screen: Screen, plugged: tuple[Connector, ...], way: str, failing: dict[str, str]) -> None:
        self._screen, self._plugged, self.lost, self.unseen = screen, in_use(plugged), "", ""
        self.number += 1
        if self._shift != (0, 0):
            screen.shift(self._shift)
        if failing:
            self._by_way = f"chỉ hiện được bằng {way} / it shows only by {way}: {_told(failing)}"
            self._ways = (way, *(other for other in self._ways if other != way))


def _told(failing: dict[str, str]) -> str:
    return "; ".join(f"{way}: {why}" for way, why in failing.items())
