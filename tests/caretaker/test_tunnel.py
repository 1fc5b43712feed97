"""The support tunnel against a real sshd: only to whom the settings name, only as long as it is wanted, and by a key of its own."""

import os
import signal
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from caretaker import tunnel
from caretaker.tunnel import Tunnel, own_key
from device.boottime import boottime
from device.durable import replace
from device.paths import Paths
from device.service import SupportSettings
from device.tunnel import TunnelState, Wanted, read_tunnel, want
from tests.audio.conftest import until
from tests.deploy.units import DEPLOY
from tests.simulators.sshd import ONLY_A_TUNNEL, Sshd

ORDER = "vn.20/tunnel-1@x"


class Unit:
    """A unit with something to reach on its loopback, which says hello."""

    def __init__(self, folder: Path, hello: int) -> None:
        self.paths, self.sshd = Paths(folder / "unit"), Sshd(folder / "sshd")
        self.hello = hello

    def support(self, **other: object) -> SupportSettings:
        told = {"host": "127.0.0.1", "port": self.sshd.port, "user": self.sshd.user, "host_key": self.sshd.host_key, "reaches": self.hello}
        return SupportSettings.model_validate(told | other)

    def wanted(self, seconds: float = 60.0) -> Wanted:
        now = boottime()
        wanted = Wanted(order=ORDER, since=now, until=now + seconds)
        want(self.paths, wanted)
        return wanted

    @contextmanager
    def open(self, support: SupportSettings, wanted: Wanted) -> Iterator[threading.Thread]:
        running = threading.Thread(target=Tunnel(self.paths, support, wanted).run)
        running.start()
        try:
            yield running
        finally:
            self.paths.tunnel_wanted.unlink(missing_ok=True)
            running.join(20)
            assert not running.is_alive()

    def state(self) -> TunnelState | None:
        return read_tunnel(self.paths, ORDER)

    def opened(self) -> int:
        """The port at the other end, once it is there."""
        return until(lambda: (state := self.state()) and state.open and state.port, "the tunnel") or 0

    def refused(self) -> str:
        return until(lambda: (state := self.state()) and not state.open and state.detail, "a refusal") or ""


def reaches(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), 5) as there:
            return there.recv(5) == b"hello"
    except OSError:
        return False


def ssh_here() -> int:
    """The process of ssh that this one started."""
    children = [int(pid) for file in Path("/proc/self/task").glob("*/children") for pid in file.read_text(encoding="ascii").split()]
    [found] = [pid for pid in children if Path(f"/proc/{pid}/comm").read_text(encoding="ascii") == "ssh\n"]
    return found


@pytest.fixture
def unit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Unit]:
    monkeypatch.setattr(tunnel, "LOOK", 0.05)
    monkeypatch.setattr(tunnel, "AGAIN", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def greet() -> None:
            while True:
                try:
                    there, _ = server.accept()
                except OSError:
                    return
                with there:
                    there.sendall(b"hello")

        threading.Thread(target=greet, daemon=True).start()
        made = Unit(tmp_path, server.getsockname()[1])
        with made.sshd.running():
            yield made
        server.shutdown(socket.SHUT_RDWR)


def test_it_leads_to_the_unit_until_it_is_not_wanted_any_more(unit: Unit) -> None:
    unit.sshd.authorize(own_key(unit.paths.tunnel_key))
    with unit.open(unit.support(), unit.wanted()) as running:
        port = unit.opened()
        assert reaches(port)
        unit.paths.tunnel_wanted.unlink()
        running.join(20)
        assert not running.is_alive()
        assert not reaches(port)


def test_it_ends_at_its_hour_although_nobody_takes_it_back(unit: Unit) -> None:
    unit.sshd.authorize(own_key(unit.paths.tunnel_key))
    with unit.open(unit.support(), unit.wanted(3.0)) as running:
        port = unit.opened()
        running.join(20)
        assert not running.is_alive()
        assert not reaches(port)
        assert unit.paths.tunnel_wanted.exists()


def test_a_connection_that_is_lost_is_made_again_at_the_same_port(unit: Unit) -> None:
    unit.sshd.authorize(own_key(unit.paths.tunnel_key))
    with unit.open(unit.support(), unit.wanted()):
        port = unit.opened()
        os.kill(ssh_here(), signal.SIGKILL)
        unit.refused()
        until(lambda: reaches(port), "the same port")


def test_a_key_that_the_other_end_does_not_know_is_told_with_its_public_half(unit: Unit) -> None:
    with unit.open(unit.support(), unit.wanted()):
        assert "Permission denied" in unit.refused()
        state = unit.state()
        assert state is not None
        assert state.key == own_key(unit.paths.tunnel_key)
        assert state.key.startswith("ssh-ed25519 ")
    assert stat.S_IMODE(unit.paths.tunnel_key.stat().st_mode) == 0o600


def test_another_machine_in_the_place_of_the_named_one_is_given_nothing(unit: Unit) -> None:
    unit.sshd.authorize(own_key(unit.paths.tunnel_key))
    other = Sshd(unit.paths.root / "other").host_key
    with unit.open(unit.support(host_key=other), unit.wanted()):
        assert "Host key verification failed" in unit.refused()


def test_the_manual_gives_the_line_for_the_other_end_that_lets_in_a_tunnel_and_nothing_else(unit: Unit) -> None:
    assert ONLY_A_TUNNEL in (DEPLOY.parent / "docs/orders.md").read_text(encoding="utf-8")
    unit.sshd.authorize(own_key(unit.paths.tunnel_key))
    with unit.open(unit.support(), unit.wanted()):
        unit.opened()
        asked = ["ssh", "-F", "none", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-i", unit.paths.tunnel_key]
        done = subprocess.run([*asked, "-p", str(unit.sshd.port), "127.0.0.1", "echo in"], check=False, capture_output=True, timeout=30)
    assert (done.returncode, b"in\n" in done.stdout.splitlines(keepends=True)) == (1, False)


def test_a_unit_whose_settings_name_none_opens_none_whoever_asks(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    replace(paths.unit_toml, b"")
    want(paths, Wanted(order=ORDER, since=boottime(), until=boottime() + 600))
    environment = {**os.environ, "BANGTIN_ROOT": str(tmp_path)}
    done = subprocess.run([sys.executable, "-m", "caretaker.tunnel"], env=environment, check=False, capture_output=True, timeout=30)
    assert (done.returncode, b"[support]" in done.stderr) == (0, True)
    assert not paths.tunnel_key.exists()


@pytest.mark.parametrize("wrong", [{"host": "-oProxyCommand=sh"}, {"host": "a b"}, {"user": "-l"}, {"host_key": "ssh-ed25519 AA\nx"}])
def test_settings_cannot_smuggle_an_option_in(tmp_path: Path, wrong: dict[str, object]) -> None:
    good = {"host": "ho-tro.example", "user": "tunnel", "host_key": "ssh-ed25519 AAAA"}
    SupportSettings.model_validate(good)
    with pytest.raises(ValueError, match="match pattern"):
        SupportSettings.model_validate(good | wrong)
