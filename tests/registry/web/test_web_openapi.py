"""The OpenAPI document is true: every answer of the real application, to whatever machines send, is one that it declares."""

import asyncio
import json
from collections import Counter
from pathlib import Path

import pytest
import schemathesis
from aiohttp import web
from hypothesis import given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from evidence.signed import MEDIA
from evidence.signing import new_key, public_jwk, sign
from registry.alerts.listing import add_source
from registry.live.kinds import SUFFIXES
from registry.web.app import make_app
from registry.web.config import Config
from registry.web.openapi import OPERATIONS, document_text
from registry.web.rules import Rules
from registry.web.watch import WATCH
from tests.registry.alerts.test_listing import NEW
from tests.registry.web.conftest import NOON, Registry

# The properties here are within the tests, where nobody but `make explore` would look for them.
pytestmark = pytest.mark.hypothesis

FILE = Path(__file__).parents[3] / "docs" / "schema" / "openapi.json"
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
OFTEN = Rules(asks=10**6, refusals=10**6)
MOST_REPORTS = 2
EVERY = 20
"""An example is a request here: five of them, and 75 to explore."""


@schemathesis.serializer(MEDIA, *SUFFIXES)
def as_bytes(_, value):
    """What these kinds carry is bytes already, or whatever was generated in their place."""
    if isinstance(value, bytes):
        return value
    return value.encode() if isinstance(value, str) else json.dumps(value).encode()


def opened(document):
    """*document* as if nothing were signed: where it has a JWS stands what is signed in it."""
    if isinstance(document, dict):
        return opened(document["contentSchema"]) if "contentSchema" in document else {name: opened(each) for name, each in document.items()}
    return [opened(each) for each in document] if isinstance(document, list) else document


@pytest.fixture(scope="module")
def document():
    """What is served."""
    return json.loads(document_text())


@pytest.fixture(scope="module")
def declared(document):
    return schemathesis.openapi.from_dict(document, config=schemathesis.Config())


@pytest.fixture
def unsigned(document):
    """What generates the documents that units sign."""
    plain = opened(document)
    # Fifty reports of thirty kinds of lines each would be made of nothing but repetition.
    plain["components"]["schemas"]["Batch"]["properties"]["reports"]["maxItems"] = MOST_REPORTS
    return schemathesis.openapi.from_dict(plain, config=schemathesis.Config())


@pytest.fixture
async def registry(aiohttp_client, tmp_path, clock):
    config = Config(tmp_path / "data", tmp_path / "site", "https://so.tinh-mau.vn", clock, 0.01, technicians=OFTEN, alert_knocks=10**6)
    app = make_app(config)
    return Registry(await aiohttp_client(app), app, clock, config)


