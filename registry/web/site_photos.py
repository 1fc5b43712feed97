"""Photographs of a site as pictures: those of the technician's phone, and those that came home from the unit."""

from aiohttp import web
from sqlalchemy import select

from registry.fleet.story import picture
from registry.people.roles import Role
from registry.web.config import CONFIG, STORAGE
from registry.web.technician.photographs import path_of
from registry.web.technician.tables import photos
from registry.web.users.session import Visit, page_of
from registry.web.users.sight import sees

KEPT = {"Cache-Control": "private, max-age=3600"}
SHA256 = "{sha256:[0-9a-f]{64}}"

routes = web.RouteTableDef()


@routes.get(f"/units/{{unit}}/photos/{SHA256}.jpg")
@page_of(Role.WATCHER)
async def taken(request: web.Request, visit: Visit) -> web.StreamResponse:
    """A picture that a technician took when the unit was let in."""
    sha256, mine = request.match_info["sha256"], photos.c.unit == request.match_info["unit"]
    async with request.app[STORAGE].reading() as connection:
        known = await connection.scalar(select(photos.c.seq).where(mine, photos.c.sha256 == sha256))
        theirs = await sees(connection, visit.person, request.match_info["unit"])
    if known is None or not theirs:
        raise web.HTTPNotFound
    return web.FileResponse(path_of(request.app[CONFIG].data, sha256), headers=KEPT)


@routes.get(f"/units/{{unit}}/pictures/{SHA256}.webp")
@page_of(Role.WATCHER)
async def sent(request: web.Request, visit: Visit) -> web.StreamResponse:
    """A picture that the unit reported when it was commissioned."""
    async with request.app[STORAGE].reading() as connection:
        found = await picture(connection, request.match_info["unit"], request.match_info["sha256"])
        theirs = await sees(connection, visit.person, request.match_info["unit"])
    if found is None or not theirs:
        raise web.HTTPNotFound
    return web.Response(body=found, content_type="image/webp", headers=KEPT)
