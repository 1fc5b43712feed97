"""``python -m caretaker.modem_power``: takes the modem's power for a moment at its own USB port, because the agent asked for it."""

import logging
import sys
import threading

from bundle.errors import Refused
from device.clock import make_clock
from device.paths import Paths
from device.service import PowerLine
from device.settings import load_settings
from device.status import BELIEVED, fresh, read_status

log = logging.getLogger(__name__)


def main(paths: Paths) -> int:
    """Obey the request that is there, once; 0 when the power is on again. Which port it is only the unit's settings say."""
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
        log.warning("loa đang phát, không ngắt nguồn modem / something sounds: the modem keeps its power")
        return 1
    return cycle(paths, power)


def cycle(paths: Paths, power: PowerLine) -> int:
    """Take the device off the bus and put it back; back also when the wait is cut off."""
    switch = paths.usb_devices / power.usb / "authorized"
    try:
        switch.write_text("0")
        try:
            threading.Event().wait(power.off_seconds)
        finally:
            switch.write_text("1")
    except OSError as problem:
        log.error("%s: %s", switch, problem.strerror)
        return 1
    log.info("modem ở cổng USB %s đã tắt %g giây / had no power for these seconds", power.usb, power.off_seconds)
    return 0


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="modem-power: %(message)s")
    sys.exit(main(Paths.from_environment()))
