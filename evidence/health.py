"""How a unit itself is: supply, card, link and outputs as its own sensors tell. What no sensor tells is absent, never good. Pure."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from bundle.base import Identifier, Model

MB = 1_000_000
Count = Annotated[int, Field(ge=0, lt=2**63)]


class BootReason(StrEnum):
    """Why this boot began; *unclean*: the one before was not ended in order, and this machine cannot tell a power cut from a hang."""

    FIRST = "first"
    ORDERED = "ordered"
    ORDERLY = "orderly"
    POWER = "power"
    WATCHDOG = "watchdog"
    UNCLEAN = "unclean"


class Reserve(StrEnum):
    """What an eMMC says of its spare blocks (``pre_eol_info``, JEDEC JESD84-B51): *used*: 80 % of them are gone; *urgent*: nearly all."""

    NORMAL = "normal"
    USED = "used"
    URGENT = "urgent"


class LinkKind(StrEnum):
    """What carries the unit's default route; *none*: the kernel knows no way out."""

    CABLE = "cable"
    WIFI = "wifi"
    MOBILE = "mobile"
    NONE = "none"


class ScreenState(StrEnum):
    """Whether a screen is plugged in, as the kernel sees it, which says nothing of its lamp; *simulated*: there is none to be seen."""

    PRESENT = "present"
    LOST = "lost"
    SIMULATED = "simulated"


class Health(Model):
    """Each value is one that a sensor or a program told; without one it is absent, and whoever shows it calls it unknown.

    *sags*: the supply is too low now, *sagged*: it was since this boot. *celsius* is the hottest sensor. Of the card: *errors* that its
    file system counted, *read_only*, its *reserve*, the per cent of its *life* that are used (in tens, rounded up) and *free* bytes.
    *received* and *sent* are bytes of this local day through the machine's own interfaces, other programs' too. *reports* wait in the
    outbox beside this one, *blobs* are still to fetch for bundles that wait for them. *lines* is which amplifier lines were last switched
    on: commanded, no more. *pressed*: the unit's stop switch, *stopped*: a stop by it holds.
    """

    boot: BootReason | None = None
    sags: bool | None = None
    sagged: bool | None = None
    celsius: Annotated[int, Field(ge=-100, le=300)] | None = None
    errors: Count | None = None
    read_only: bool | None = None
    reserve: Reserve | None = None
    life: Annotated[int, Field(ge=0, le=110)] | None = None
    free: Count | None = None
    link: LinkKind | None = None
    received: Count | None = None
    sent: Count | None = None
    reports: Count | None = None
    blobs: Count | None = None
    screen: ScreenState | None = None
    lines: Annotated[dict[Identifier, bool], Field(max_length=64)] | None = None
    pressed: bool | None = None
    stopped: bool | None = None

    def known(self) -> dict[str, object]:
        """The values that are there, by name."""
        return {name: value for name in type(self).model_fields if (value := getattr(self, name)) is not None}


STEPS: Mapping[str, Callable[[int], float]] = {
    "celsius": lambda _: 5,
    "free": lambda before: max(64 * MB, before / 20),
    "received": lambda before: max(MB, before / 10),
    "sent": lambda before: max(MB, before / 10),
}
"""By how much a value must differ from the one that was told *before* to be news; of all others every change is."""


def settled(told: Health, now: Health) -> Health:
    """*now*, with what was *told* in the place of each value that moved by less than its step."""
    still = {}
    for name, step in STEPS.items():
        before, value = getattr(told, name), getattr(now, name)
        if before is not None and value is not None and abs(value - before) < step(before):
            still[name] = before
    return now.model_copy(update=still)
