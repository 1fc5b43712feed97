"""Every door of the registry: it wants somebody with a role, or stands on a short list with the reason why it does not."""

import itertools
import re

import pytest

from registry.people.roles import INCLUDES, Granted, Role
from registry.web.phones.door import TOKEN_HEADER, token_of

PUBLIC = {
    "GET /style.css": "a style sheet",
    "GET /phone/static/{name}": "scripts of pages, the same for everybody",
    "GET /technician/static/{name}": "scripts of pages, the same for everybody",
    "GET /officer/static/{name}": "scripts of pages, the same for everybody",
    "GET /alerts/static/{name}": "scripts of pages, the same for everybody",
    "GET /officer/reach/static/{name}": "scripts of pages, the same for everybody",
    "GET /fleet/static/{name}": "a style sheet of pages, the same for everybody",
    "GET /users/static/{name}": "scripts of pages, the same for everybody",
    **{
        f"GET /content/{part}": "what is published: anybody may read it, and units verify it"
        for part in ("metadata", "targets", "deltas", "blobs")
    },
    "GET /v1/hints": "says that something was published; it is public, and signed",
    "GET /v1/check": "timestamps of what is published",
    "GET /v1/root": "the public trust root",
    "POST /v1/enrol": "a unit proves itself: a grant or a key, and its signature",
    "POST /v1/report": "a unit proves itself by its signature",
    "POST /v1/alerts": "a listed source proves itself by its token; else it is not there",
    "GET /live/{channel}/{grant}/{order}": "what is spoken to a whole commune at this moment",
    "POST /live/{channel}/{grant}/{order}": "the speaker is known by a token that stands, hashed, in a signed order",
    "PUT /live/{channel}/{grant}/{order}": "the speaker is known by a token that stands, hashed, in a signed order",
    "GET /openapi.json": "what machines may ask; the same stands in the public docs",
    "GET /health": "whether the process runs; it says nothing else",
    "GET /ready": "whether it can answer; it says nothing else",
    "GET /e": "a page whose script asks for the rest, with the technician's cookie",
    "GET /t": "the page of a link that binds a phone; the link proves itself",
    "POST /technician/bind": "a link that binds a phone proves itself",
    "GET /o": "the page of a link that binds a phone; the link proves itself",
    "POST /officer/bind": "a link that binds a phone proves itself",
    "GET /sign-in": "where one signs in",
    "POST /sign-in": "where one signs in",
    "GET /sign-in/code": "where one signs in",
    "POST /sign-in/code": "where one signs in",
    "GET /set-up": "the page of an invitation; the link proves itself",
    "POST /set-up": "an invitation proves itself",
    "POST /set-up/done": "an invitation proves itself",
}
VALUES = ("a" * 64, "a" * 43, "a" * 16, "1", "vn.20.06001", "bt-mau-01")
WANTED = {Role.ADMINISTRATOR: ("/people", "/audit"), Role.OPERATOR: ("/alarms/", f"/units/{VALUES[0]}/maintenance")}
"""The beginnings of those that want more than a watcher."""


def doors(app):
    """Every method and path as it was written, with an address that leads there."""
    for route in app.router.routes():
        if route.method != "HEAD" and route.resource is not None:
            info = route.resource.get_info()
            yield f"{route.method} {route.resource.canonical}", route.method, address(info, route.resource.canonical)


def address(info, canonical):
    if "pattern" not in info:
        return info.get("path") or f"{canonical}/x"
    names = re.findall(r"{(\w+)}", info["formatter"])
    for values in itertools.product(VALUES, repeat=len(names)):
        path = info["formatter"].format(**dict(zip(names, values, strict=True)))
        if info["pattern"].fullmatch(path):
            return path
    raise AssertionError(f"no value leads to {canonical}: add one to VALUES")


def refused(answer):
    return answer.status in (401, 403) or answer.headers.get("Location", "").startswith("/sign-in")


async def test_nobody_gets_in_but_by_the_doors_that_are_listed(registry):
    found, open_doors = set(), []
    for name, method, path in doors(registry.app):
        found.add(name)
        for accept in () if name in PUBLIC else ("text/html", "*/*"):
            answer = await registry.client.request(method, path, headers={"Accept": accept}, allow_redirects=False)
            if not refused(answer) or (accept == "*/*" and answer.status == 303):
                open_doors.append(f"{name} answered {answer.status} to {accept}")
    assert "\n".join(open_doors) == ""
    assert set(PUBLIC) <= found, "a door that is listed and no longer there"


async def by_name(registry, name, method, path, role):
    """What somebody with *role* alone gets there, who sends the token of their own page."""
    headers = await registry.account(Granted("vn", role), name=f"Người {role.value}")
    token = token_of(headers["Cookie"].partition("=")[2])
    return await registry.client.request(method, path, headers={**headers, TOKEN_HEADER: token}, allow_redirects=False)


@pytest.mark.parametrize("role", Role)
async def test_each_role_gets_at_what_it_may_and_not_at_more(registry, role):
    asked = 0
    for name, method, path in doors(registry.app):
        page = await registry.client.request(method, path, headers={"Accept": "text/html"}, allow_redirects=False)
        if name in PUBLIC or page.status != 303:
            continue
        asked += 1
        wanted = next((each for each, paths in WANTED.items() if path.startswith(paths or "-")), Role.WATCHER)
        answer = await by_name(registry, name, method, path, role)
        may = wanted in INCLUDES[role]
        assert (f"no {wanted.value}".encode() in await answer.read()) is not may, f"{name}: {answer.status}"
        assert may or answer.status == 403
    assert asked > 10


async def test_what_is_for_phones_is_not_for_people_who_signed_in_by_name(registry):
    for name, method, path in doors(registry.app):
        if name not in PUBLIC and path.startswith(("/officer", "/technician")):
            answer = await by_name(registry, name, method, path, Role.ADMINISTRATOR)
            assert answer.status == 401, name
