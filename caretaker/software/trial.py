"""A trial as it stands on the card: whatever instant the power goes, the next start knows how far it was."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from bundle.base import Model, Sentence
from bundle.software import Number, Release
from device.durable import replace, sync_folder
from device.own import read_own
from device.paths import Paths


class Phase(StrEnum):
    """How far a trial is: packages are being installed, all are, the new version is current, the old one is to be current again."""

    INSTALLING = "installing"
    INSTALLED = "installed"
    TRYING = "trying"
    LEAVING = "leaving"


class Trial(Model):
    """``trial.json``: *release* beside the version that *was* current. *cut_offs* counts how often an attempt did not come to its end.

    *programs* were ready before, with a *link* if there was one; *tried*: the new version was made current. *why* it is left.
    """

    format: Literal[1] = 1
    release: Release
    was: Number
    phase: Phase = Phase.INSTALLING
    cut_offs: Annotated[int, Field(ge=0)] = 0
    programs: tuple[str, ...] = ()
    link: bool = False
    tried: bool = False
    why: Sentence | None = None

    def with_(self, **changes: object) -> "Trial":
        """The same trial, further on."""
        return self.model_copy(update=changes)

    @property
    def exhausted(self) -> bool:
        """Whether it was cut off so often that it is not begun again."""
        return self.cut_offs >= self.release.health.cut_offs


def read_trial(paths: Paths) -> Trial | None:
    """The trial under way; ``None`` when there is none. ``ValidationError`` when it is damaged."""
    try:
        return read_own(Trial, paths.trial)
    except FileNotFoundError:
        return None


def write_trial(paths: Paths, trial: Trial) -> Trial:
    """Keep *trial* durably, before anything is done that it speaks of."""
    replace(paths.trial, trial.model_dump_json().encode())
    return trial


def end_trial(paths: Paths) -> None:
    """There is no trial any more."""
    paths.trial.unlink(missing_ok=True)
    sync_folder(paths.trial.parent)
