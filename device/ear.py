"""What the unit's ear heard last, in RAM, written by the voice; from it the technician calibrates the ear."""

from typing import Annotated, Literal

from pydantic import Field, ValidationError

from bundle.base import Model
from device.paths import Paths
from device.status import write_volatile
from evidence.records import OccurrenceKey, Stamp

Decibels = Annotated[float, Field(ge=-300, le=300)]


class EarReading(Model):
    """``run/bangtin/ear.json``: the *tone* of the attention signal before *occurrence* and the *noise* beside it, at the microphone, dBFS.

    *contrast* (dB) is by how much the tones stood out. *gain* is what was taken off the signal, *whole* whether all of it was listened to.
    *heard* is None when nobody knows.
    """

    format: Literal[1] = 1
    occurrence: OccurrenceKey
    at: Stamp
    tone: Decibels
    noise: Decibels
    contrast: Decibels
    gain: Decibels
    whole: bool
    heard: bool | None = None


def read_ear(paths: Paths) -> EarReading | None:
    """The last reading; ``None`` when there is none that can be read."""
    try:
        return EarReading.model_validate_json(paths.ear.read_bytes())
    except (OSError, ValidationError):
        return None


def write_ear(paths: Paths, reading: EarReading) -> None:
    """Replace the last reading; only the voice does that."""
    write_volatile(paths.ear, reading.model_dump_json().encode())
