"""A real sshd on the loopback, with a folder, a key and an account of nobody but whoever runs the test."""

import getpass
import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from tests.audio.conftest import until

CONFIG = """
ListenAddress 127.0.0.1:{port}
HostKey {folder}/host
AuthorizedKeysFile {folder}/authorized
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
"""

ONLY_A_TUNNEL = 'restrict,port-forwarding,permitlisten="localhost:*",command="/usr/sbin/nologin"'


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


class Sshd:
    """In *folder*; `authorize` lets a key in."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port, self.user = folder, free_port(), getpass.getuser()
        folder.mkdir(parents=True)
        key = Ed25519PrivateKey.generate()
        (folder / "host").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))
        (folder / "host").chmod(0o600)
        self.host_key = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
        (folder / "config").write_text(CONFIG.format(port=self.port, folder=folder), encoding="utf-8")
        (folder / "authorized").touch()

    def authorize(self, key: str) -> None:
        """Let *key* in, for a tunnel and nothing else, as docs/orders.md advises."""
        (self.folder / "authorized").write_text(f"{ONLY_A_TUNNEL} {key}\n", encoding="utf-8")

    @contextmanager
    def running(self) -> Iterator[None]:
        """While it runs; a session ends with its client."""
        if os.getuid() == 0:
            # Where root's sshd wants its children to live; Debian's own service makes it at its start.
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        with (self.folder / "log").open("ab") as log:
            command = ["/usr/sbin/sshd", "-D", "-e", "-f", self.folder / "config"]
            process = subprocess.Popen(command, stderr=log, stdin=subprocess.DEVNULL)
            try:
                until(self._listens, "sshd")
                yield
            finally:
                process.terminate()
                process.wait()

    def _listens(self) -> bool:
        with socket.socket() as there:
            return there.connect_ex(("127.0.0.1", self.port)) == 0
