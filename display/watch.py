"""The watch over the screen: whether anybody can see the board now, and what is wrong with what it shows."""

from director.moment import Moment
from display.ledger import Ledger
from display.showing.lasting import LastingScreen, no_screen
from evidence.records import FaultCode


class Watch:
    """Looks at *screen* before each round of the board and keeps its faults in the *ledger*."""

    def __init__(self, screen: LastingScreen, ledger: Ledger) -> None:
        self._screen, self._ledger = screen, ledger
        self._number = screen.number

    def look(self, moment: Moment) -> bool:
        """Whether what is presented at *moment* can be seen."""
        self._screen.look(moment.mono)
        self._ledger.standing(moment, FaultCode.SCREEN_LOST, self._screen.lost)
        self._ledger.standing(moment, FaultCode.SCREEN_MISFIT, self._screen.complaint)
        self._ledger.standing(moment, FaultCode.PICTURE_MISSING, self._screen.unseen)
        number, self._number = self._number, self._screen.number
        # On another screen nothing is on yet, even when nobody noticed that there was none.
        return self._screen.there and number == self._number

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why the board is not seen."""
        return () if self._screen.there else (no_screen(self._screen.lost),)
