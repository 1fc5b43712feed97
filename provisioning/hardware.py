"""Whose hardware a unit is: the serial numbers that its parts tell, and the version of the software that asks."""

import importlib.metadata

from device.block import block_device, card_folder
from device.connectors import Connectors
from device.machine import serial
from device.paths import Paths
from device.sysfs import text
from provisioning.probes.link import COMMANDS, pairs, run

_NAME, _SERIAL = 0xFC, 0xFF
"""Tags of EDID's display descriptors (VESA E-EDID 1.4, 3.10.3)."""


def software() -> str:
    """The version of this software."""
    return importlib.metadata.version("bangtin")


def serials(paths: Paths) -> dict[str, str]:
    """By part: machine, card, screen, sim and network. What a part does not tell is missing."""
    found = {
        "machine": serial(paths) or "",
        "card": _card(paths),
        "screen": _screens(paths),
        "sim": pairs(run(COMMANDS["sim"])).get("sim.properties.iccid", ""),
        "network": _network(paths),
    }
    return {part: text[:300] for part, text in found.items() if text}


def edid_identity(edid: bytes) -> str:
    """Maker, model and serial number of a monitor, as far as its EDID of 128 bytes or more says; empty for none."""
    if len(edid) < 128 or edid[:8] != bytes.fromhex("00ffffffffffff00"):
        return ""
    letters = int.from_bytes(edid[8:10])
    maker = "".join(chr(64 + (letters >> shift & 31)) for shift in (10, 5, 0))
    texts = {edid[at + 3]: edid[at + 5 : at + 18] for at in range(54, 126, 18) if edid[at : at + 3] == bytes(3)}
    name, number = (_plain(texts.get(tag, b"")) for tag in (_NAME, _SERIAL))
    return " ".join(part for part in (maker, name, number or str(int.from_bytes(edid[12:16], "little") or "")) if part)


def _plain(text: bytes) -> str:
    return "".join(chr(sign) for sign in text.split(b"\n")[0] if 32 <= sign < 127).strip()


def _screens(paths: Paths) -> str:
    told = []
    for connector in Connectors(paths.connectors).look():
        if connector.connected and connector.edid:
            told.append(edid_identity((paths.connectors / connector.name / "edid").read_bytes()))
    return "; ".join(filter(None, told))


def _card(paths: Paths) -> str:
    folder = card_folder(block_device(paths, paths.state)) if paths.state.exists() else None
    if folder is None:
        return ""
    return " ".join(filter(None, (text(folder / name) for name in ("manfid", "name", "serial", "date"))))


def _network(paths: Paths) -> str:
    """The addresses of real network cards: those have a device behind them."""
    folders = sorted((paths.root / "sys/class/net").glob("*/device"))
    return "; ".join(f"{each.parent.name} {address}" for each in folders if (address := text(each.with_name("address"))))
