"""A registry with areas and technicians, a technician's phone that keeps its cookie, and units that ask to be let in."""

import hashlib
import re
from dataclasses import dataclass, field

from evidence.pairing import code, new_nonce
from evidence.report import Enrolment
from evidence.self_test import Mark, SelfTest
from evidence.signing import new_key, public_jwk, sign, thumbprint
from registry.areas.places import import_areas, read_areas
from registry.audit.tables import audit
from registry.web.config import STORAGE
from registry.web.technician.people import TECHNICIANS, add, revoke
from tests.registry.web.conftest import ROOT

COOKIE = TECHNICIANS.cookie
AREAS = """code,name,languages,lat,lon
vn.20.06001,Xã An Phú,vi,22.1412,106.2105
vn.20.06001.01,Thôn Bến Đò,vi,22.1450,106.2051
vn.20.06001.03,Bản Khuổi Sao,vi hmn,22.1671,106.1988
vn.20.06002,Xã Tân Thí Điểm,vi,22.0875,106.3011
vn.20.06002.01,Ấp Sóc Tả,vi km,22.0911,106.2957
"""
OURS = hashlib.sha256(ROOT.encode()).hexdigest()
THO, SUA = "Lý Văn Thợ", "Hà Thị Sửa"
CLOCK = SelfTest(mark=Mark.WARNING, subject=("đồng hồ", "clock"), observed=("không có pin", "no battery"), do=("lắp pin", "fit one"))
HOLDERS = {"content-name": "Lò Thị Mây", "content-phone": "0200 000 111", "repair-name": "Trần Văn Suối"}


@dataclass
class Newcomer:
    """A unit that nobody has let in yet: its key, its nonce and the root that somebody gave it."""

    key: bytes = field(default_factory=new_key)
    nonce: str = field(default_factory=new_nonce)
    root: str = OURS
    unit: str = ""

    def __post_init__(self):
        self.unit = self.unit or "bt-" + hashlib.sha256(self.thumbprint.encode()).hexdigest()[:10]

    @property
    def thumbprint(self) -> str:
        return thumbprint(public_jwk(self.key))

    @property
    def ref(self) -> str:
        return f"{self.unit}.{self.thumbprint}.{self.nonce}"

    @property
    def code(self) -> str:
        return code(self.thumbprint, self.nonce, self.root)

    def enrolment(self, **changed):
        claim = Enrolment(
            unit=self.unit, key=public_jwk(self.key), hardware="Raspberry Pi 4B", nonce=self.nonce, root=self.root, tests=(CLOCK,)
        )
        return claim.model_copy(update=changed)

    def token(self, **changed):
        return sign(self.enrolment(**changed).model_dump_json().encode(), self.key)


class Phone:
    """Somebody's bound browser: it keeps the cookie and sends back what stands in the form."""

    kind = TECHNICIANS

    def __init__(self, client):
        self.client, self.cookie = client, ""
        self.url = ""

    async def bind(self, secret):
        answer = await self.client.post(self.kind.binds, data={"link": secret}, allow_redirects=False)
        if answer.status == 303:
            self.cookie = answer.cookies[self.kind.cookie].value
        return answer

    async def get(self, path):
        answer = await self.client.get(path, headers=self.headers, allow_redirects=False)
        self.url = path
        return answer.status, await answer.text()

    async def post(self, path, token=None, **form):
        token = await self.token() if token is None else token
        answer = await self.client.post(path, data={"token": token, **form}, headers=self.headers, allow_redirects=False)
        return answer.status, await answer.text()

    async def token(self, path="/technician/scan"):
        """What the forms of this phone carry: every page of a unit has it."""
        return hashlib.sha256(f"form {self.cookie}".encode()).hexdigest()

    @property
    def headers(self):
        return {"Cookie": f"{self.kind.cookie}={self.cookie}"} if self.cookie else {}

    async def let_in(self, unit, place="vn.20.06001.03", **accept):
        """Everything that the technician does, from the code to the last button; what the last page says."""
        base = f"/technician/e/{unit.ref}"
        assert (await self.post(f"{base}/code", code=unit.code))[0] == 303
        assert (await self.post(f"{base}/place", place=place))[0] == 303
        assert (await self.post(f"{base}/holders", **HOLDERS))[0] == 303
        return await self.post(f"{base}/accept", **accept)


class Office:
    """What the registry's own commands do, on the application of a test."""

    def __init__(self, registry):
        self.registry, self.client, self.clock = registry, registry.client, registry.clock

    async def prepare(self):
        (self.registry.config.site / "root.json").write_text(ROOT)
        async with self.registry.app[STORAGE].writing() as connection:
            await import_areas(connection, read_areas(AREAS, "areas.csv"))

    async def invited(self, name=THO, area="vn.20.06001"):
        async with self.registry.app[STORAGE].writing() as connection:
            return await add(connection, name, area, self.clock(), self.registry.config.technicians)

    async def phone(self, name=THO, area="vn.20.06001"):
        phone = Phone(self.client)
        assert (await phone.bind(await self.invited(name, area))).status == 303
        return phone

    async def revoke(self, name):
        async with self.registry.app[STORAGE].writing() as connection:
            await revoke(connection, name, self.clock())

    async def ask(self, newcomer, **changed):
        return await self.registry.enrol(newcomer.token(**changed))

    async def waiting(self, **named):
        unit = Newcomer(**named)
        assert (await self.ask(unit))[0] == 202
        return unit

    async def events(self):
        async with self.registry.app[STORAGE].reading() as connection:
            return [row.event for row in await connection.execute(audit.select().order_by(audit.c.seq))]


def plain(text):
    """What a person reads of a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())
