"""A flood of sign-ins: few passwords are checked at a time, few wait, the others are told to come again, and pages stay quick."""

import asyncio
import threading

import pytest

from registry.people import passwords
from registry.people.checks import AT_ONCE, MOST_WAITING
from registry.web.app import make_app
from registry.web.config import Config
from registry.web.users.entering import ENTRANCE
from tests.registry.web.conftest import Registry
from tests.registry.web.users.desk import NAME, PASSWORD, Desk
from tests.simulators.live_registry import until

FULL = AT_ONCE + MOST_WAITING


class Gate:
    """The real check of a password, which begins only when the gate is opened; *most* is how many were there at one time."""

    def __init__(self, real):
        self.real, self.opened, self.lock = real, threading.Event(), threading.Lock()
        self.here = self.most = 0

    def __call__(self, hashed, password):
        with self.lock:
            self.here += 1
            self.most = max(self.most, self.here)
        try:
            self.opened.wait(20)
            # A test that fails ends all the same.
            self.opened.set()
            return self.real(hashed, password)
        finally:
            with self.lock:
                self.here -= 1


@pytest.fixture
async def registry(aiohttp_client, tmp_path, clock):
    """Behind a proxy: each request may come from another part of the network."""
    config = Config(data=tmp_path / "data", site=tmp_path / "site", url="https://so.tinh-mau.vn", now=clock, client_header="X-From")
    app = make_app(config)
    return Registry(await aiohttp_client(app), app, clock, config)


@pytest.fixture
def gate(monkeypatch, desk):
    made = Gate(passwords.fits)
    monkeypatch.setattr(passwords, "fits", made)
    yield made
    made.opened.set()


def knock(registry, number, name, password="sai lần đầu rồi"):
    browser = Desk(registry, extra={"X-From": f"10.{number}.0.1"})
    return asyncio.create_task(browser.post("/sign-in", name=name, password=password))


async def test_beyond_the_queue_everybody_is_told_to_come_again_and_nothing_is_counted(registry, desk, gate):
    waiting = [knock(registry, number, f"người {number}") for number in range(FULL)]
    await until(lambda: (gate.here, registry.app[ENTRANCE].checks.waiting) == (AT_ONCE, MOST_WAITING))
    late = await asyncio.gather(*(knock(registry, 100, NAME, PASSWORD) for _ in range(8)))
    assert [each.status for each in late] == [503] * 8
    text = await late[0].text()
    assert ("Đang bận" in text, "does not count as wrong" in text) == (True, True)
    assert late[0].headers["Retry-After"] == "10"
    assert (await desk.get("/account")).status == 200, "who is in goes on"
    assert (await desk.get("/sign-in")).status == 200
    gate.opened.set()
    assert {(await each).status for each in waiting} == {403}
    assert gate.most == AT_ONCE
    again = Desk(registry, seed=desk.seed, extra={"X-From": "10.100.0.1"})
    assert (await again.sign_in()).status == 303, "eight tries that nobody looked at are no wrong tries"


async def test_a_new_password_waits_in_the_same_queue(registry, desk, gate):
    waiting = [knock(registry, number, f"người {number}") for number in range(FULL)]
    await until(lambda: (gate.here, registry.app[ENTRANCE].checks.waiting) == (AT_ONCE, MOST_WAITING))
    form = {"old": PASSWORD, "password": "ruộng bậc thang 9", "again": "ruộng bậc thang 9"}
    answer = await desk.send("/account", "/account/password", **form)
    assert (answer.status, "Đang bận" in await answer.text()) == (503, True)
    gate.opened.set()
    await asyncio.gather(*waiting)
    assert (await desk.send("/account", "/account/password", **form)).status == 303
