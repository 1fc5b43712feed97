"""Whose phone it is, and whether a form was ours: a cookie that only this phone has, and a token that only its own pages know."""

import hashlib
import hmac
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from registry.web.config import CONFIG
from registry.web.network import block
from registry.web.pages import PAGES
from registry.web.storage import STORAGE
from registry.web.technician.audit import Event, note
from registry.web.technician.people import Technician, technician_of

# The prefix makes browsers refuse the cookie unless it is of this very host, secure and of the whole site.
COOKIE = "__Host-technician"
TOKEN_HEADER = "X-Form-Token"  # noqa: S105 (the name of a header)
# Scripts and forms of our own and nothing else; a picture may come from the phone's own memory.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    # Without a referrer of its own, a browser sends forms as of nowhere; what stands in our addresses goes to nobody else.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=()",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True)
class Visit:
    """A technician's request: who, the *token* for forms of the page that they get, and the *form* that they sent."""

    technician: Technician
    token: str
    form: Mapping[str, str] = field(default_factory=dict)


Visited = Callable[[web.Request, Visit], Awaitable[web.StreamResponse]]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def page_of(handler: Visited) -> Handler:
    """*handler* for a technician whose phone is bound; everybody else is told how to get there."""

    async def visited(request: web.Request) -> web.StreamResponse:
        who = await signed_in(request)
        return render(request, "unbound.html", 401) if who is None else await handler(request, who)

    return visited


def form_of(handler: Visited) -> Handler:
    """*handler* for a form that a technician sent from a page of ours; 403 for a forged one, which is written down."""

    async def posted(request: web.Request) -> web.StreamResponse:
        who = await signed_in(request)
        if who is None:
            return render(request, "unbound.html", 401)
        told = request.headers.get(TOKEN_HEADER)
        form = {} if told is not None else {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
        given = form.get("token", "") if told is None else told
        if not from_our_page(request) or not hmac.compare_digest(given.encode(), who.token.encode()):
            await note_apart(request, Event.FORM_FORGED, who.technician.name, request.path)
            return render(request, "forged.html", 403)
        return await handler(request, Visit(who.technician, who.token, form))

    return posted


def from_our_page(request: web.Request) -> bool:
    """Whether the browser says that one of our pages made it send this; browsers that are too old to say anything are believed."""
    return request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"


async def signed_in(request: web.Request) -> Visit | None:
    """Who is on the phone, None for a phone that is not bound, or no longer."""
    session = request.cookies.get(COOKIE)
    if not session:
        return None
    config = request.app[CONFIG]
    async with request.app[STORAGE].reading() as connection:
        who = await technician_of(connection, session, config.now(), config.technicians)
    return None if who is None else Visit(who, _token(session))


async def note_apart(request: web.Request, event: Event, technician: str = "", detail: str = "", unit: str = "") -> None:
    """Write down what was refused, in a transaction of its own: the refusal itself changes nothing."""
    async with request.app[STORAGE].writing() as connection:
        await note(connection, event, request.app[CONFIG].now(), technician=technician, unit=unit, block=block(request), detail=detail)


def render(request: web.Request, template: str, status: int = 200, visit: Visit | None = None, **values: Any) -> web.Response:
    """A page of the technician's."""
    now = request.app[CONFIG].now()
    text = request.app[PAGES].get_template(f"technician/{template}").render(visit=visit, now=now, **values)
    return web.Response(text=text, status=status, content_type="text/html", headers=HEADERS)


def _token(session: str) -> str:
    # From the secret that the cookie hides from every script: nothing more needs to be kept.
    return hashlib.sha256(f"form {session}".encode()).hexdigest()
