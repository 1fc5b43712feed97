"""``python -m caretaker.tunnel``: keeps the support tunnel of the unit's settings open while an order wants it, and never longer."""

import logging
import os
import re
import selectors
import subprocess
import sys
from collections.abc import Callable, Sequence
from io import FileIO
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat, load_ssh_private_key

from caretaker.settings import settings_of
from device.boottime import boottime
from device.durable import replace
from device.paths import Paths
from device.service import SupportSettings
from device.status import write_volatile
from device.tunnel import TunnelState, Wanted, read_wanted

LOOK, AGAIN, DYING = 1.0, 20.0, 5.0
"""Seconds: between two looks whether it is still wanted, until a new try, and until one that ends is killed."""
_ALLOCATED = re.compile(r"Allocated port (\d+) for remote forward")
log = logging.getLogger(__name__)


def main() -> int:
    """Open it as long as it is wanted; 0 also when nobody wants it or the settings name none."""
    logging.basicConfig(level=logging.INFO, format="tunnel: %(message)s")
    paths = Paths.from_environment()
    support, wanted = settings_of(paths).support, read_wanted(paths)
    if support is None or wanted is None:
        log.warning("unit.toml không có [support], hoặc không ai cần / has no such table, or nobody wants it")
        return 0
    Tunnel(paths, support, wanted).run()
    return 0


class Tunnel:
    """The tunnel for *wanted* by *support*; *now* is seconds of this boot."""

    def __init__(self, paths: Paths, support: SupportSettings, wanted: Wanted, now: Callable[[], float] = boottime) -> None:
        self._paths, self._support, self._wanted, self._now = paths, support, wanted, now
        self._known = paths.tunnel_state.with_name("known_hosts")
        self._state = TunnelState(order=wanted.order, key=own_key(paths.tunnel_key))
        self._said = ""

    def run(self) -> None:
        """Until it is not wanted any more: a connection that is lost is made again."""
        write_volatile(self._known, f"support {self._support.host_key}\n".encode())
        while self._still_wanted():
            self._once()
            tried = self._now()
            while self._still_wanted() and self._now() - tried < AGAIN:
                selectors.DefaultSelector().select(LOOK)
        log.info("đã đóng / closed")

    def _once(self) -> None:
        """One connection, to its end."""
        reading, writing = os.pipe()
        # Without a buffer: a line that waited in one would not be seen by the selector.
        with os.fdopen(reading, "rb", 0) as told:
            try:
                ssh = subprocess.Popen(self._command(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=writing)
            finally:
                os.close(writing)
            try:
                self._attend(told)
            finally:
                ssh.terminate()
                try:
                    ssh.wait(DYING)
                except subprocess.TimeoutExpired:
                    ssh.kill()
                    ssh.wait()
        if self._still_wanted():
            self._tell(open=False, detail=self._said or f"ssh kết thúc / ended: {ssh.returncode}")

    def _attend(self, told: FileIO) -> None:
        """Hear what ssh says, until it ends or is not wanted any more."""
        with selectors.DefaultSelector() as selector:
            selector.register(told, selectors.EVENT_READ)
            while self._still_wanted():
                if selector.select(LOOK):
                    line = told.readline()
                    if not line:
                        return
                    self._hear(line.decode(errors="replace").strip())

    def _hear(self, line: str) -> None:
        log.info("%s", line)
        self._said = line or self._said
        if found := _ALLOCATED.search(line):
            self._tell(open=True, port=int(found[1]), detail=line)

    def _tell(self, **said: object) -> None:
        self._state = self._state.model_copy(update=said)
        write_volatile(self._paths.tunnel_state, self._state.model_dump_json().encode())

    def _still_wanted(self) -> bool:
        return read_wanted(self._paths) == self._wanted and self._now() < self._wanted.until

    def _command(self) -> Sequence[str]:
        """ssh with nothing of what else stands on this machine. Port 0: the other end chooses one and says which."""
        options = {
            "BatchMode": "yes",
            "ConnectTimeout": "20",
            "ExitOnForwardFailure": "yes",
            "ForwardAgent": "no",
            "GlobalKnownHostsFile": "/dev/null",
            "HostKeyAlias": "support",
            "IdentitiesOnly": "yes",
            "IdentityAgent": "none",
            "IdentityFile": str(self._paths.tunnel_key),
            "PreferredAuthentications": "publickey",
            "ServerAliveCountMax": "3",
            "ServerAliveInterval": "15",
            "StrictHostKeyChecking": "yes",
            "UpdateHostKeys": "no",
            "UserKnownHostsFile": str(self._known),
        }
        way = f"{self._state.port}:127.0.0.1:{self._support.reaches}"
        told = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
        return [
            "ssh",
            "-F",
            "none",
            "-N",
            "-T",
            *told,
            "-R",
            way,
            "-p",
            str(self._support.port),
            "-l",
            self._support.user,
            self._support.host,
        ]


def own_key(path: Path) -> str:
    """The public half of the tunnel's own key, which is made at the first use and never leaves the unit."""
    if not path.exists():
        made = Ed25519PrivateKey.generate()
        replace(path, made.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()), 0o600)
    key = load_ssh_private_key(path.read_bytes(), None)
    return key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()


if __name__ == "__main__":
    sys.exit(main())
