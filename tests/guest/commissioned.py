"""A unit that came from a bare card to a confirmed site as a technician brings it there: once for all files, and kept as an image."""

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image as Picture

from device.first_boot import FirstBoot
from device.paths import Paths
from tests.display.gallery.checks import decoded
from tests.guest.central import Central, OnTheBoard
from tests.guest.glass import Glass
from tests.guest.image import Image
from tests.guest.machine import NETWORK, Machine
from tests.guest.showing import WIRING as BOARD
from tests.guest.speaking import WIRING as LINES
from tests.guest.unit import GuestUnit

OFTEN = "[agent]\npoll_seconds = 20\n"
"""A unit asks and reports every quarter of an hour unless something is urgent; nobody waits for that here."""


@dataclass(frozen=True)
class Commissioned:
    """The *image* of the unit after it was confirmed and switched off; *central* goes on.

    *setup*: the picture of its board from which the technician scanned; *seen*: what was read there; *told*: what provisioning said then.
    """

    image: Image
    central: Central
    setup: Picture.Image
    seen: OnTheBoard
    told: FirstBoot

    @property
    def root_digest(self) -> str:
        """SHA-256 of the registry's own root, in hex."""
        return hashlib.sha256(self.central.publisher.root_bytes).hexdigest()


def commission(image: Image, folder: Path) -> Commissioned:
    """From the first power to a confirmed site, over the network."""
    now = datetime.now(UTC)
    central = Central(folder, now)
    machine = Machine(image, folder / "m", now, screen=True, more=NETWORK)
    unit = GuestUnit(machine, folder / "u")
    there = Paths()
    # As on a card that was prepared at a PC: the unit finds the file when it starts.
    machine.commands.run("mkdir -p /boot/firmware")
    machine.commands.put("/boot/firmware/bangtin.toml", f'registry = "{central.url}"\nplain_http = true\n{LINES}{BOARD}{OFTEN}'.encode())
    machine.commands.begin("sync; systemctl reboot")
    machine.commands.up(boots=2)
    unit.trust_clock()
    for word in ("link", "amplifier pins"):
        machine.commands.run(f"until grep -qs '\"{word}\"' {there.first_boot}; do sleep 0.5; done")
    told = FirstBoot.model_validate_json(machine.commands.get(there.first_boot))
    glass = Glass(machine, folder / "glass")
    setup = glass.until(lambda look: bool(decoded(glass.keep(look, "scanned"))), "a QR code on the board")
    (link,) = decoded(glass.keep(setup, "set-up page"))
    seen = OnTheBoard(link, told.code or "")
    central.let_in(seen)
    machine.commands.run(f"until test -e {there.unit_json}; do sleep 0.5; done")
    machine.commands.run("bangtin provision confirm --yes")
    machine.commands.run("sync")
    machine.power_off()
    disk = folder / "commissioned.qcow2"
    machine.layer.rename(disk)
    central.remember()
    return Commissioned(replace(image, disk=disk), central, setup, seen, told)
