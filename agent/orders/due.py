"""Which orders want the agent's hand now, and what becomes of a reboot: pure decisions over what stands and what was answered.

1. An order is answered once, and what was answered is never looked at again.
2. It is obeyed from its begin to its end; one that ended before anything was done for it came too late.
3. A reboot is asked for again while it is refused and its order stands. It needs a clock that can be believed: after a start
   without one a stored alert may be lost that was received in this boot.
4. Only a boot after the one in which it was granted is a reboot that was done; any other start is none.
"""

from collections.abc import Collection
from dataclasses import dataclass

from bundle.orders import LogOrder, RebootOrder, ReportOrder, ScreenshotOrder, TunnelOrder
from device.reboots import Answer, Reboot
from director.age import usable
from director.moment import Moment
from director.orders import Given
from evidence.records import Obedience

ASK_AGAIN = 120.0
"""Seconds between two questions for the same reboot: what refuses it, a session or a budget, does not pass in less."""
NEVER_CAME = 300.0
"""Seconds after which a reboot that was granted and did not come has failed."""
TOO_LATE = "đến đây khi đã hết hạn / it had expired before this unit could obey it"
AgentOrder = ScreenshotOrder | RebootOrder | LogOrder | ReportOrder | TunnelOrder


@dataclass(frozen=True)
class Said:
    """An answer: what became of the order, a *reason* in two languages, and what was asked for; *simulated* hardware showed it."""

    outcome: Obedience
    reason: str
    picture: bytes | None = None
    excerpt: bytes | None = None
    simulated: bool = False


@dataclass(frozen=True)
class Due:
    """*order*, as *given*, wants to be obeyed, or only its answer when it does not *stand* any more."""

    given: Given
    order: AgentOrder
    stands: bool


@dataclass(frozen=True)
class Rebooting:
    """What is on record of a reboot: whether one was *granted* for this order, when it was *asked* for last and what was *answered*."""

    granted: Reboot | None
    asked: float | None
    answered: Answer | None


def due(orders: tuple[Given, ...], answered: Collection[str], moment: Moment) -> tuple[Due, ...]:
    """The orders of the agent that have begun and have no answer yet."""
    mine = ((each, each.order) for each in orders if each.name not in answered and each.begins <= moment.wall)
    return tuple(Due(each, order, each.stands(moment.wall)) for each, order in mine if isinstance(order, AgentOrder))


def ask_now(seen: Rebooting, stands: bool, moment: Moment) -> bool:
    """Whether to ask the caretaker for the reboot now."""
    if seen.granted is not None or not stands or not usable(moment.state):
        return False
    return seen.asked is None or moment.mono - seen.asked >= ASK_AGAIN


def rebooted(seen: Rebooting, stands: bool, moment: Moment) -> Said | None:
    """The answer to an order to reboot, None while it is open."""
    if seen.granted is not None:
        return _after(seen.granted, moment)
    if stands:
        return None
    if seen.answered is not None and not seen.answered.granted:
        return Said(Obedience.REFUSED, "; ".join(seen.answered.reasons))
    if seen.asked is not None:
        return Said(Obedience.FAILED, "người trông máy không trả lời / the caretaker gave no answer")
    return Said(Obedience.TOO_LATE, TOO_LATE)


def _after(granted: Reboot, moment: Moment) -> Said | None:
    if granted.at.boot != moment.boot:
        hour = f"{granted.at.wall:%Y-%m-%d %H:%M:%S} UTC"
        return Said(Obedience.DONE, f"đã khởi động lại, cho phép lúc {hour} / rebooted, as granted then; {granted.at.boot} → {moment.boot}")
    if moment.mono - granted.at.mono > NEVER_CAME:
        return Said(Obedience.FAILED, "đã được phép mà máy không khởi động lại / it was granted, and the machine did not reboot")
    return None
