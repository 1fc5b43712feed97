"""How a unit stands with the registry: what it claims by a prepared card, what it was told, and the admission that it keeps."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import Field, ValidationError

from bundle.base import Instant, Model, Sentence
from device.durable import replace
from device.own import read_own
from device.paths import Paths
from director.moment import Moment
from evidence.admission import MAX_ADMISSION
from evidence.records import ClockState, Stamp

M = TypeVar("M", bound=Model)


class Claim(Model):
    """``claim.json``: *token* is the signed enrolment, of the enrolment at *enrolled_at*; the registry is to hear it within *days*."""

    format: Literal[1] = 1
    token: Annotated[str, Field(max_length=64 * 1024)]
    enrolled_at: Instant
    first_boot: Stamp
    days: Annotated[int, Field(ge=1, le=365)]

    def overdue(self, moment: Moment) -> bool:
        """Whether that time is over; by a clock that nobody can believe it never is."""
        if ClockState.UNKNOWN in (moment.state, self.first_boot.state):
            return False
        return moment.wall > self.first_boot.wall + timedelta(days=self.days)


class Told(Model):
    """``claim-answer.json``: what the registry said to the claim of the enrolment at *enrolled_at*; when it was refused, *why*.

    *admission* is the registry's own signature on having let the unit in, the newest that the agent was given.
    """

    format: Literal[1] = 1
    enrolled_at: Instant
    accepted: bool
    why: Sentence | None = None
    admission: Annotated[str, Field(max_length=MAX_ADMISSION)] | None = None


def read_claim(paths: Paths) -> Claim | None:
    """The claim, None where there is none that can be read: without it the unit is one that nobody knows yet."""
    return _read(Claim, paths.claim)


def read_told(paths: Paths, enrolled_at: datetime) -> Told | None:
    """The registry's answer to the claim of the enrolment at *enrolled_at*, None while there is none."""
    told = _read(Told, paths.claim_answer)
    return told if told is not None and told.enrolled_at == enrolled_at else None


def read_kept_admission(paths: Paths) -> str | None:
    """What the registry signed when it let the unit in over the network, None where there is nothing of the kind; it proves itself."""
    try:
        return paths.admission.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return None


def write_claim(paths: Paths, claim: Claim) -> None:
    """Keep *claim* durably."""
    replace(paths.claim, claim.model_dump_json().encode())


def write_told(paths: Paths, told: Told) -> None:
    """Keep the registry's answer durably."""
    replace(paths.claim_answer, told.model_dump_json().encode())


def _read(model: type[M], path: Path) -> M | None:
    try:
        return read_own(model, path)
    except (OSError, ValidationError):
        return None
