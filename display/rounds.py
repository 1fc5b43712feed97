"""One round of the board's program: everything that is looked at some ten times a second, in its order."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from device.inputs import SILENCED, OnSite
from device.override import Openings
from device.test_card import Cards
from device.watchdog import Watchdog
from director.moment import Moment
from display.board import Board
from display.ledger import Ledger
from display.quarantine import Quarantine
from display.screenshot import Screenshots
from display.showing.lasting import LastingScreen
from display.showing.wander import Wander
from display.status import Listener, StatusLine
from display.watch import Watch
from evidence.records import FaultCode


@dataclass(frozen=True)
class Rounds:
    """What takes part in a round; *pump* takes the window system's events and presents again what was damaged."""

    screen: LastingScreen
    pump: Callable[[Callable[[], None]], None]
    board: Board
    ledger: Ledger
    listener: Listener
    on_site: OnSite
    openings: Openings
    test_cards: Cards
    status: StatusLine
    watch: Watch
    watchdog: Watchdog
    wander: Wander
    screenshots: Screenshots
    quarantine: Quarantine

    def look(self, moment: Moment) -> None:
        """The round of *moment*; ``ScreenLost`` passes through."""
        board, watch = self.board, self.watch
        stopped = self.on_site.stopped(moment)
        override, unreceived = self.openings.now(moment), self.listener.unreceived(moment)
        card = self.test_cards.wanted(moment)
        # First what is due, then whether it is seen: in the dark hours the first may change the second, either way.
        look = partial(watch.look, moment)
        board.step(moment, self.listener.hears(moment), stopped, self.listener.said(moment), override, unreceived, card, visible=look)
        again = partial(board.again, moment) if watch.visible else watch.again
        if self.screen.there:
            self.pump(again)
        if (aside := self.wander.step(moment.mono)) is not None:
            self.screen.shift(aside)
            again()
        self.status.say(moment, board, (*watch.reasons, *((SILENCED,) if stopped else ())), ready=watch.ready)
        self.ledger.standing(moment, FaultCode.QUARANTINED, self.quarantine.told)
        self.ledger.standing(moment, FaultCode.UNWRITABLE, "; ".join(filter(None, (self.status.unwritten, self.quarantine.unwritten))))
        self.ledger.tidy(moment)
        self.screenshots.look(moment, board.showing, watch.visible, "; ".join(watch.reasons))
        if watch.judge(moment):
            self.watchdog.fed()
