"""What a person opened at the unit itself with their own PIN or key: the loudspeaker obeys it without any network."""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bundle.base import Identifier, Line, Model
from evidence.records import Stamp

MICROPHONE = "microphone"
"""How receipts name what was said into the unit's own microphone."""


class Opened(StrEnum):
    """What may be opened on site: a live voice, words that were approved beforehand, or a technician's test tone."""

    MICROPHONE = "microphone"
    PHRASE = "phrase"
    SESSION = "session"
    TONE = "tone"


class Override(Model):
    """``override/override.json``, in RAM: *holder* opened *what* (of a phrase or session: *item*) at *at*; *n* names it within its boot.

    A test tone may be for one amplifier *line* alone.
    *urgent*: the holder said that it cannot wait for the end of the quiet hours. *closed* is when they ended it themselves.
    """

    format: Literal[1] = 1
    n: Annotated[int, Field(ge=0, lt=2**63)]
    holder: Line
    what: Opened
    item: Identifier | None = None
    line: Identifier | None = None
    urgent: bool = False
    at: Stamp
    closed: Stamp | None = None

    @model_validator(mode="after")
    def _names_its_item(self) -> Self:
        if (self.item is None) is not (self.what in (Opened.MICROPHONE, Opened.TONE)):
            raise ValueError("a phrase or session names its item, the microphone and the tone have none")
        if self.line is not None and self.what is not Opened.TONE:
            raise ValueError("only a test tone may be for one line")
        return self

    @property
    def name(self) -> str:
        """What the keys of its utterances begin with: of a session each run has its own, so that "once" can be told."""
        return f"{boot_prefix(self.at.boot)}{self.n}:{self.item or self.line or self.what}"


def boot_prefix(boot: str) -> str:
    """What the keys of everything opened in one boot begin with."""
    return f"override:{boot}:"
