"""What systemd is told, received at a socket as systemd has one."""

import os
import socket

import pytest

from device.watchdog import Watchdog


@pytest.fixture(params=["file", "abstract"])
def manager(request, tmp_path):
    """(socket of the service manager, how it names it)."""
    name = str(tmp_path / "notify") if request.param == "file" else f"@bangtin-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind("\0" + name[1:] if name.startswith("@") else name)
        listener.setblocking(False)
        yield listener, name


def test_the_first_round_says_ready_and_every_round_feeds(manager):
    listener, name = manager
    watchdog = Watchdog(name)
    watchdog.fed()
    watchdog.fed()
    watchdog.close()
    assert [listener.recv(100), listener.recv(100)] == [b"READY=1\nWATCHDOG=1", b"WATCHDOG=1"]


def test_a_manager_that_does_not_listen_makes_nobody_wait(manager):
    _, name = manager
    watchdog = Watchdog(name)
    for _ in range(10_000):
        watchdog.fed()
    watchdog.close()
    gone = Watchdog("/nowhere/at/all")
    gone.fed()
    gone.close()


def test_children_of_a_service_cannot_feed_in_its_name(monkeypatch):
    monkeypatch.setenv("NOTIFY_SOCKET", "/run/systemd/notify")
    Watchdog.from_environment().close()
    assert "NOTIFY_SOCKET" not in os.environ


def test_without_systemd_nobody_is_told(monkeypatch):
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    watchdog = Watchdog.from_environment()
    watchdog.fed()
    watchdog.close()
