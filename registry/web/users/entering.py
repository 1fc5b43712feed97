"""Signing in and out in a browser: name and password, then the code; the cookie that follows is worth nothing to other sites."""

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from aiohttp import web
from yarl import URL

from bundle.errors import Refused
from registry.audit.chain import Event
from registry.people.sessions import Whence
from registry.people.signing_in import Entrance
from registry.web.config import CONFIG
from registry.web.network import block
from registry.web.phones.door import HEADERS, Handler, form_in, from_our_page, note_apart
from registry.web.phones.scripts import scripts
from registry.web.rate import Rate
from registry.web.users.session import COOKIE, SIGN_IN, render
from registry.web.users.words import browser

HALF = "__Host-half"
"""The cookie between the password and the code."""
ENTRANCE: web.AppKey[Entrance] = web.AppKey("people", Entrance)
KNOCKS: web.AppKey[Rate] = web.AppKey("knocks", Rate)
TOLD: web.AppKey[Rate] = web.AppKey("knocks-told", Rate)

Form = Mapping[str, str]
_Posted = Callable[[web.Request, Form], Awaitable[web.StreamResponse]]

routes = web.RouteTableDef()
entry: list[web.RouteDef] = scripts("/users/static", Path(__file__).parent / "static")


def open_form(handler: _Posted) -> Handler:
    """*handler* for a form of a page that nobody need have signed in for; 403 when another site sent it, 429 for trying too often."""

    async def posted(request: web.Request) -> web.StreamResponse:
        now = request.app[CONFIG].now()
        if not request.app[KNOCKS].allows(block(request), now):
            # Once a minute: else whoever knocks fills the audit.
            if request.app[TOLD].allows(block(request), now):
                await note_apart(request, Event.SIGN_IN_TOO_OFTEN)
            return render(request, "users/too_often.html", 429)
        if not from_our_page(request):
            await note_apart(request, Event.FORM_FORGED, detail=request.path)
            return render(request, "phones/forged.html", 403)
        return await handler(request, await form_in(request))

    return posted


@routes.get(SIGN_IN)
async def sign_in_page(request: web.Request) -> web.StreamResponse:
    """Name and password."""
    return render(request, "users/sign_in.html", next=safe(request.query.get("next", "/")), name="", complaints=())


@routes.post(SIGN_IN)
@open_form
async def signing_in(request: web.Request, form: Form) -> web.StreamResponse:
    """The first half: 303 to the code; 403 when name and password do not fit."""
    back, name = safe(form.get("next", "/")), form.get("name", "")
    try:
        half = await request.app[ENTRANCE].by_password(name, form.get("password", ""), whence(request), request.app[CONFIG].now())
    except Refused as refused:
        return render(request, "users/sign_in.html", 403, next=back, name=name, complaints=refused.complaints)
    answer = web.Response(status=303, headers={"Location": str(URL(f"{SIGN_IN}/code").with_query(next=back)), **HEADERS})
    _put(answer, HALF, half, request.app[CONFIG].people.code_within.total_seconds())
    return answer


@routes.get(f"{SIGN_IN}/code")
async def code_page(request: web.Request) -> web.StreamResponse:
    """Six figures, or a recovery code."""
    return render(request, "users/code.html", next=safe(request.query.get("next", "/")), complaints=())


@routes.post(f"{SIGN_IN}/code")
@open_form
async def coded(request: web.Request, form: Form) -> web.StreamResponse:
    """The second half: 303 to where they wanted to go; 403 for a wrong code."""
    back, half, now = safe(form.get("next", "/")), request.cookies.get(HALF, ""), request.app[CONFIG].now()
    try:
        secret = await request.app[ENTRANCE].by_code(half, form.get("code", ""), whence(request), now)
    except Refused as refused:
        return render(request, "users/code.html", 403, next=back, complaints=refused.complaints)
    return keep(request, web.Response(status=303, headers={"Location": back, **HEADERS}), secret)


def keep(request: web.Request, answer: web.Response, secret: str) -> web.Response:
    """*answer*, after which the browser has a whole session."""
    answer.del_cookie(HALF, path="/", secure=True, httponly=True, samesite="Strict")
    _put(answer, COOKIE, secret, request.app[CONFIG].people.lasts.total_seconds())
    return answer


def whence(request: web.Request) -> Whence:
    """What the owner of a session recognises it by."""
    return Whence(browser(request.headers.get("User-Agent", "")), block(request))


def safe(wanted: str) -> str:
    """*wanted*, where it is a page of ours; the start otherwise: a link to the sign-in page must lead nowhere else."""
    clean = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable() and "\\" not in wanted
    return wanted if clean and not wanted.startswith(SIGN_IN) else "/"


def _put(answer: web.Response, cookie: str, value: str, seconds: float) -> None:
    answer.set_cookie(cookie, value, max_age=int(seconds), path="/", secure=True, httponly=True, samesite="Strict")
