"""How the screen of a unit is wired: which driver, which video mode, and which part of it people see."""

from datetime import time
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from bundle.base import Identifier, LocalTime, Model
from bundle.policy import Hours

Corner = Annotated[int, Field(ge=0, le=8192)]
Side = Annotated[int, Field(ge=32, le=8192)]
Canvas = tuple[Corner, Corner, Side, Side]
"""x, y, width and height of the rectangle of a video mode that people see, as an LED sender card takes it over; y downwards."""


class ScreenDriver(StrEnum):
    """A real screen, or a surface in memory."""

    SDL = "sdl"
    HEADLESS = "headless"


class ThemeChoice(StrEnum):
    """The board's colours: by the hour, or always the same."""

    AUTO = "auto"
    DAY = "day"
    NIGHT = "night"


class Daylight(Model):
    """From when until when, in local time, a board in the open stands in daylight."""

    begins: LocalTime = time(6)
    ends: LocalTime = time(18)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.begins >= self.ends:
            raise ValueError("ends phải sau begins / ends must be later than begins")
        return self


class Dimmed(Hours):
    """In these hours the lamp behind the board shines with *percent* of its full brightness, where it can be told so."""

    percent: Annotated[int, Field(ge=5, le=100)]


class Screen(Model):
    """*width* and *height* are the video mode, unset: the one that the screen itself prefers (a window or a surface in memory: 1920×1080).

    *canvas*: the part of the mode that is a board, unset: all of it; the rest stays black. *pace* scales the dwell of pages except for
    the notices *unpaced*; *frames_folder* keeps each presented page as PNG.

    *pitch_mm* from one pixel to the next and *distance_m* to the farthest readers give the smallest letters; unset they are those of a
    55-inch panel of 1920×1080 beside a village road. *layout* names one of the bundle or of the built-in ones, unset: the first that is
    meant for a board of this shape. *theme* is that of the hour, which *daylight* parts; a pitch from 2 mm on is a wall of LEDs, whose
    ground stays dark in any case.

    *ticker_speed* in ems per second: 2.6 are some 6 letters, slower than people read; the nearest speed without tremble is taken. Against
    burn-in the whole picture wanders by up to *wander_px* pixels from its place, one of them every *wander_minutes*; unset it is 2 on a
    panel and 0 on a wall of LEDs, which do not burn in.

    In the hours *dark* the board is black and its screen sleeps where it can be told so; *brightness* is that of the lamp by the hour,
    and full in all others. An emergency passes both, and so does a clock that nobody vouches for.
    """

    driver: ScreenDriver = ScreenDriver.SDL
    width: Annotated[int, Field(ge=64, le=8192)] | None = None
    height: Annotated[int, Field(ge=64, le=8192)] | None = None
    canvas: Canvas | None = None
    fullscreen: bool = True
    frames_folder: Path | None = None
    pace: Annotated[float, Field(gt=0, le=100)] = 1.0
    unpaced: tuple[Identifier, ...] = ()
    pitch_mm: Annotated[float, Field(ge=0.05, le=60)] = 0.63
    distance_m: Annotated[float, Field(ge=0.5, le=200)] = 5.0
    layout: Identifier | None = None
    theme: ThemeChoice = ThemeChoice.AUTO
    daylight: Daylight = Daylight()
    ticker_speed: Annotated[float, Field(ge=0.5, le=10)] = 2.6
    wander_px: Annotated[int, Field(ge=0, le=8)] | None = None
    wander_minutes: Annotated[float, Field(ge=0.1, le=120)] = 3.0
    dark: Annotated[tuple[Hours, ...], Field(max_length=20)] = ()
    brightness: Annotated[tuple[Dimmed, ...], Field(max_length=20)] = ()

    @property
    def mode(self) -> tuple[int, int] | None:
        """The video mode that is wanted in any case."""
        return (self.width, self.height) if self.width is not None and self.height is not None else None

    @model_validator(mode="after")
    def _both_sides(self) -> Self:
        if (self.width is None) is not (self.height is None):
            raise ValueError("width và height phải đi cùng nhau / width and height belong together")
        return self
