"""The next step of an uncommissioned unit, as provisioning tells board and loudspeaker: one file in RAM, which ends with the boot."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from bundle.base import Line, Model, UnitId
from device.candidate import key
from device.own import read_own
from device.paths import Paths
from device.status import write_volatile
from evidence.pairing import Code
from evidence.records import Stamp
from evidence.self_test import SelfTest, Words


class Step(StrEnum):
    """What a unit waits for on its way to being commissioned, in this order: the first that is not done is the next step."""

    STARTING = "starting"
    STORAGE = "storage"
    BOOT_FILE = "boot-file"
    NETWORK = "network"
    CLOCK = "clock"
    REGISTRY = "registry"
    SCAN = "scan"
    VILLAGE = "village"
    CONFIRM = "confirm"
    DONE = "done"

    @property
    def number(self) -> int:
        """Its place on the label of the box and the number of its beeps; ``STARTING`` and ``DONE`` have none (0)."""
        return 0 if self is Step.DONE else list(Step).index(self)


class Trouble(Model):
    """What stands between the unit and its next step: *where*, *what* is wrong and what to *do*."""

    where: Words
    what: Words
    do: Words | None = None


class Access(Model):
    """The unit's own page is open at *address* *until* so many seconds of this boot (monotonic), to whoever types the *pin*.

    *ssid* and *passphrase* are those of its own hotspot, missing when it is reached by a network that was there before.
    """

    pin: Annotated[str, Field(pattern=r"^[0-9]{4,8}$", repr=False)]
    address: Line
    until: Annotated[float, Field(ge=0)]
    ssid: Line | None = None
    passphrase: Annotated[str | None, Field(pattern=r"^[\x20-\x7e]{8,63}$", repr=False)] = None


class FirstBoot(Model):
    """``/run/bangtin/first-boot.json``: the next *step*, and everything that a person in front of the unit needs for it.

    *link* is the text of the QR code and *code* the six figures to type, while a technician is to accept the unit. *troubles* are
    all at once. *progress* is what the unit is doing about it now.
    """

    format: Literal[1] = 1
    at: Stamp
    step: Step
    unit: UnitId | None = None
    fingerprint: Line | None = None
    link: Line | None = None
    code: Code | None = None
    progress: Words | None = None
    troubles: tuple[Trouble, ...] = ()
    tests: tuple[SelfTest, ...] = ()
    access: Access | None = None


def write_first_boot(paths: Paths, told: FirstBoot) -> None:
    """Put it where board and loudspeaker look; only the service of provisioning does that."""
    write_volatile(paths.first_boot, told.model_dump_json(exclude_none=True).encode())


def read_first_boot(paths: Paths) -> FirstBoot | None:
    """What provisioning last said, ``None`` when it said nothing readable."""
    try:
        return read_own(FirstBoot, paths.first_boot)
    except (OSError, ValidationError):
        return None


class NextStep:
    """The next step; asked many times a second, so the file is read only when it was replaced."""

    def __init__(self, paths: Paths) -> None:
        self._paths = paths
        self._seen: object = None
        self._told: FirstBoot | None = None

    def now(self, boot: str) -> FirstBoot | None:
        """What was said in this *boot*, ``None`` when nothing was."""
        seen = key(self._paths.first_boot)
        if seen != self._seen:
            self._seen, self._told = seen, read_first_boot(self._paths)
        return self._told if self._told is not None and self._told.at.boot == boot else None
