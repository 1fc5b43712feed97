"""The five duties of which each unit has a named holder: an information system of a commune runs only as long as somebody minds it."""

from collections.abc import Sequence
from enum import StrEnum


class Duty(StrEnum):
    """What somebody is named for, at each unit."""

    CONTENT = "content"
    EQUIPMENT = "equipment"
    MAINTENANCE = "maintenance"
    REPAIR = "repair"
    UPGRADE = "upgrade"


DUTY_WORDS: dict[Duty, tuple[str, str]] = {
    Duty.CONTENT: ("nội dung", "content"),
    Duty.EQUIPMENT: ("thiết bị", "equipment"),
    Duty.MAINTENANCE: ("bảo dưỡng", "maintenance"),
    Duty.REPAIR: ("sửa chữa", "repair"),
    Duty.UPGRADE: ("nâng cấp", "upgrade"),
}
"""Each in Vietnamese and in English."""


def words_of(duties: Sequence[Duty]) -> tuple[str, str]:
    """*duties* as a list, in Vietnamese and in English."""
    return ", ".join(DUTY_WORDS[duty][0] for duty in duties), ", ".join(DUTY_WORDS[duty][1] for duty in duties)
