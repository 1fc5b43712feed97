"""The registry that a guest talks to: the real ``bangtin registry serve`` out here, its areas, its technician, and who publishes for it."""

import asyncio
import secrets
import shutil
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from aiohttp import ClientSession

from bangtin.demo.stage import Stage
from bangtin.demo.visitor import seen, signed_in
from tests.guest.commands import PATIENCE
from tests.guest.machine import HERE_IN_THE_GUEST
from tests.registry.web.technician.office import Phone
from tests.simulators.content import CHANNEL
from tests.simulators.publisher import Publisher

COUNTRY, PROVINCE, PLACE, PLACE_NAME = "vn", "vn.20", f"{CHANNEL}.01", "Bản Mẫu"
AREAS = f"code,name,languages,lat,lon\n{CHANNEL},Xã Bản Mẫu,vi,22.1412,106.2105\n{PLACE},{PLACE_NAME},vi,22.1450,106.2051\n"
TECHNICIAN, WATCHER = "Lý Văn Thợ", "Hà Thị Xem"
PUBLISHER, DATA = "publisher", "registry"


@dataclass(frozen=True)
class OnTheBoard:
    """What a technician takes from the board: the text of the QR *code*, and the six figures."""

    link: str
    code: str

    @property
    def ref(self) -> str:
        """Unit, fingerprint and nonce: what follows ``#``."""
        return self.link.partition("#")[2]


class Central:
    """*folder* keeps its data and its release tree; *now*: the date of its publisher."""

    def __init__(self, folder: Path, now: datetime) -> None:
        self._folder, self._kept = folder, folder / "kept"
        self.publisher = Publisher(folder / PUBLISHER, (COUNTRY, PROVINCE, CHANNEL), now)
        self.stage, self.data, self._port = Stage(folder), folder / DATA, _free_port()
        self._serve()
        areas = folder / "areas.csv"
        areas.write_text(AREAS, encoding="utf-8")
        self.command("area", "import", areas)

    @property
    def url(self) -> str:
        """Where a guest finds it."""
        return f"http://{HERE_IN_THE_GUEST}:{self._port}"

    def remember(self) -> None:
        """Keep all that it knows and has published by now."""
        self.stop()
        for name in (PUBLISHER, DATA):
            shutil.copytree(self._folder / name, self._kept / name)
        self._serve()

    def begin_again(self) -> None:
        """Know what it knew then: a second unit with the same key and other words would be a copied card to it."""
        self.stop()
        for name in (PUBLISHER, DATA):
            shutil.rmtree(self._folder / name)
            shutil.copytree(self._kept / name, self._folder / name)
        self._serve()

    def _serve(self) -> None:
        ready = self._folder / "port"
        ready.unlink(missing_ok=True)
        listen = ("--port", str(self._port), "--port-file", ready, "--url", self.url)
        process = self.stage.start("registry", "registry", "serve", "--site", self.publisher.site, "--data", self.data, *listen)
        pause = threading.Event()
        while not ready.exists():
            if process.poll() is not None:
                raise AssertionError(self.stage.last_words("registry"))
            pause.wait(0.1)

    def command(self, *words: str | Path) -> str:
        """What ``bangtin registry`` with these *words* prints."""
        return self.stage.command("registry", *words, "--data", self.data)

    def until_says(self, wanted: str, *words: str) -> str:
        """What that command prints, as soon as *wanted* is in it."""
        return _until(wanted, lambda: self.command(*words))

    def until_shows(self, wanted: str, page: str) -> str:
        """What people see at its *page*, as soon as *wanted* is in it."""
        here = f"http://127.0.0.1:{self._port}"
        # Somebody new each time: what the registry knew of them may have been put back meanwhile.
        link = self.command("user", "add", f"{WATCHER} {secrets.token_hex(4)}", "--role", f"watcher={COUNTRY}", "--url", here).split()[0]
        cookie = signed_in(here, link)
        return _until(wanted, lambda: seen(here + page, cookie))

    def let_in(self, seen: OnTheBoard) -> None:
        """A technician accepts the unit whose board says *seen*, on a phone: code, village, duty holders, the last button."""
        link = self.command("technician", "add", TECHNICIAN, "--area", CHANNEL, "--url", self.url).split()[0]
        asyncio.run(_on_a_phone(f"http://127.0.0.1:{self._port}", link.partition("#")[2], seen))

    def stop(self) -> None:
        """End it in good order."""
        self.stage.stop_all()


async def _on_a_phone(url: str, secret: str, seen: OnTheBoard) -> None:
    async with ClientSession(url) as session:
        phone = Phone(session)
        assert (await phone.bind(secret)).status == 303
        status, page = await phone.let_in(seen, place=PLACE)
        assert status == 303, page


def _until(wanted: str, ask: Callable[[], str]) -> str:
    pause, deadline = threading.Event(), time.monotonic() + PATIENCE
    while wanted not in (said := ask()):
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {PATIENCE} s for {wanted}: {said}")
        pause.wait(1.0)
    return said


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])
