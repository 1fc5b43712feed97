"""A registry whose province seats officers, and officers' phones that sign as their browsers would."""

from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from registry.web.officer.people import OFFICERS, add, revoke
from registry.web.storage import STORAGE
from tests.registry.web.technician.office import Phone

NUONG, DU = "Cầm Thị Nương", "Đinh Văn Thí Dụ"


@dataclass
class OfficersPhone(Phone):
    """An officer's browser: a cookie, and a key of its own."""

    client: object
    cookie: str = ""
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    kind = OFFICERS

    @property
    def public(self) -> str:
        return self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()

    async def send(self, path, body, token=None):
        headers = {**self.headers, "X-Form-Token": await self.token() if token is None else token}
        answer = await self.client.post(path, json={"format": 1, **body}, headers=headers, allow_redirects=False)
        return answer.status, await answer.text()

    async def hand_in(self, public=None, proof=None):
        told = f"bangtin officer key 1 {await self.token()} {self.public}"
        return await self.send("/officer/key", {"public": public or self.public, "proof": proof or self.key.sign(told.encode()).hex()})


class Station:
    """What the registry's own commands do for officers, on the application of a test."""

    def __init__(self, registry):
        self.registry, self.client, self.clock = registry, registry.client, registry.clock

    async def invited(self, name=NUONG, channels=("vn.20.06001",)):
        async with self.registry.app[STORAGE].writing() as connection:
            return await add(connection, name, channels, self.clock(), self.registry.config.technicians)

    async def phone(self, name=NUONG, **more):
        phone = OfficersPhone(self.client)
        assert (await phone.bind(await self.invited(name, **more))).status == 303
        return phone

    async def revoke(self, name):
        async with self.registry.app[STORAGE].writing() as connection:
            await revoke(connection, name, self.clock())
