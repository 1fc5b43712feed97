"""Asking for a reboot of the unit: one file in RAM for each who asks, and the caretaker's last answer. Nobody may reboot by himself."""

from pydantic import ValidationError

from bundle.base import Identifier, Model, Sentence
from device.own import read_own
from device.paths import Paths
from device.status import write_volatile
from evidence.records import Stamp

DEATHS = "caretaker"
"""Who asks because a program dies again and again."""


class Request(Model):
    """*by* whom and for what *reason*, at *at*."""

    by: Identifier
    reason: Sentence
    at: Stamp


class Answer(Model):
    """Whether the caretaker reboots the unit for the request of *by*; *reasons* say why not."""

    by: Identifier
    granted: bool
    reasons: tuple[Sentence, ...] = ()
    at: Stamp


def ask_reboot(paths: Paths, by: str, reason: str, at: Stamp) -> None:
    """Put the question; the caretaker answers within seconds (`reboot_answer`), and may be asked again later after a refusal."""
    write_volatile(paths.reboot_requests / f"{by}.json", Request(by=by, reason=reason, at=at).model_dump_json().encode())


def reboot_answer(paths: Paths) -> Answer | None:
    """What the caretaker said last in this boot."""
    try:
        return read_own(Answer, paths.reboot_answer)
    except (FileNotFoundError, ValidationError):
        return None
