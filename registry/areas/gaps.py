"""Places that would hear nothing in a language of theirs: by what is spoken, and for whom. Pure."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from bundle.alert import AlertText
from bundle.area import covers
from bundle.base import Language
from bundle.items import Wording
from director.languages import lacking

V = TypeVar("V", bound=Wording | AlertText)


def without_speech(spoken: Sequence[V], areas: Sequence[str], wanted: Mapping[str, Sequence[Language]]) -> dict[str, tuple[Language, ...]]:
    """Which of the *wanted* places (by code, with their languages) in *areas*, in all when none are named, *spoken* does not serve."""
    meant = {code: languages for code, languages in wanted.items() if not areas or any(covers(area, code) for area in areas)}
    found = {code: lacking(spoken, languages) for code, languages in meant.items()}
    return {code: languages for code, languages in found.items() if languages}
