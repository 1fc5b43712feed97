"""Runs in the guest in place of a service's program, with that service's own settings: tries what it must not be able to, and tells."""

import ctypes
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

MS_BIND = 4096
TIMEX = 208
"""Bytes of ``struct timex`` on machines of 64 bits."""
FOLDERS = (
    "/etc", "/usr/lib/bangtin", "/root", "/home", "/media",
    "/var/lib/bangtin", "/var/lib/bangtin/shelf", "/var/lib/bangtin/marks", "/var/lib/bangtin/stop", "/var/lib/bangtin/display",
    *(f"/var/lib/bangtin/journal/{name}" for name in ("agent", "display", "audio", "amplifier", "provisioning")),
)  # fmt: skip
DEVICES = ("/dev/gpiochip0", "/dev/snd/controlC0", "/dev/dri/card0", "/dev/fb0", "/dev/watchdog0", "/dev/vda", "/dev/mem", "/dev/rtc0")


def main(address: str, port: int) -> None:
    """One JSON object: by what was tried, "" when it could be done, else why not."""
    told = {
        **{f"write {folder}": tried(lambda folder=folder: write(Path(folder))) for folder in FOLDERS},
        **{f"open {device}": tried(lambda device=device: os.close(os.open(device, os.O_RDWR))) for device in DEVICES},
        "read key": tried(lambda: Path("/var/lib/bangtin/key").read_bytes()),
        "network": tried(lambda: socket.create_connection((address, port), 3).close()),
        "mount": tried(mount),
        "signal another": tried(lambda: os.kill(1, 0)),
        "ask for the clock's step": tried(ask_for_step),
        "set the clock": tried(lambda: time.clock_settime_ns(0, time.time_ns())),
        "become root": tried(lambda: os.setuid(0)),
        "load a module": tried(lambda: subprocess.run(["/sbin/modprobe", "dummy"], check=True, capture_output=True)),
        "write and execute": tried(write_and_execute),
    }
    said = dict(line.split(":\t", 1) for line in Path("/proc/self/status").read_text().splitlines() if ":\t" in line)
    told["rights"] = " ".join(f"{name}={said[name]}" for name in ("NoNewPrivs", "Seccomp", "CapEff", "CapBnd"))
    print(json.dumps(told))


def tried(what: Callable[[], object]) -> str:
    """Why it failed, as it says itself."""
    try:
        what()
    except Exception as problem:
        return f"{type(problem).__name__}: {problem}"
    return ""


def write(folder: Path) -> None:
    """A file there, for a moment."""
    file = folder / "probe"
    file.write_bytes(b"")
    file.unlink()


def mount() -> None:
    """Lay one folder over another, for a moment."""
    library = ctypes.CDLL(None, use_errno=True)
    if library.mount(b"/tmp", b"/mnt", None, MS_BIND, None):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    library.umount2(b"/mnt", 0)


def ask_for_step() -> None:
    """Whether the kernel's clock is kept in step (adjtimex(2)): nothing is changed by that."""
    library = ctypes.CDLL(None, use_errno=True)
    if library.adjtimex(ctypes.create_string_buffer(TIMEX)) < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def write_and_execute() -> None:
    """Memory as code that was written just now needs it."""
    import mmap

    mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC).close()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
