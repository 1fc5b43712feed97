"""A unit whose page opens at this machine's own address: the real door and site, a simulated nmcli, a clock that a test drives."""

import re
import socket
from dataclasses import dataclass, field

import aiohttp
import pytest

from device.clock import ManualClock
from device.first_boot import Step, Trouble, write_first_boot
from device.inputs import Contact, Inputs
from device.paths import Paths
from device.service import PageSettings
from device.settings import Settings
from device.status import write_volatile
from provisioning.first_boot.known import Known
from provisioning.network.manager import Network
from provisioning.network.nmcli import Nmcli
from provisioning.page.door import Door
from provisioning.page.reasons import Reasons
from tests.simulators.nmcli import Air

NO_NETWORK = Trouble(where=("mạng", "network"), what=("không có đường ra", "there is no way out"))


@dataclass
class House:
    """One unit, its surroundings, and a phone's requests."""

    paths: Paths
    air: Air
    clock: ManualClock
    port: int
    known: Known = field(default_factory=lambda: Known(looked=True, unit="bt-0123456789"))
    phones: list[aiohttp.ClientSession] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.settings = Settings(page=PageSettings(port=self.port, wait_seconds=0))
        self.restart()

    def restart(self) -> None:
        """The program as after a start."""
        self.door = Door(self.paths, self.clock, self.settings, self.known, Network(Nmcli(str(self.air.program))), leave_time=0.0)
        self.reasons = Reasons(self.paths, self.clock, self.settings)

    async def look(self, seconds: float = 1.0) -> None:
        self.clock.advance(seconds)
        await self.door.look(self.reasons)
        write_first_boot(self.paths, self.known.tell(self.clock.now()))

    def hold(self) -> None:
        """Somebody holds the service button, as the amplifier program tells."""
        now = self.clock.now()
        told = Inputs(at=now.stamp(), switch=Contact.NONE, stopped=False, count=0, service=now.mono)
        write_volatile(self.paths.inputs, told.model_dump_json().encode())

    async def open(self) -> None:
        self.hold()
        await self.look()
        assert self.known.access is not None, self.known.page

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def phone(self) -> aiohttp.ClientSession:
        made = aiohttp.ClientSession(self.url, cookie_jar=aiohttp.CookieJar(unsafe=True))
        self.phones.append(made)
        return made

    async def inside(self) -> "Phone":
        """A phone that typed the PIN of the board."""
        phone = Phone(self.phone())
        assert (await phone.enter(self.known.access.pin)).status == 200
        return phone

    def listening(self) -> bool:
        with socket.socket() as probe:
            probe.settimeout(2)
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    async def end(self) -> None:
        await self.door.close()
        for each in self.phones:
            await each.close()


@dataclass
class Phone:
    """A browser as far as a test needs one."""

    http: aiohttp.ClientSession
    form: str = ""

    async def get(self, path: str = "/", **more: object) -> aiohttp.ClientResponse:
        answer = await self.http.get(path, **more)
        if found := re.search(r'name="form" value="([^"]+)"', await answer.text()):
            self.form = found[1]
        return answer

    async def post(self, path: str, data: dict | None = None, **more: object) -> aiohttp.ClientResponse:
        answer = await self.http.post(path, data={"form": self.form} | (data or {}), **more)
        await answer.read()
        return answer

    async def enter(self, pin: str) -> aiohttp.ClientResponse:
        answer = await self.http.post("/enter", data={"pin": pin})
        await self.get()
        return answer


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
async def house(tmp_path):
    from datetime import UTC, datetime

    air = Air(tmp_path, own="127.0.0.1/8", lan="127.0.0.1/8")
    clock = ManualClock.at(datetime(2026, 12, 1, 8, 0, tzinfo=UTC))
    made = House(Paths(tmp_path), air, clock, free_port())
    made.known.troubles = {Step.NETWORK: (NO_NETWORK,)}
    yield made
    await made.end()
