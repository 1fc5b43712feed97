"""A unit with a prepared boot file, and a registry that speaks the contract and does what a test tells it to."""

import hashlib
import json
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from bundle.parse import parse
from device.first_boot_settings import FirstBootSettings
from evidence.report import Enrolled, Enrolment, Pending
from evidence.signing import claimed, verify
from provisioning.first_boot.known import Known
from provisioning.first_boot.pairing import Registry
from provisioning.first_boot.steps import Steps
from tests.provisioning.conftest import TRUST

PLACE = "vn.20.06001.03"


@dataclass
class Central:
    """Answers `/v1/enrol` as it can *decide*, or with the next of *answers*, the last for ever: "wait", "accept", (status, text)."""

    url: str = ""
    root: str = TRUST
    handed_out: str = ""
    answers: list[object] = field(default_factory=lambda: ["wait"])
    asked: list[Enrolment] = field(default_factory=list)
    roots: int = 0
    decide: object = None

    async def give_root(self, _):
        self.roots += 1
        return web.Response(text=self.handed_out or self.root)

    async def enrol(self, request):
        token = (await request.read()).decode()
        enrolment = parse(Enrolment, claimed(token), "enrol", 65536)
        verify(token, enrolment.key)
        self.asked.append(enrolment)
        if self.decide is not None:
            answer = await self.decide(enrolment)
        else:
            answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer == "wait":
            return web.Response(status=202, text=Pending(unit=enrolment.unit, wait=1.0).model_dump_json())
        if answer == "accept":
            return web.Response(text=self.accepted(enrolment).model_dump_json())
        status, text = answer
        return web.Response(status=status, text=text)

    def accepted(self, enrolment):
        return Enrolled(
            unit=enrolment.unit,
            place=PLACE,
            place_name="Thôn Bản Mẫu",
            channels=("vn.20", "vn.20.06001"),
            languages=("vi",),
            root=self.root,
            content=f"{self.url}/content",
        )

    @property
    def root_digest(self):
        return hashlib.sha256(self.root.encode()).hexdigest()


def refused(where, what="không / no"):
    return 403, json.dumps({"refused": [{"where": where, "what": what, "do": "làm lại / again"}]})


@pytest.fixture
async def central(aiohttp_server):
    found = Central()
    app = web.Application()
    app.router.add_get("/v1/root", found.give_root)
    app.router.add_post("/v1/enrol", found.enrol)
    server = await aiohttp_server(app)
    found.url = f"http://127.0.0.1:{server.port}"
    return found


def tell(paths, text):
    paths.boot.mkdir(parents=True, exist_ok=True)
    paths.boot_toml.write_text(text, encoding="utf-8")


@pytest.fixture
def prepared(wired, central):
    tell(wired, f'registry = "{central.url}"\n')
    return wired


def steps(paths, clock, registry=None, **settings):
    return Steps(paths, clock, registry or Registry(), FirstBootSettings(**settings), Known())
