"""The unit's ear: by what it judges at this place, and what it heard last, written by the voice; from that a technician calibrates it."""

from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError, model_validator

from bundle.base import Model
from device.own import read_own
from device.paths import Paths
from device.status import write_volatile
from evidence.records import OccurrenceKey, Stamp

Decibels = Annotated[float, Field(ge=-300, le=300)]


class EarLimits(Model):
    """``[microphone.ear]`` of ``unit.toml``: by what the ear judges where this microphone and this horn hang; dB, and seconds of *latest*.

    Tones are heard when they stand out of their silence by *heard_db* more than their controls do, and are at most *weaker_db* weaker
    than calibrated: wind, rain and leaves weaken them, another horn far away is weaker still. Not hearing them means something only
    where even so weak they would have been *sure_db* clear of the noise. A calibration must stand out by *clear_db*: less could be
    missed on a windy day, and be called a broken horn. *latest* is by how much the sound may reach the microphone late: devices, an
    uncalibrated output, and a second for every 340 m of air.
    """

    heard_db: Annotated[float, Field(ge=6, le=20)] = 8.0
    weaker_db: Annotated[float, Field(ge=6, le=30)] = 15.0
    sure_db: Annotated[float, Field(ge=0, le=20)] = 2.0
    clear_db: Annotated[float, Field(ge=6, le=40)] = 12.0
    latest: Annotated[float, Field(ge=0.3, le=3)] = 1.0

    @model_validator(mode="after")
    def _calibrated_is_heard(self) -> Self:
        if self.clear_db < self.heard_db:
            raise ValueError("clear_db phải ít nhất bằng heard_db / must be at least heard_db: what is calibrated must be heard")
        return self

    @property
    def hidden_db(self) -> float:
        """What the calibrated tone must be above the noise at its frequency, for not hearing it to mean anything."""
        return self.weaker_db + self.heard_db + self.sure_db


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
        return read_own(EarReading, paths.ear)
    except (OSError, ValidationError):
        return None


def write_ear(paths: Paths, reading: EarReading) -> None:
    """Replace the last reading; only the voice does that."""
    write_volatile(paths.ear, reading.model_dump_json().encode())
