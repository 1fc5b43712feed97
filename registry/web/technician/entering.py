"""How a technician gets to a page: by the link that binds the phone, by the code on a board, by scanning, and the start page."""

from pathlib import Path

from aiohttp import web

from bundle.errors import Refused
from registry.web.config import CONFIG
from registry.web.network import block
from registry.web.storage import STORAGE
from registry.web.technician.audit import Event
from registry.web.technician.people import bind
from registry.web.technician.rate import Rate
from registry.web.technician.session import COOKIE, HEADERS, Visit, from_our_page, note_apart, page_of, render
from registry.web.technician.work import work_of

STATIC = Path(__file__).parent / "static"
SCRIPTS = {path.name: "text/css" if path.suffix == ".css" else "text/javascript" for path in STATIC.iterdir()}
BINDS: web.AppKey[Rate] = web.AppKey("binds", Rate)

routes = web.RouteTableDef()


@routes.get("/e")
async def scanned(request: web.Request) -> web.Response:
    """Where the code on a board leads. What follows ``#`` stays in the phone, and its page asks for the rest from here: a camera's or
    another program's link would arrive without the cookie, which browsers send only on the way from one of our pages to another."""
    return render(request, "scanned.html")


@routes.get("/t")
async def invited(request: web.Request) -> web.Response:
    """Where the link that binds a phone leads; looking at it uses nothing up, as programs do that show a preview of links."""
    return render(request, "invited.html")


@routes.post("/technician/bind")
async def bound(request: web.Request) -> web.Response:
    """Bind this phone: 303 to the start page with the cookie; 403 when the link is worth nothing, 429 for trying too often."""
    config, where = request.app[CONFIG], block(request)
    if not request.app[BINDS].allows(where, config.now()):
        return render(request, "too_often.html", 429)
    secret = (await request.post()).get("link", "")
    try:
        if not from_our_page(request) or not isinstance(secret, str):
            return render(request, "forged.html", 403)
        async with request.app[STORAGE].writing() as connection:
            session = await bind(connection, secret, config.now())
    except Refused as refused:
        await note_apart(request, Event.LINK_REFUSED, detail=str(refused))
        return render(request, "refused.html", 403, complaints=refused.complaints)
    answer = web.Response(status=303, headers={"Location": "/technician", **HEADERS})
    lifetime = int(config.technicians.session_for.total_seconds())
    answer.set_cookie(COOKIE, session, max_age=lifetime, path="/", secure=True, httponly=True, samesite="Strict")
    return answer


@routes.get("/technician")
@page_of
async def start(request: web.Request, visit: Visit) -> web.Response:
    """What this technician is doing and has done lately, and the way to the next unit."""
    config = request.app[CONFIG]
    async with request.app[STORAGE].reading() as connection:
        work = await work_of(connection, visit.technician, config.now(), config.technicians)
    return render(request, "start.html", visit=visit, work=work)


@routes.get("/technician/scan")
@page_of
async def scan(request: web.Request, visit: Visit) -> web.Response:
    """The phone's camera on a page, where the browser can read codes; or the text of the code, typed or pasted."""
    return render(request, "scan.html", visit=visit)


@routes.get("/technician/static/{name}")
async def static(request: web.Request) -> web.StreamResponse:
    """The style sheet and the few scripts."""
    name = request.match_info["name"]
    if name not in SCRIPTS:
        raise web.HTTPNotFound
    return web.FileResponse(STATIC / name, headers={"Cache-Control": "no-cache", "Content-Type": SCRIPTS[name]})
