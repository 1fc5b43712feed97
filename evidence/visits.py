"""What a visit to a unit leaves in its records: parts that were changed, and what was looked at."""

from bundle.base import Identifier, Line, Model
from evidence.self_test import Mark, Words


class Part(Model):
    """A part that was changed; serial numbers as they stand on it."""

    name: Line
    old_serial: Line | None = None
    new_serial: Line | None = None


class Checked(Model):
    """One thing that was looked at when the unit was commissioned, by a sensor or by a person; *step* names what looked at it.

    *wanted* is what was expected, and unless it is good *do* says what helps. What nobody could tell is a warning, never good.
    """

    step: Identifier
    mark: Mark
    subject: Words
    observed: Words
    wanted: Words
    do: Words | None = None
