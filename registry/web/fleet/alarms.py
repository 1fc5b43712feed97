"""The alarms at ``/alarms``: what is open, who has seen it, what was over lately."""

from aiohttp import web

from bundle.errors import Refused
from registry.fleet.alarm_keeper import listed, see
from registry.people.roles import Role
from registry.web.answers import refusal
from registry.web.config import CONFIG, STORAGE
from registry.web.fleet import words as said
from registry.web.standing import ALARMS
from registry.web.users.session import Visit, form_of, page_of, render
from registry.web.users.sight import everywhere

routes = web.RouteTableDef()
PAST = 50


@routes.get("/alarms")
@page_of(Role.WATCHER)
async def alarms_page(request: web.Request, visit: Visit) -> web.StreamResponse:
    """The alarms of the areas that somebody watches."""
    async with request.app[STORAGE].reading() as connection:
        everything = await everywhere(connection, visit.person, Role.WATCHER)
        found = await listed(connection, visit.person.areas(Role.WATCHER), everything, PAST)
    return render(request, "fleet/alarms.html", visit=visit, found=found, said=said)


@routes.post("/alarms/{seq:[0-9]{1,18}}/seen")
@form_of(Role.OPERATOR)
async def seen(request: web.Request, visit: Visit) -> web.StreamResponse:
    """Somebody has seen it, and looks after it: 303 back to the list, 404."""
    now, seq = request.app[CONFIG].now(), int(request.match_info["seq"])
    try:
        async with request.app[STORAGE].writing() as connection:
            everything = await everywhere(connection, visit.person, Role.OPERATOR)
            await see(connection, seq, visit.person.name, visit.person.areas(Role.OPERATOR), everything, now)
    except Refused as refused:
        return refusal(404, refused)
    await request.app[ALARMS].count()
    return web.Response(status=303, headers={"Location": "/alarms"})
