"""The first page: how the unit is, and what can be done here."""

import asyncio
from contextlib import suppress

from aiohttp import web

from bundle.errors import Refused, refuse
from provisioning.card.enrolling import enrol_by_card, waiting
from provisioning.page.overview import overview
from provisioning.page.site import OPENING, page

routes = web.RouteTableDef()


@routes.get("/")
async def home(request: web.Request) -> web.Response:
    """The unit as a technician sees it first."""
    opening = request.app[OPENING]
    found = await asyncio.to_thread(overview, opening.paths, opening.clock.now())
    card = None
    with suppress(Refused):  # the overview says so already
        card = await asyncio.to_thread(waiting, opening.paths)
    return page(request, "home.html", unit=found, piece=opening.work.piece, villages=card.villages if card else ())


@routes.get("/village")
async def village(request: web.Request) -> web.Response:
    """The villages that the unit's prepared card names."""
    card = await asyncio.to_thread(waiting, request.app[OPENING].paths)
    return page(request, "village.html", villages=card.villages if card else ())


@routes.post("/village")
async def settle(request: web.Request) -> web.Response:
    """The unit enrols itself for the village that was chosen; ``Refused`` when its card does not offer that one."""
    opening = request.app[OPENING]
    place = str((await request.post()).get("place", ""))[:100]
    record = enrol_by_card(opening.paths, place, opening.clock.now())
    if record is None:
        raise refuse(
            "thôn / village", "thiết bị không có thẻ chuẩn bị sẵn / the unit has no prepared card", "quét mã trên bảng / scan the board"
        )
    return web.Response(status=303, headers={"Location": "/"})
