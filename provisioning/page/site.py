"""The site of one opening: who may come in, what every answer carries, and where each page lies."""

import hmac
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined

from bundle.errors import Refused, refuse
from device.clock import Clock
from device.paths import Paths
from provisioning.network.manager import Seen
from provisioning.page.pin import Gate
from provisioning.page.session import COOKIE, Phone, Phones
from provisioning.page.work import Work
from provisioning.page.wrong import of_card, wrongs
from provisioning.probe import Pair
from provisioning.wifi import Wifi

log = logging.getLogger(__name__)

MAX_BODY = 24 << 20
"""Bytes: a photograph as a telephone takes it, and the form around it."""
HEADERS = {
    # Nothing from elsewhere, nothing inline, no frame: what stands in a name of a network finds nothing to run it.
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # With "no-referrer" a browser says of our own forms that they come from nowhere.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
STATIC = Path(__file__).parent / "static"
_KINDS = {".css": "text/css", ".js": "text/javascript"}
Join = Callable[[Wifi, Callable[[Pair], None]], Awaitable[None]]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Opening:
    """One opening of the page: until *until* (seconds since boot), at *hosts*, which is all that a browser may call it.

    *seen* are the networks in reach before the unit's own Wi-Fi opened; *join* changes the Wi-Fi, *close* ends the opening, *tell*
    says something on the board.
    """

    paths: Paths
    clock: Clock
    gate: Gate
    phones: Phones
    until: float
    join: Join
    close: Callable[[], None]
    tell: Callable[[Pair], None]
    hosts: set[str] = field(default_factory=set)
    address: str = ""
    seen: tuple[Seen, ...] = ()
    work: Work = field(default_factory=Work)

    @property
    def left(self) -> float:
        """Seconds until it closes by itself."""
        return max(0.0, self.until - self.clock.now().mono)


OPENING: web.AppKey[Opening] = web.AppKey("opening", Opening)
PAGES: web.AppKey[Environment] = web.AppKey("pages", Environment)
PHONE: web.RequestKey[Phone | None] = web.RequestKey("phone", Phone)
routes = web.RouteTableDef()


def make_site(opening: Opening, *more: web.RouteTableDef) -> web.Application:
    """The application of one *opening* with the pages of *more*."""
    app = web.Application(middlewares=[_guarded], client_max_size=MAX_BODY)
    app[OPENING] = opening
    app[PAGES] = Environment(
        loader=PackageLoader("provisioning.page"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    for table in (routes, *more):
        app.add_routes(table)
    app.on_response_prepare.append(_harden)
    return app


@web.middleware
async def _guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Only the phone that is let in gets past the door, and only by the name that stands on the board."""
    opening = request.app[OPENING]
    if request.host not in opening.hosts or opening.left <= 0:
        # Another name for the same address: a page elsewhere that wants to be taken for this one.
        raise web.HTTPMisdirectedRequest
    if request.method not in ("GET", "HEAD", "POST"):
        raise web.HTTPMethodNotAllowed(request.method, ("GET", "HEAD", "POST"))
    open_to_all = request.path == "/enter" or request.path.startswith("/static/")
    phone = opening.phones.known(request.cookies.get(COOKIE))
    request[PHONE] = phone
    if phone is None and not open_to_all:
        return page(request, "enter.html", status=401 if request.method == "POST" else 200, refused=())
    try:
        if request.method == "POST" and phone is not None:
            await _own_form(request, phone)
        return await handler(request)
    except Refused as refused:
        found = wrongs(refused.complaints)
    except OSError as problem:
        found = wrongs(of_card(problem).complaints)
        opening.tell(found[0].do or found[0].what)
    return page(request, "refused.html" if phone else "enter.html", status=409, refused=found)


async def _own_form(request: web.Request, phone: Phone) -> None:
    """``Refused`` unless the form that is sent was ours, from this page."""
    origin = request.headers.get("Origin")
    sent = (await request.post()).get("form", "")
    if origin not in (None, f"http://{request.host}") or not hmac.compare_digest(str(sent).encode(), phone.form.encode()):
        do = "mở lại trang rồi gửi lại / open the page again and send it again"
        raise refuse("biểu mẫu / form", "biểu mẫu không phải của trang này / this form is not of this page", do)


async def _harden(_: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(HEADERS)
    response.headers.popall("Server", None)


@routes.post("/enter")
async def enter(request: web.Request) -> web.Response:
    """A phone with the PIN comes in."""
    opening = request.app[OPENING]
    opening.phones.free()
    await opening.gate.prove(str((await request.post()).get("pin", ""))[:40])
    phone = opening.phones.enter()
    answer = web.Response(status=303, headers={"Location": "/"})
    answer.set_cookie(COOKIE, phone.secret, httponly=True, samesite="Strict", path="/", max_age=int(opening.left) + 1)
    return answer


@routes.post("/leave")
async def leave(request: web.Request) -> web.Response:
    """The phone goes; with ``close`` the page is closed behind it."""
    opening = request.app[OPENING]
    closing = "close" in await request.post()
    opening.phones.leave()
    if closing:
        opening.close()
    request[PHONE] = None
    answer = page(request, "left.html", closed=closing)
    answer.del_cookie(COOKIE, path="/")
    return answer


@routes.get("/static/{name}")
async def static(request: web.Request) -> web.Response:
    """The style sheet and the script, which work without any other file."""
    path = STATIC / request.match_info["name"]
    if path.parent != STATIC or path.suffix not in _KINDS or not path.exists():
        raise web.HTTPNotFound
    return web.Response(text=path.read_text(encoding="utf-8"), content_type=_KINDS[path.suffix], charset="utf-8")


def page(request: web.Request, template: str, status: int = 200, **values: object) -> web.Response:
    """A page from *template*."""
    opening = request.app[OPENING]
    phone: Phone | None = request.get(PHONE)
    shared = {"left": int(opening.left), "form": phone.form if phone else "", "busy": opening.work.busy}
    text = request.app[PAGES].get_template(template).render(shared | values)
    return web.Response(text=text, status=status, content_type="text/html", charset="utf-8")
