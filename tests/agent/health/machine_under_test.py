"""A machine's /proc and /sys as folders: each helper writes what the kernel of a real one shows."""

import os
from pathlib import Path

from device.paths import Paths

DEV = """Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
"""
ROUTES = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"


def put(paths: Paths, place: str, text: str) -> Path:
    path = paths.root / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def counted_by_kernel(paths: Paths, **interfaces: tuple[int, int]) -> None:
    rows = [f"{name:>6}: {got} 9 0 0 0 0 0 0 {sent} 7 0 0 0 0 0 0\n" for name, (got, sent) in interfaces.items()]
    put(paths, "proc/net/dev", DEV + "".join(rows))


def interface(paths: Paths, name: str, kind: int = 1, driver: str | None = None, uevent: str = "", wireless: bool = False) -> None:
    """An interface with a device behind it; *driver* None is one without, as a tunnel."""
    folder = put(paths, f"sys/class/net/{name}/type", f"{kind}\n").parent
    put(paths, f"sys/class/net/{name}/uevent", uevent)
    if driver is not None:
        (folder / "device").mkdir(exist_ok=True)
        target = paths.root / "sys/bus/usb/drivers" / driver
        target.mkdir(parents=True, exist_ok=True)
        (folder / "device/driver").symlink_to(target)
    if wireless:
        (folder / "wireless").mkdir()


def routes(paths: Paths, *ways: tuple[str, int]) -> None:
    """Default routes by interface and metric, beside that of a network."""
    rows = [f"{name}\t00000000\t0101A8C0\t0003\t0\t0\t{metric}\t00000000\t0\t0\t0\n" for name, metric in ways]
    put(paths, "proc/net/route", ROUTES + "lan9\t0001A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n" + "".join(rows))


def card(paths: Paths, errors: str = "0", **told: str) -> None:
    """The card below the state folder, as the kernel names it for the device that the folder really lies on."""
    paths.state.mkdir(parents=True, exist_ok=True)
    number = paths.state.stat().st_dev
    folder = paths.root / "sys/devices/mmc0/block/mmcblk0/mmcblk0p2"
    folder.mkdir(parents=True)
    link = paths.root / f"sys/dev/block/{os.major(number)}:{os.minor(number)}"
    link.parent.mkdir(parents=True)
    link.symlink_to(folder)
    for name, text in ({"name": "SD32G"} | told).items():
        put(paths, f"sys/devices/mmc0/block/mmcblk0/device/{name}", f"{text}\n")
    put(paths, "sys/fs/ext4/mmcblk0p2/errors_count", f"{errors}\n")
