"""The words and limits that every part of a bundle shares: strict frozen models, classes, languages, identifiers."""

import unicodedata
from datetime import UTC, datetime, time
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, StringConstraints

FORMAT = 1
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
"""Where a computer without a clock wakes up."""
LATEST_YEAR = 2200


class Model(BaseModel):
    """Frozen and strict: an unknown field, a wrong type or a changed value is an error, never a guess."""

    # JSON has no infinity and no NaN: written as JSON they become null, and what was kept could not be read again.
    # A validator is built when it is first needed: most of them no program ever needs at its start, and many never.
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False, serialize_by_alias=True, defer_build=True)


class BulletinClass(StrEnum):
    """The three classes of TT 39/2020: thông thường, ưu tiên, khẩn cấp."""

    ROUTINE = "routine"
    PRIORITY = "priority"
    EMERGENCY = "emergency"


def clean(text: str) -> str:
    """*text* if it is in NFC and without control characters; every word that is signed or recorded is."""
    if text.isascii() and text.isprintable():
        return text
    if any(unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\t\n\r" for sign in text):
        raise ValueError("text contains control characters; type it again")
    if unicodedata.normalize("NFC", text) != text:
        raise ValueError("text is not in Unicode NFC; save it again as NFC (dựng sẵn)")
    return text


def tidied(text: object) -> object:
    """Any text as one line in NFC of at most 300 characters, without what cannot be printed; never empty."""
    if not isinstance(text, str):
        return text
    plain = "".join(" " if unicodedata.category(sign) in ("Cc", "Cs") else sign for sign in text)
    return " ".join(unicodedata.normalize("NFC", plain).split())[:300] or "?"


def in_our_time(value: datetime) -> datetime:
    """*value* if it lies in the years that this product can reckon with."""
    # Beyond these years adding a day or changing the zone can overflow.
    if not EARLIEST.year <= value.year <= LATEST_YEAR:
        raise ValueError(f"a date between {EARLIEST.year} and {LATEST_YEAR} is expected")
    return value


def _local(value: time) -> time:
    if value.tzinfo is not None:
        raise ValueError("a local time without a zone is expected")
    return value


LocalTime = Annotated[time, AfterValidator(_local)]
Text = Annotated[str, StringConstraints(max_length=60_000), AfterValidator(clean)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=r"^[^\r\n]*$"), AfterValidator(clean)]
# A sentence that somebody must read, whatever went into it: tidied rather than refused.
Sentence = Annotated[str, BeforeValidator(tidied), StringConstraints(min_length=1, max_length=300)]
# No dot, slash or space: an identifier is also a file name and a part of a journal key, and must not escape either.
Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=20)]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
UnitId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
Instant = Annotated[AwareDatetime, AfterValidator(in_our_time)]
