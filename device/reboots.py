"""Asking for a reboot of the unit: a file in RAM for each who asks, the caretaker's last answer, and on the card what it granted."""

from pydantic import ValidationError

from bundle.base import Identifier, Line, Model, Sentence
from device.own import read_own
from device.paths import Paths
from device.status import write_volatile
from evidence.records import Stamp

DEATHS = "caretaker"
"""Who asks because a program dies again and again."""
ORDER = "order"
"""Who asks because a person ordered it."""


class Request(Model):
    """*by* whom and for what *reason*, at *at*; by an order, *order* names it."""

    by: Identifier
    reason: Sentence
    at: Stamp
    order: Line | None = None


class Answer(Model):
    """Whether the caretaker reboots the unit for the request of *by*, or for that *order*; *reasons* say why not."""

    by: Identifier
    granted: bool
    reasons: tuple[Sentence, ...] = ()
    at: Stamp
    order: Line | None = None


class Reboot(Model):
    """One that was granted: *by* whom it was asked for, and why; *order* names an order that asked."""

    by: Identifier
    reason: Sentence
    at: Stamp
    order: Line | None = None


class Reboots(Model):
    """``reboots.json``."""

    reboots: tuple[Reboot, ...] = ()


def ask_reboot(paths: Paths, by: str, reason: str, at: Stamp, order: str | None = None) -> None:
    """Put the question; the caretaker answers within seconds (`reboot_answer`), and may be asked again later after a refusal."""
    request = Request(by=by, reason=reason, at=at, order=order)
    write_volatile(paths.reboot_requests / f"{by}.json", request.model_dump_json().encode())


def reboot_answer(paths: Paths) -> Answer | None:
    """What the caretaker said last in this boot."""
    try:
        return read_own(Answer, paths.reboot_answer)
    except (FileNotFoundError, ValidationError):
        return None


def granted_for(paths: Paths, order: str) -> Reboot | None:
    """The reboot that was granted for *order*, on the card before it could happen; None also where the list is damaged."""
    try:
        reboots = read_own(Reboots, paths.reboots).reboots
    except (OSError, ValidationError):
        return None
    return next((each for each in reboots if each.order == order), None)
