"""The words that stand for abbreviations, units and signs: ours, and those that a commune adds in ``words.toml``."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Short = Annotated[str, StringConstraints(min_length=1, max_length=20, pattern=r"^\S(.*\S)?$")]
# Only words: what is read aloud instead of an abbreviation must not have to be read itself.
InWords = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[\p{L}\p{M}]+( [\p{L}\p{M}]+)*$")]
Table = Annotated[dict[Short, InWords], Field(max_length=500)]


class Lexicon(BaseModel):
    """What the machine says for *abbreviations*, for *units* after a number, in numbers of *documents*, and for *signs*.

    After a word of *roman_after* a Roman numeral is a number.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    abbreviations: Table = {}
    documents: Table = {}
    units: Table = {}
    signs: Table = {}
    roman_after: Annotated[list[InWords], Field(max_length=100)] = []

    def with_words_of(self, other: "Lexicon") -> "Lexicon":
        """These words and those of *other*, which win."""
        return Lexicon(
            abbreviations=self.abbreviations | other.abbreviations,
            documents=self.documents | other.documents,
            units=self.units | other.units,
            signs=self.signs | other.signs,
            roman_after=[*self.roman_after, *other.roman_after],
        )


@cache
def house_lexicon() -> Lexicon:
    """The words that ship with the program."""
    text = files("registry.making").joinpath("words.toml").read_text(encoding="utf-8")
    return Lexicon.model_validate(tomllib.loads(text))
