"""The unit's link as the kernel lists it: what carries the default route, and the bytes that each interface has counted."""

from pathlib import Path

from agent.health.traffic import Counters
from device.paths import Paths
from device.routes import default_interfaces
from device.sysfs import text, whole_number
from evidence.health import LinkKind

ETHERNET, PPP, RAW_IP = 1, 512, 519
"""ARPHRD_* of Linux."""
MODEMS = frozenset(("qmi_wwan", "cdc_mbim", "huawei_cdc_ncm", "cdc_ether", "rndis_host"))
"""Drivers of USB modems, the last two also of telephones that share their link."""


def link_kind(paths: Paths) -> LinkKind | None:
    """What carries the unit's default route; None when the kernel does not say, or for what is none of these, as a tunnel."""
    interfaces = default_interfaces(paths)
    if interfaces is None:
        return None
    return _kind(_folder(paths, interfaces[0])) if interfaces else LinkKind.NONE


def counters(paths: Paths) -> Counters:
    """By interface of the machine itself; what tunnels and bridges carry is among that already."""
    lines = text(paths.root / "proc/net/dev").splitlines()[2:]
    rows = {name.strip(): values.split() for name, _, values in (line.partition(":") for line in lines)}
    return {name: (int(values[0]), int(values[8])) for name, values in rows.items() if len(values) > 8 and _is_real(_folder(paths, name))}


def _folder(paths: Paths, interface: str) -> Path:
    return paths.root / "sys/class/net" / interface


def _is_real(folder: Path) -> bool:
    return (folder / "device").exists() or whole_number(folder / "type") == PPP


def _kind(folder: Path) -> LinkKind | None:
    if (folder / "wireless").exists() or (folder / "phy80211").exists():
        return LinkKind.WIFI
    kind = whole_number(folder / "type")
    if kind in (PPP, RAW_IP) or "DEVTYPE=wwan" in text(folder / "uevent").split() or _driver(folder) in MODEMS:
        return LinkKind.MOBILE
    return LinkKind.CABLE if kind == ETHERNET and (folder / "device").exists() else None


def _driver(folder: Path) -> str:
    link = folder / "device" / "driver"
    return link.resolve().name if link.exists() else ""
