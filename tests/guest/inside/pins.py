"""Runs in the guest once per boot: makes the guest a Pi as far as gpiozero looks, with simulated GPIO lines that all are pulled down."""

import subprocess
from pathlib import Path

CHIP = Path("/sys/kernel/config/gpio-sim/pi")
LINES = 54
PULLED_UP = (22,)
"""Wired with a resistor to 3.3 V; all others are pulled down, as most pins of a Pi are when it starts."""
REVISION = "c03112"
"""A Raspberry Pi 4 Model B; gpiozero asks /proc/cpuinfo for it."""


def main() -> None:
    """Load the simulator, make the chip live, and put the board's revision where it is looked for."""
    subprocess.run(["modprobe", "-a", "configfs", "gpio-sim"], check=True)
    bank = CHIP / "bank0"
    bank.mkdir(parents=True)
    (bank / "num_lines").write_text(f"{LINES}\n")
    (bank / "label").write_text("pinctrl-bcm2835\n")
    (CHIP / "live").write_text("1\n")
    (chip,) = Path("/sys/devices/platform").glob("gpio-sim*/gpiochip*")
    for line in PULLED_UP:
        (chip / f"sim_gpio{line}/pull").write_text("pull-up\n")
    cpuinfo = Path("/run/cpuinfo")
    cpuinfo.write_text(Path("/proc/cpuinfo").read_text() + f"\nHardware\t: BCM2835\nRevision\t: {REVISION}\n")
    subprocess.run(["mount", "--bind", cpuinfo, "/proc/cpuinfo"], check=True)


if __name__ == "__main__":
    main()
