"""What a person opened on site, as all programs see it: one small file in RAM, which ends with the boot."""

from pydantic import ValidationError

from device.candidate import key
from device.durable import replace
from device.own import read_own
from device.paths import Paths
from director.moment import Moment
from director.override import of_this_boot
from evidence.override import Override


def read_override(paths: Paths) -> Override | None:
    """What was opened last, in whatever boot; a file that cannot be read opens nothing."""
    try:
        return read_own(Override, paths.override)
    except (OSError, ValidationError):
        return None


def write_override(paths: Paths, override: Override) -> None:
    """Put it where display and audio look; only provisioning does that."""
    replace(paths.override, override.model_dump_json().encode())


class Openings:
    """What is open on site; asked ten times a second, so the file is read only when it was replaced."""

    def __init__(self, paths: Paths) -> None:
        self._paths = paths
        self._seen: object = None
        self._override: Override | None = None

    def now(self, moment: Moment) -> Override | None:
        """The opening of this boot, ``None`` when there is none; whether it still holds is the director's to say."""
        seen = key(self._paths.override)
        if seen != self._seen:
            self._seen, self._override = seen, read_override(self._paths)
        return self._override if self._override is not None and of_this_boot(self._override, moment) else None
