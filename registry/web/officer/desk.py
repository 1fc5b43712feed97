"""The officer's first page: what they may sign, what waits for them, what is on the air."""

import asyncio

from aiohttp import web

from registry.trust.site import Site
from registry.web.config import CONFIG
from registry.web.officer.seats import seats_of
from registry.web.officer.session import Visit, page_of, render

routes = web.RouteTableDef()


@routes.get("/officer")
@page_of
async def desk(request: web.Request, visit: Visit) -> web.Response:
    """The desk; a phone without a key makes one first."""
    if visit.person.holder is None:
        return render(request, "key.html", visit=visit)
    seats = await asyncio.to_thread(seats_of, Site(request.app[CONFIG].site), visit.person)
    return render(request, "desk.html", visit=visit, seats=seats)
