"""What light the board's theme has to stand against: a function of the local time and of the unit's settings. Pure."""

from datetime import datetime

from device.screen import Screen, ThemeChoice
from display.look.theme import Light

WALL_PITCH_MM = 2.0
"""Panels of liquid crystal end below, walls of LEDs begin about there."""


def light_at(local: datetime | None, screen: Screen) -> Light:
    """The light at *local* time; while nobody knows the hour (``None``) it is night, which dazzles nobody."""
    if screen.pitch_mm >= WALL_PITCH_MM:
        return Light.WALL
    match screen.theme:
        case ThemeChoice.DAY:
            return Light.DAY
        case ThemeChoice.NIGHT:
            return Light.NIGHT
        case ThemeChoice.AUTO:
            day = local is not None and screen.daylight.begins <= local.time() < screen.daylight.ends
            return Light.DAY if day else Light.NIGHT
