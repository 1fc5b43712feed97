"""What a unit found when it tested itself before anybody had let it in: shown on its own board and on the technician's phone."""

from enum import StrEnum

from bundle.base import Model, Sentence

Words = tuple[Sentence, Sentence]
"""The same in Vietnamese and in English."""


class Mark(StrEnum):
    """How one part of the self-test stands: ✓, ! or ✗."""

    GOOD = "good"
    WARNING = "warning"
    NOT_READY = "not-ready"


class SelfTest(Model):
    """One part of the self-test: what was *observed* of *subject*, and unless it is good what to *do*."""

    mark: Mark
    subject: Words
    observed: Words
    do: Words | None = None
