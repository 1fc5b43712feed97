"""The settings of what serves the unit itself: its own page, the ladder for a modem that hangs, and the support tunnel."""

from typing import Annotated

from pydantic import Field

from bundle.base import Line, Model


class PageSettings(Model):
    """The unit's own page: open for *minutes* at *port*, by its own hotspot unless a Wi-Fi is the unit's link at that time.

    A phone that says nothing for *idle_seconds* may be followed by another. A hold of the button counts for *button_seconds*.
    A unit that is not commissioned opens it by itself when it has waited for a person for *wait_seconds*, once after each start; for
    as long a Wi-Fi is tried that leads to no registry, before its own takes its place.
    """

    minutes: Annotated[float, Field(ge=1, le=120)] = 30.0
    port: Annotated[int, Field(ge=1024, le=65535)] = 8480
    idle_seconds: Annotated[float, Field(ge=10, le=3600)] = 120.0
    button_seconds: Annotated[float, Field(ge=5, le=600)] = 60.0
    wait_seconds: Annotated[float, Field(ge=0, le=600)] = 40.0


class PowerLine(Model):
    """The port that goes off for a moment, *usb* as the kernel names it (``1-1.3``); only some hubs take the modem's power with it."""

    usb: Annotated[str, Field(pattern=r"^[0-9]+-[0-9]+(\.[0-9]+)*$", max_length=40)]
    off_seconds: Annotated[float, Field(ge=1, le=60)] = 5.0


class ModemSettings(Model):
    """A modem that hangs is reset, then its port goes off, then the unit is rebooted; so many of each a day, and never while it sounds.

    *modem* is how ModemManager selects it. It hangs when the registry was not reached for *silent_seconds*; after a step it has
    *settle_seconds* to come back.
    """

    modem: Line = "any"
    silent_seconds: Annotated[float, Field(ge=60, le=86400)] = 1800.0
    settle_seconds: Annotated[float, Field(ge=30, le=3600)] = 300.0
    resets_a_day: Annotated[int, Field(ge=0, le=48)] = 6
    power_cycles_a_day: Annotated[int, Field(ge=0, le=24)] = 3
    reboots_a_day: Annotated[int, Field(ge=0, le=4)] = 1
    power: PowerLine | None = None


class SupportSettings(Model):
    """Where a support tunnel may lead, which only an order opens: *user* at *host* and *port*, who has the public *host_key*.

    There somebody may then reach *reaches*, a port of this unit itself. Nothing of this can come with an order.
    """

    # Neither may begin like an option of ssh.
    host: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9.:-]*$", max_length=253)]
    port: Annotated[int, Field(ge=1, le=65535)] = 22
    user: Annotated[str, Field(pattern=r"^[a-z_][a-z0-9_-]*$", max_length=32)]
    host_key: Annotated[str, Field(pattern=r"^(ssh-ed25519|ecdsa-sha2-nistp(256|384|521)|ssh-rsa) [A-Za-z0-9+/]+={0,2}$", max_length=1000)]
    reaches: Annotated[int, Field(ge=1, le=65535)] = 22
