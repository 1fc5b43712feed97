"""How a technician gets to a page: by the code on a board, by scanning, and the start page."""

from pathlib import Path

from aiohttp import web

from registry.areas.places import area_at
from registry.web.config import CONFIG, STORAGE
from registry.web.phones.scripts import scripts
from registry.web.technician.session import DOOR, Visit, page_of, render
from registry.web.technician.work import work_of

routes = web.RouteTableDef()
entry: list[web.RouteDef] = [*DOOR.routes(), *scripts("/technician/static", Path(__file__).parent / "static")]


@routes.get("/e")
async def scanned(request: web.Request) -> web.Response:
    """Where the code on a board leads. What follows ``#`` stays in the phone, and its page asks for the rest from here: a camera's or
    another program's link would arrive without the cookie, which browsers send only on the way from one of our pages to another."""
    return render(request, "scanned.html")


@routes.get("/technician")
@page_of
async def start(request: web.Request, visit: Visit) -> web.Response:
    """What this technician is doing and has done lately, and the way to the next unit."""
    config = request.app[CONFIG]
    async with request.app[STORAGE].reading() as connection:
        work = await work_of(connection, visit.person, config.now(), config.technicians)
        area = await area_at(connection, visit.person.area)
    return render(request, "start.html", visit=visit, work=work, area=area)


@routes.get("/technician/scan")
@page_of
async def scan(request: web.Request, visit: Visit) -> web.Response:
    """The phone's camera on a page, where the browser can read codes; or the text of the code, typed or pasted."""
    return render(request, "scan.html", visit=visit)
