"""The 40-pin header of a Raspberry Pi, and a picture of it with what is wired to it."""

from collections.abc import Iterable

from rich.table import Table

from device.settings import Pull, Wire

POWER = {1: "3V3", 2: "5V", 4: "5V", 17: "3V3"} | dict.fromkeys((6, 9, 14, 20, 25, 30, 34, 39), "GND")
"""What stands at a position that is no GPIO."""
_GPIO = {3: 2, 5: 3, 7: 4, 8: 14, 10: 15, 11: 17, 12: 18, 13: 27, 15: 22, 16: 23, 18: 24, 19: 10, 21: 9, 22: 25, 23: 11, 24: 8, 26: 7}
_GPIO |= {27: 0, 28: 1, 29: 5, 31: 6, 32: 12, 33: 13, 35: 19, 36: 16, 37: 26, 38: 20, 40: 21}
POSITIONS = {pin: position for position, pin in _GPIO.items()}
"""Where a BCM pin stands on the header: what a technician counts."""


def pulled_up_at_power_on(pin: int) -> bool:
    """Whether the chip pulls *pin* up until somebody says otherwise: BCM 0 to 8, the others down (BCM2835 ARM Peripherals, table 6-31)."""
    return pin <= 8


def picture(wires: Iterable[Wire]) -> Table:
    """The header as it lies before the technician, the corner with pin 1 up left."""
    uses = {wire.pin: wire for wire in wires}
    table = Table(title="Đầu nối 40 chân · 40-pin header", pad_edge=False)
    for heading, side in (("dùng cho", "right"), ("", "right"), ("chân", "right"), ("pin", "left"), ("", "left"), ("use", "left")):
        table.add_column(heading, justify="right" if side == "right" else "left")
    for odd in range(1, 41, 2):
        left, right = odd, odd + 1
        table.add_row(_use(left, uses), _name(left), str(left), str(right), _name(right), _use(right, uses))
    return table


def _name(position: int) -> str:
    return POWER.get(position) or f"GPIO{_GPIO[position]}"


def _use(position: int, uses: dict[int, Wire]) -> str:
    wire = uses.get(_GPIO.get(position, -1))
    if wire is None:
        return ""
    level = "cao·high" if wire.active_high else "thấp·low"
    match wire.pull:
        case None:
            return f"[bold]{wire.name}[/] ra·out {level}"
        case Pull.UP | Pull.DOWN | Pull.NONE:
            return f"[bold]{wire.name}[/] vào·in {level}"
