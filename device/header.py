"""The chip whose lines are the pins of a Raspberry Pi's header, known by the label that its driver gives it and never by its number.

Numbers differ between kernels: on a Pi 5 ``gpiochip0`` may be lines inside the processor, of which one that is driven does harm.
Labels: ``drivers/pinctrl/bcm/pinctrl-bcm2835.c`` (Pi 0 to 3, and 4) and ``drivers/pinctrl/pinctrl-rp1.c`` (Pi 5) of the kernel.
"""

from collections.abc import Iterable
from pathlib import Path

import lgpio

from device.errors import AmplifierLost

LABELS = ("pinctrl-bcm2835", "pinctrl-bcm2711", "pinctrl-rp1")
WANTED = "pinctrl-bcm2835/bcm2711/rp1"


def numbers() -> tuple[int, ...]:
    """The numbers of the kernel's chips."""
    found = (path.name.removeprefix("gpiochip") for path in Path("/dev").glob("gpiochip*"))
    return tuple(sorted(int(number) for number in found if number.isdecimal()))


def label(handle: int) -> str:
    """What the driver of an opened chip calls it."""
    return str(lgpio.gpio_get_chip_info(handle)[3])


def header() -> int:
    """The number of the header's chip; ``AmplifierLost`` says which others are there."""
    seen = set()
    for number in numbers():
        try:
            handle = lgpio.gpiochip_open(number)
        except lgpio.error as problem:
            seen.add(f"gpiochip{number}: {problem}")
            continue
        called = label(handle)
        lgpio.gpiochip_close(handle)
        if called in LABELS:
            return number
        seen.add(called)
    raise AmplifierLost(other_chip(seen))


def other_chip(seen: Iterable[str]) -> str:
    """The sentence that no line of the chips *seen* will be driven: short, for a status has room for 300 characters."""
    found = ", ".join(sorted({each.partition("@")[0] for each in seen})[:2]) or "–"
    return (
        f"không mở được chân GPIO: thấy {found}, cần {WANTED}; dùng Raspberry Pi OS 64-bit"
        f" / GPIO pins cannot be opened: found {found}, expected {WANTED}; use 64-bit Raspberry Pi OS"
    )
