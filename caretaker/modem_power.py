"""``python -m caretaker.modem_power``: switches the modem's own USB port off for a moment, because the agent asked for it."""

import logging
import sys
import threading
from pathlib import Path

from bundle.errors import Refused
from device.clock import make_clock
from device.paths import Paths
from device.service import PowerLine
from device.settings import load_settings
from device.status import BELIEVED, fresh, read_status

USB = "sys/bus/usb/devices"
"""What is plugged in, and the hubs' ports, as the kernel lists them."""
log = logging.getLogger(__name__)


def main(paths: Paths) -> int:
    """Obey the request that is there, once; 0 when the port is on again. Which port it is only the unit's settings say."""
    paths.modem_power.unlink(missing_ok=True)
    try:
        settings = load_settings(paths.unit_toml)
    except Refused as refused:
        log.error("%s", refused)
        return 1
    power = settings.modem.power if settings.modem else None
    if power is None:
        log.error("unit.toml không có [modem.power] / has no such table")
        return 1
    voice, now = read_status(paths, "audio"), make_clock(settings, paths).now()
    if voice is not None and fresh(voice, now, BELIEVED) and voice.sounding is not None:
        log.warning("loa đang phát, không tắt cổng modem / something sounds: the modem's port stays on")
        return 1
    return cycle(paths, power)


def cycle(paths: Paths, power: PowerLine) -> int:
    """Switch the modem's port off and on; on again also when the wait is cut off. A kernel before 6.0 can only have it begin anew."""
    switch = port(paths, power.usb)
    if switch.exists():
        off, on, done = "1", "0", "cổng đã tắt; chỉ hub biết cắt điện mới cắt / the port was off: only a hub that can switch power took it"
    else:
        switch = paths.root / USB / power.usb / "authorized"
        off, on, done = "0", "1", "modem đã khởi động lại cổng, vẫn có điện / a reset: it was taken off the bus and kept its power"
    try:
        switch.write_text(off)
        try:
            threading.Event().wait(power.off_seconds)
        finally:
            switch.write_text(on)
    except OSError as problem:
        log.error("%s: %s", switch, problem.strerror)
        return 1
    log.info("%s, %g s: %s", power.usb, power.off_seconds, done)
    return 0


def port(paths: Paths, usb: str) -> Path:
    """The switch of the hub's port that carries the device *usb* (the kernel's Documentation/ABI/testing/sysfs-bus-usb, ``disable``)."""
    hub, _, number = usb.rpartition("." if "." in usb else "-")
    interface, name = (f"{hub}:1.0", hub) if "-" in hub else (f"{hub}-0:1.0", f"usb{hub}")
    return paths.root / USB / interface / f"{name}-port{number}" / "disable"


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="modem-power: %(message)s")
    sys.exit(main(Paths.from_environment()))
