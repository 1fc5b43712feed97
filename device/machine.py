"""Which machine this is: what a memory card does not take along when it is put into another one."""

import unicodedata

from device.paths import Paths

# Not the serial number of a PC's firmware: only root can read that, and all programs must see the same.
_PLACES = ("proc/device-tree/serial-number", "etc/machine-id")


def serial(paths: Paths) -> str | None:
    """The serial number of the Pi; elsewhere the machine-id, which a copied card takes along; None where there is neither."""
    for place in _PLACES:
        try:
            found = (paths.root / place).read_bytes()[:300].decode("ascii", "replace")
        except OSError:
            continue
        plain = "".join(sign for sign in found if unicodedata.category(sign) not in ("Cc", "Cs")).strip()
        if plain:
            return plain
    return None
