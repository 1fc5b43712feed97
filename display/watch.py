"""The watch over the screen: can anybody see the board now, does its picture still move, and what is wrong with it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from device.screen import Screen
from director.moment import Moment
from display.glass.judge import Sight
from display.ledger import Ledger
from display.light.calendar import Lighting, lighting
from display.light.lamp import Lamp
from display.look.eyes import Eyes
from display.look.scale import Scale
from display.paint.canvas import Canvas
from display.showing.frozen import Presented, Stillness
from display.showing.lasting import LastingScreen, no_screen
from display.showing.presenter import Presenter
from display.showing.screen import Patch
from display.text.fonts import fonts
from evidence.records import ClockState, FaultCode

PROVE_EVERY, PROVE_AT_LAST = 60.0, 600.0
"""Seconds between looks at what the display hardware is given: while nothing moves, and in any case. A look may cost a frame."""
WAKING = 60.0
"""Seconds that a screen may take to come back after its dark hours before it counts as lost."""
FORGIVEN = 600.0
"""Seconds after which a picture that froze and was helped by opening the screen anew may freeze again."""
BETTER = 60.0
ASLEEP = "màn hình tối theo giờ / the board is dark by its hours"


class StillFrozen(RuntimeError):
    """Opening the screen anew did not help: only a new process can."""


class Watch:
    """Looks at *screen* before a round presents anything, at *presenter* after it, and keeps their faults in the *ledger*."""

    def __init__(self, screen: LastingScreen, presenter: Presenter, ledger: Ledger, lamp: Lamp, settings: Screen, timezone: str) -> None:
        self._screen, self._presenter, self._ledger, self._lamp, self._settings = screen, presenter, ledger, lamp, settings
        self._zone, self._number, self._blackened = ZoneInfo(timezone), screen.number, 0
        self._lighting = Lighting(False, None)
        self._stillness, self._proven = Stillness(), 0.0
        self._frozen: tuple[float, str] | None = None
        self._asleep_until = 0.0
        self.visible = False

    def look(self, moment: Moment, wakes: bool) -> bool:
        """Whether what is presented at *moment* can be seen; *wakes*: what is due passes every dark hour."""
        self._screen.look(moment.mono)
        self._lighting = lighting(self._settings, self._local(moment), wakes)
        self._lamp.want(self._lighting)
        self._tell(moment)
        number, self._number = self._number, self._screen.number
        # On another screen nothing is on yet, even when nobody noticed that there was none.
        self.visible = self._screen.there and number == self._number and not self._lighting.dark
        if not self.visible:
            self._stillness.forget()
        if self._lighting.dark:
            self._blacken()
        else:
            self._blackened = 0
        return self.visible

    def again(self) -> None:
        """What was presented is there no more, while nobody is to see the board: one that is dark is made black anew."""
        if self._lighting.dark:
            self._blackened = 0
            self._blacken()

    def judge(self, moment: Moment) -> bool:
        """Whether all that was due by *moment* was presented; one that stands still opens the screen anew, then ends us."""
        if not self.visible:
            return True
        minute = moment.wall.minute if self._presenter.clocked and moment.state is not ClockState.UNKNOWN else None
        still = self._stillness.look(Presented(moment.mono, self._presenter.frames, self._presenter.steady, minute))
        if still or self._missing(moment):
            self._thaw(
                moment, f"hình đứng yên / the picture stands still: {still or 'màn hình hiện hình khác / another picture is scanned out'}"
            )
        return not self._stillness.waiting

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why the board is not seen."""
        if self._lighting.dark:
            return (ASLEEP,)
        if not self._screen.there:
            return (no_screen(self._screen.lost),)
        return (self._screen.unseen,) if self._screen.unseen else ()

    @property
    def ready(self) -> bool:
        """Whether the board could show something if it had to, as far as anybody knows."""
        return (self._screen.there and not self._screen.unseen) or self._lighting.dark

    def _tell(self, moment: Moment) -> None:
        if self._lighting.dark:
            # A screen that sleeps often looks unplugged.
            self._asleep_until = moment.mono + WAKING
        if moment.mono >= self._asleep_until or self._screen.there:
            self._ledger.standing(moment, FaultCode.SCREEN_LOST, no_screen(self._screen.lost) if self._screen.lost else "")
        if self._screen.there:
            self._ledger.standing(moment, FaultCode.SCREEN_MISFIT, "; ".join(filter(None, (self._screen.complaint, self._too_small()))))
        self._ledger.standing(moment, FaultCode.FONT_MISSING, fonts().complaint)
        self._ledger.standing(moment, FaultCode.PICTURE_MISSING, self._screen.unseen)
        frozen = self._frozen[1] if self._frozen and moment.mono < self._frozen[0] + BETTER else ""
        self._ledger.standing(moment, FaultCode.PICTURE_FROZEN, frozen)

    def _too_small(self) -> str:
        """Letters that nobody reads from where the settings say people stand, as one sentence; else empty."""
        settings, size = self._settings, self._screen.size
        scale = Scale(size, Eyes(settings.pitch_mm, settings.distance_m))
        if scale.legible:
            return ""
        high, far = f"{scale.smallest} px", f"{settings.distance_m:g} m"
        return (
            f"bảng {size[0]}×{size[1]} quá nhỏ: chữ {high} không đọc được từ {far}; "
            "kiểm tra [screen] pitch_mm, distance_m trong bangtin.toml trên thẻ"
            f" / the board is too small: letters of {high} cannot be read from {far}; "
            "check [screen] pitch_mm, distance_m in bangtin.toml on the card"
        )

    def _blacken(self) -> None:
        if self._screen.there and self._blackened != self._screen.number:
            self._blackened = self._screen.number
            black = Canvas(self._screen.size)
            self._screen.present([Patch(black, black.whole, (0, 0))])

    def _missing(self, moment: Moment) -> bool:
        """Whether the display hardware is given another picture than was presented; that none ever arrived was told when it was opened."""
        if moment.mono < self._proven + (PROVE_AT_LAST if self._presenter.running else PROVE_EVERY):
            return False
        self._proven = moment.mono
        arrived = not self._screen.unseen
        return self._screen.proof().sight is Sight.MISSING and arrived

    def _thaw(self, moment: Moment, why: str) -> None:
        before, self._frozen = self._frozen, (moment.mono, why)
        self._ledger.fault(moment, FaultCode.PICTURE_FROZEN, why)
        if before and moment.mono < before[0] + FORGIVEN:
            raise StillFrozen(why)
        self._screen.lose(why)

    def _local(self, moment: Moment) -> datetime | None:
        return None if moment.state is ClockState.UNKNOWN else moment.wall.astimezone(self._zone)
