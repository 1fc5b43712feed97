"""The root file system keeps no times of reading: each would be a write to the card. Pure."""

import re

_LINE = re.compile(r"^(?P<before>[^#\s]\S*\s+/\s+\S+\s+)(?P<options>\S+)(?P<after>.*)$")


def without_reading_times(text: str) -> str | None:
    """An fstab's *text* with ``noatime`` for the root file system; None when nothing is to be changed."""
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if (found := _LINE.match(line)) and "noatime" not in (options := found["options"].split(",")):
            kept = [option for option in options if option not in ("atime", "relatime", "strictatime")]
            lines[number] = f"{found['before']}{','.join([*kept, 'noatime'])}{found['after']}"
            return "\n".join(lines) + "\n"
    return None
