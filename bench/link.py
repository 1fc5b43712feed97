"""A thin link on this machine: real TCP over a network device whose packets this program delays, slows down and loses.

The kernel sends every packet for the other end of the device to this program, which drops some, lets the others wait for their
turn at the link's rate, and gives them back with source and destination exchanged (a checksum does not see that). So both ends
are on one machine and nothing of TCP is imitated. It works in a network namespace of its own and needs no privilege.
"""

import asyncio
import fcntl
import os
import random
import struct
import subprocess
import time
from dataclasses import dataclass, field

HERE, THERE, PORT = "10.213.0.1", "10.213.0.2", 8080
"""What listens at ``HERE:PORT`` is reached over the link at ``THERE:PORT``."""
NAMESPACE = ("unshare", "--user", "--map-root-user", "--net")


@dataclass
class Link:
    """*rate* in bit/s each way, *round_trip* in seconds, *loss* a share of the packets, *queue* in seconds of packets held per direction.

    It opens the device, and counts what it carried.
    """

    rate: int
    round_trip: float
    loss: float = 0.0
    queue: float = 0.5
    dropped: int = 0
    packets: int = 0
    carried: int = 0
    down: bool = False
    device: int = field(default_factory=lambda: _device())

    def __post_init__(self) -> None:
        self._free = [0.0, 0.0]
        self._chance = random.Random(7)  # noqa: S311 - the same losses in every run

    def take(self) -> None:
        """One packet that the kernel sends."""
        packet = os.read(self.device, 65536)
        if packet[0] >> 4 != 4 or packet[9] != 6:
            return
        self.packets += 1
        self.carried += len(packet)
        direction = int(struct.unpack("!H", packet[22:24])[0] == PORT)
        now = time.monotonic()
        start = max(now, self._free[direction])
        if self.down or self._chance.random() < self.loss or start - now > self.queue:
            self.dropped += 1
            return
        self._free[direction] = start + len(packet) * 8 / self.rate
        turned = packet[:12] + packet[16:20] + packet[12:16] + packet[20:]
        loop = asyncio.get_running_loop()
        loop.call_at(loop.time() + self._free[direction] - now + self.round_trip / 2, self._give, turned)

    def _give(self, packet: bytes) -> None:
        if not self.down:
            os.write(self.device, packet)


def _device() -> int:
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    tun, no_header, set_name = 1, 0x1000, 0x400454CA
    fcntl.ioctl(device, set_name, struct.pack("16sH", b"village", tun | no_header))
    for line in ("link set lo up", f"addr add {HERE}/24 dev village", "link set village mtu 1400 up"):
        subprocess.run(["ip", *line.split()], check=True)
    return device