async def probe(registry, schema, each, **sent):
    """How often which status came when the operation *each* was asked with good and with bad values; each answer was a declared one."""
    operation, address, seen = schema[each.path][each.method], str(registry.client.make_url("/")).rstrip("/"), Counter()

    def ask(mode):
        @settings(max_examples=settings().max_examples // EVERY)
        @given(operation.as_strategy(generation_mode=mode))
        def answers_as_declared(case):
            seen[case.call_and_validate(base_url=address, checks=CHECKS, **sent).status_code] += 1

        answers_as_declared()

    # Where anything is good, or nothing is sent, there is nothing bad.
    varies = each.body or any(parameter.type is not str for parameter in each.parameters)
    for mode in GenerationMode if varies else (GenerationMode.POSITIVE,):
        await asyncio.to_thread(ask, mode)
    return seen


def named(method, path):
    return next(each for each in OPERATIONS if (each.method, each.path) == (method, path))


async def test_it_is_served_to_everybody_and_stands_in_the_docs(registry):
    answer = await registry.client.get("/openapi.json")
    assert (answer.status, answer.content_type) == (200, "application/json")
    assert await answer.text() == FILE.read_text(encoding="utf-8"), "run .venv/bin/python docs/schema/write.py"


async def test_every_door_for_machines_stands_in_it_and_nothing_else(registry):
    doors = set()
    for route in registry.app.router.routes():
        path = route.resource.canonical
        if path.startswith(("/v1/", "/content/", "/live/")) or path in ("/health", "/ready", "/openapi.json"):
            static = isinstance(route.resource, web.StaticResource)
            # Every GET answers a HEAD as well; where that is a question of its own, it is a door.
            if route.method != "HEAD" or path.startswith("/live/"):
                doors.add((route.method, f"{path}/{{path}}" if static else path))
    assert doors == {(each.method, each.path) for each in OPERATIONS}


async def test_whatever_is_asked_the_answer_is_declared(registry, declared):
    # A stream of hints ends when the process does.
    endless = named("GET", "/v1/hints")
    seen = {(each.method, each.path): await probe(registry, declared, each) for each in OPERATIONS if each is not endless}
    registry.app[WATCH].close()
    seen["GET", endless.path] = await probe(registry, declared, endless)
    assert {200, 400} <= set(seen["POST", "/v1/report"])
    assert {200, 400} <= set(seen["GET", "/v1/check"])
    assert all(seen.values())


def plausible(value):
    """*value* as a program would write it, in a year that is ours."""
    if isinstance(value, dict):
        return {name: NOON.isoformat() if name == "wall" and isinstance(each, str) else plausible(each) for name, each in value.items()}
    if isinstance(value, list):
        return [plausible(each) for each in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def signed(document, pem, **own):
    """*document* as a JWS, in which the fields that make it this unit's are its *own*."""
    if isinstance(document, dict):
        document = {**plausible(document), **own}
    return sign(json.dumps(document).encode(), pem)


async def test_whatever_a_unit_signs_in_a_report_the_answer_is_declared(registry, unsigned):
    unit, told = await registry.enrolled(), Counter()

    @unsigned.hook
    def map_body(_, body):
        if isinstance(body, dict) and isinstance(body.get("reports"), list):
            body = {**body, "reports": [signed(each, unit.key, unit=unit.name) for each in body["reports"]]}
        return body

    @unsigned.hook
    def after_call(_, __, response):
        if response.status_code == 200:
            told.update(kept=len(response.json()["reports"]), refused=len(response.json()["refused"]))

    await probe(registry, unsigned, named("POST", "/v1/report"))
    assert told["kept"], "fuzzing got past the signature"
    assert told["refused"]


async def test_whatever_a_unit_signs_to_be_let_in_the_answer_is_declared(registry, unsigned):
    pem, grant = new_key(), await registry.grant()

    @unsigned.hook
    def map_body(_, body):
        return signed(body, pem, key=public_jwk(pem), grant=grant, card=None, admission=None)

    seen = await probe(registry, unsigned, named("POST", "/v1/enrol"))
    assert 200 in seen, "fuzzing got past the signature"


async def test_whatever_a_listed_source_sends_the_answer_is_declared(registry, declared):
    token = await asyncio.to_thread(add_source, registry.config.data, NEW)
    seen = await probe(registry, declared, named("POST", "/v1/alerts"), headers={"Authorization": f"Bearer {token}"})
    assert 422 in seen


@pytest.mark.parametrize("path", ["/v1/report", "/v1/enrol", "/v1/alerts"])
@pytest.mark.parametrize("packing", ["gzip", "deflate"])
async def test_a_body_that_does_not_unpack_is_refused(registry, path, packing):
    token = await asyncio.to_thread(add_source, registry.config.data, NEW)
    headers = {"Content-Encoding": packing, "Authorization": f"Bearer {token}"}
    for _ in range(2):
        answer = await registry.client.post(path, data=b"garbage", headers=headers, compress=None)
        assert (answer.status, answer.content_type) == (400, "text/plain")


async def test_a_token_that_is_no_text_is_nobody_s(registry):
    await asyncio.to_thread(add_source, registry.config.data, NEW)
    reader, writer = await asyncio.open_connection(registry.client.host, registry.client.port)
    writer.write(b"POST /v1/alerts HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nAuthorization: Bearer \xff\xfe\r\n\r\n")
    assert (await reader.readline()).split()[1] == b"401"
    writer.close()
    await writer.wait_closed()


async def test_a_name_that_no_file_can_have_is_no_file(registry):
    assert (await registry.client.get(f"/content/blobs/{'a' * 300}")).status == 404
