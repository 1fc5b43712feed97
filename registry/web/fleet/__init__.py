"""The pages of the fleet: units, one unit with its day, alarms, and which villages essential information has reached."""

from pathlib import Path

STATIC = Path(__file__).parent / "static"
