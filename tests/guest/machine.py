"""One emulated machine: QEMU with the guest's disk, a sound card that records, a USB bus, a hardware watchdog, two ports to the guest."""

import ctypes
import os
import selectors
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from tests.guest.commands import Commands
from tests.guest.image import Image
from tests.guest.levels import Levels
from tests.guest.monitor import Monitor
from tests.simulators.publisher import START

CLOCK = START + timedelta(hours=1)
"""The guest lives at the date of the test's publisher: nothing in it is shifted."""
MEMORY_MB, PROCESSORS = 1024, 1  # a second one costs emulation more than it brings
PR_SET_PDEATHSIG = 1
KERNEL_LINE = "root=/dev/vda quiet loglevel=4 mitigations=off audit=0 systemd.show_status=0 net.ifnames=0"
NO_OTHER_PINS = "initcall_blacklist=pl061_gpio_driver_init"
"""An arm64 machine of QEMU's has eight pins of its own, for its power button, which would be ``gpiochip0`` before those of a Pi."""
HDA = ("-device", "intel-hda", "-device", "hda-output,audiodev=card")
USB_CARD = ("-device", "usb-audio,id=usbcard,bus=xhci.0,audiodev=card")
NETWORK = ("-netdev", "user,id=net", "-device", "virtio-net-pci,netdev=net,id=nic,romfile=")
HERE_IN_THE_GUEST = "10.0.2.2"
"""What that network calls the machine out here."""
VIEW = "view"
"""The socket at which somebody may look at the screen, and be a monitor of another size (RFB)."""
SCREEN = (1280, 720)
"""What the machine's own screen prefers; smaller than a unit's, because emulation composes every pixel."""


class Machine:
    """*folder* keeps its disk layer, what it said and what it played; the same folder again is the same machine after a power cut.

    *clock* is what its battery clock shows at the start; *screen*: it has a graphics card with a screen; *without*: units that its
    systemd is told to leave alone; *more*: whatever else QEMU should plug in.
    """

    def __init__(
        self,
        image: Image,
        folder: Path,
        clock: datetime,
        card: Sequence[str] = HDA,
        screen: bool = False,
        without: Sequence[str] = (),
        more: Sequence[str | Path] = (),
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.image, self.folder, self.wav = image, folder, folder / "card.wav"
        if not self.layer.exists():
            image.lay_over(self.layer)
        self.monitor: Monitor | None = None
        self._began = time.monotonic()
        masks = "".join(f" systemd.mask={unit}" for unit in without)
        with (folder / "qemu.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*_command(image, folder, clock, masks), *card, *(_screen(folder) if screen else ()), *more],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=_end_with_us,
            )
        try:
            self.monitor = Monitor(self._connect("monitor"))
            self.levels = Levels(self._connect("pins"))
            self.commands = Commands(self._connect("commands"))
            self.commands.up()
        except BaseException:
            self.cut()
            raise
        self.boot_seconds = time.monotonic() - self._began

    @property
    def layer(self) -> Path:
        """What this machine has written, over its image."""
        return self.folder / "layer.qcow2"

    def cut(self) -> None:
        """The power goes: not one more instruction in the guest or in QEMU."""
        self.process.kill()
        self.process.wait()
        self._ended()

    def close(self) -> None:
        """The guest's power goes too, but QEMU closes its files: only then the recording's header says how long it is."""
        with suppress(EOFError, OSError):  # it has ended already
            self.monitor.do("quit")
        self.process.wait(60)
        self._ended()

    def power_off(self) -> None:
        """As its button is pressed: the guest ends in good order."""
        self.commands.begin("systemctl poweroff")
        self.monitor.until("SHUTDOWN")
        self.process.wait(60)
        self._ended()

    def console(self) -> str:
        """What the guest's kernel and systemd wrote to the serial line."""
        return (self.folder / "console.log").read_text(encoding="utf-8", errors="replace")

    def _ended(self) -> None:
        if self.monitor is not None:
            self.monitor.close()

    def _connect(self, name: str) -> socket.socket:
        link = socket.socket(socket.AF_UNIX)
        with selectors.DefaultSelector() as pause:
            while self.process.poll() is None:
                try:
                    link.connect(str(self.folder / name))
                    return link
                except OSError:
                    pause.select(0.01)
        link.close()
        raise RuntimeError(f"QEMU: {(self.folder / 'qemu.log').read_text(encoding='utf-8')[-800:]}")


def plug_usb_card(machine: Machine) -> None:
    """Plug the USB sound card in again, after it was pulled out (``device_del``)."""
    machine.monitor.do("device_add", driver="usb-audio", id="usbcard", bus="xhci.0", audiodev="card")


def _end_with_us() -> None:
    """In the child: when the tests are killed, no QEMU is left over; and it goes before whatever else runs here, if it may.

    While the guest idles its clock follows this machine's: woken late, that clock jumps, and its sound card drops what it could not play.
    """
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    with suppress(PermissionError):
        os.nice(-10)


def _command(image: Image, folder: Path, clock: datetime, more: str) -> list[str | Path]:
    def port(name: str) -> list[str]:
        socket_ = f"socket,path={folder / name},server=on,wait=off,id={name}"
        return ["-chardev", socket_, "-device", f"virtserialport,chardev={name},name={name}"]

    for name in ("monitor", "commands", "pins", VIEW):
        (folder / name).unlink(missing_ok=True)
    line = f"{KERNEL_LINE} {NO_OTHER_PINS} console={image.architecture.console}{more}"
    # One instruction is one nanosecond of the guest's clock, about one core of a Pi 3, however busy this machine is: what happens in the
    # guest does not depend on us, and waiting in the guest still takes real time.
    return [
        *(*image.architecture.emulator, "-accel", "tcg,thread=single", "-icount", "shift=0"),
        *("-m", str(MEMORY_MB), "-smp", str(PROCESSORS), "-display", "none", "-no-user-config", "-nodefaults"),
        *("-serial", f"file:{folder / 'console.log'}", "-rtc", f"base={clock:%Y-%m-%dT%H:%M:%S},clock=vm"),
        *("-kernel", image.kernel, "-initrd", image.initramfs, "-append", line),
        *("-drive", f"file={folder / 'layer.qcow2'},if=none,id=disk,format=qcow2,cache=writeback", "-device", "virtio-blk-pci,drive=disk"),
        *("-qmp", f"unix:{folder / 'monitor'},server=on,wait=off", "-device", "virtio-rng-pci", "-device", "qemu-xhci,id=xhci"),
        *("-audiodev", f"wav,id=card,path={folder / 'card.wav'},out.frequency=48000"),
        *("-device", "i6300esb", "-action", "watchdog=reset"),
        *("-device", "virtio-serial-pci", *port("commands"), *port("pins")),
    ]


def _screen(folder: Path) -> list[str]:
    # Without a screen of our own (-display none) the viewer is the only one who may tell the card what monitor it has.
    width, height = SCREEN
    return ["-device", f"virtio-gpu-pci,id=screen,xres={width},yres={height}", "-vnc", f"unix:{folder / VIEW}"]
