"""What an officer's form asks for: words in some languages, who speaks them, for which villages, on the board and by loudspeaker."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, NaiveDatetime, model_validator

from bundle.area import AreaCode
from bundle.base import Identifier, Language, Line, Model, Sha256, Text
from bundle.items import VIETNAMESE

LONGEST_TEXT = 6000


class Repeat(StrEnum):
    """How often a session comes again until the wish ends."""

    ONCE = "once"
    DAILY = "daily"
    WORKING_DAYS = "working-days"
    WEEKLY = "weekly"


class Soon(Model):
    """Once, so many *minutes* after the change was made."""

    kind: Literal["soon"]
    minutes: Annotated[int, Field(ge=1, le=180)]


class At(Model):
    """At *start* by the village's clock, and again as *repeat* says."""

    kind: Literal["at"]
    start: NaiveDatetime
    repeat: Repeat = Repeat.ONCE


When = Annotated[Soon | At, Field(discriminator="kind")]


class Recorded(Model):
    """A recording that the registry keeps, by the SHA-256 of what was uploaded."""

    kind: Literal["recorded"]
    sha256: Sha256


class ReadAloud(Model):
    """The registry's own voice reads the text."""

    kind: Literal["read"]


Speech = Annotated[Recorded | ReadAloud, Field(discriminator="kind")]


class Version(Model):
    """One language: a *title*, the *text* that stands on boards, and how it is spoken; None is not at all."""

    language: Language
    title: Annotated[Line, Field(max_length=120)]
    text: Annotated[Text, Field(max_length=LONGEST_TEXT)] = ""
    speech: Speech | None = None


class Wish(Model):
    """No *areas*: the whole channel. *on_board*: its words also stand on boards as a notice. *sound* is when it is spoken, None is never.

    *until* is the last day of a notice and of what repeats. *replaces* is the name of an earlier wish that this one takes the place of.
    *contact* is asked for only where the channel has never released anything. *once* is the form's own number: what is sent again with
    it, because the answer was lost, is the same wish.
    """

    format: Literal[1]
    once: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
    channel: AreaCode
    versions: Annotated[tuple[Version, ...], Field(min_length=1, max_length=12)]
    areas: Annotated[tuple[AreaCode, ...], Field(max_length=100)] = ()
    on_board: bool = False
    sound: When | None = None
    until: date | None = None
    essential: bool = False
    document_number: Line | None = None
    replaces: Identifier | None = None
    contact: Line | None = None

    @property
    def repeats(self) -> bool:
        """Whether it is spoken more than once."""
        return isinstance(self.sound, At) and self.sound.repeat is not Repeat.ONCE

    @property
    def recordings(self) -> dict[Language, Sha256]:
        """The recordings that it uses, by language."""
        return {each.language: each.speech.sha256 for each in self.versions if isinstance(each.speech, Recorded)}

    @model_validator(mode="after")
    def _can_be_made(self) -> Self:
        languages = [version.language for version in self.versions]
        problems = []
        if len(set(languages)) != len(languages):
            problems.append("một thứ tiếng có hai lần / a language stands twice")
        if VIETNAMESE not in languages:
            problems.append("thiếu bản tiếng Việt / the Vietnamese version is missing")
        if not self.on_board and self.sound is None:
            problems.append("chọn hiện trên bảng hoặc giờ phát loa / choose the board, or when it sounds")
        if (self.on_board or self.repeats) and self.until is None:
            problems.append("chọn đến ngày nào / choose its last day")
        vietnamese = next((version for version in self.versions if version.language == VIETNAMESE), None)
        if self.sound is not None and vietnamese is not None and vietnamese.speech is None:
            problems.append("muốn phát loa thì bản tiếng Việt phải có lời / to sound, the Vietnamese version must be spoken")
        if problems:
            raise ValueError("; ".join(problems))
        return self
