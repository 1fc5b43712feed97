"""The PIN of one opening: six figures that stand on the board, or on a unit without a board those of its label; wrong tries slow down."""

import asyncio
import hmac
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from pydantic import ValidationError

from bundle.errors import refuse
from device.durable import CARD_FAILS, replace
from device.own import read_own
from device.paths import Paths
from director.moment import Moment
from evidence.card import PinDigest
from evidence.pin import proves
from provisioning.holders import Tries, pause

FIGURES = 6
log = logging.getLogger(__name__)


def new_pin() -> str:
    """Figures that nobody can guess."""
    return f"{secrets.randbelow(10**FIGURES):0{FIGURES}d}"


@dataclass
class Wrongs:
    """How many PINs were wrong, on the card; on one that takes no writes in RAM, which outlives an opening."""

    paths: Paths
    _unwritten: Tries | None = field(default=None, init=False)

    def tries(self) -> Tries:
        """What is known."""
        if self._unwritten is not None:
            return self._unwritten
        try:
            return read_own(Tries, self.paths.page_tries)
        except FileNotFoundError:
            return Tries()
        except (OSError, ValidationError):
            # Nobody gains a try by damaging the card.
            return Tries(wrong=1)

    def keep(self, tries: Tries) -> None:
        """From now on *tries* is known."""
        self._unwritten = tries
        try:
            replace(self.paths.page_tries, tries.model_dump_json().encode(), 0o600)
        except OSError as problem:
            if problem.errno not in CARD_FAILS:
                raise
            log.warning("thẻ nhớ không ghi được / the card takes no writes: %s", problem)
        else:
            self._unwritten = None


@dataclass
class Gate:
    """Who types *pin* comes in; where nobody can read it on a board also who knows the *label*'s. *wrong* counts in this opening.

    The tries are kept before a PIN is looked at, so neither a power cut nor a new opening saves anybody a pause.
    """

    wrongs: Wrongs
    now: Callable[[], Moment]
    pin: str = field(repr=False)
    label: PinDigest | None = field(default=None, repr=False)
    wrong: int = 0
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    async def prove(self, typed: str) -> None:
        """``Refused`` unless *typed* is the PIN; one at a time."""
        async with self._turn:
            await asyncio.to_thread(self._prove, "".join(typed.split()))

    def _prove(self, typed: str) -> None:
        moment, tries = self.now(), self.wrongs.tries()
        if (rest := pause(tries, moment)) > 0:
            what = f"nhập sai {tries.wrong} lần, chờ thêm {rest:.0f} giây / {tries.wrong} wrong PINs: wait {rest:.0f} s more"
            raise refuse("PIN", what, "không rút điện: phải chờ lại từ đầu / do not cut the power, the wait begins again")
        self.wrongs.keep(Tries(wrong=tries.wrong + 1, at=moment.stamp()))
        if not (hmac.compare_digest(typed.encode(), self.pin.encode()) or (self.label is not None and proves(typed, self.label))):
            self.wrong += 1
            raise refuse("PIN", "PIN không đúng / the PIN is wrong", "xem PIN trên bảng hoặc trên nhãn / read it on the board or the label")
        self.wrongs.keep(Tries())
