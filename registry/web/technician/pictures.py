"""Photographs of a site on their way in from the technician's phone, and back to whoever may see them."""

from aiohttp import web
from sqlalchemy import select

from bundle.errors import Refused, refuse
from registry.audit.chain import Event, note
from registry.fleet.tables import units
from registry.web.answers import read_body, refusal, too_long
from registry.web.config import CONFIG, STORAGE
from registry.web.network import block
from registry.web.phones.door import HEADERS
from registry.web.technician.photographs import add, path_of, remove, take_in
from registry.web.technician.session import Visit, form_of, page_of
from registry.web.technician.showing import FORMS
from registry.web.technician.steps import WHERE, back, sight_of
from registry.web.technician.tables import photos

SHA256 = "{sha256:[0-9a-f]{64}}"

routes = web.RouteTableDef()


@routes.post(WHERE + "/photos")
@form_of
async def photo_sent(request: web.Request, visit: Visit) -> web.StreamResponse:
    """The bytes of one picture: 201 once it is kept, 422 when it is none that we can read, 413, 409 when the unit is not theirs now."""
    sight, config = await sight_of(request, visit), request.app[CONFIG]
    if sight.step not in FORMS:
        return refusal(409, refuse("thiết bị / unit", "không còn chờ bạn / no longer waits for you", "mở lại trang / open the page again"))
    raw = await read_body(request, config.technicians.upload_bytes)
    if raw is None:
        return refusal(413, too_long(config.technicians.upload_bytes))
    try:
        sha256 = await take_in(config.data, raw, config.technicians)
        async with request.app[STORAGE].writing() as connection:
            await add(connection, sight.code.thumbprint, sha256, visit.person.name, config.now(), config.technicians)
            await note(connection, Event.PHOTO_ADDED, config.now(), visit.person.name, sight.code.unit, block(request), sha256)
    except Refused as refused:
        return refusal(422, refused)
    return web.json_response({"sha256": sha256}, status=201)


@routes.post(WHERE + "/photos/remove")
@form_of
async def photo_removed(request: web.Request, visit: Visit) -> web.StreamResponse:
    """One picture less."""
    sight, config, sha256 = await sight_of(request, visit), request.app[CONFIG], visit.form.get("sha256", "")
    if sight.step in FORMS:
        async with request.app[STORAGE].writing() as connection:
            await remove(connection, sight.code.thumbprint, sha256)
            await note(connection, Event.PHOTO_REMOVED, config.now(), visit.person.name, sight.code.unit, block(request), sha256)
    return back(sight, "photo")


@routes.get(f"/technician/photos/{SHA256}.jpg")
@page_of
async def photo(request: web.Request, visit: Visit) -> web.StreamResponse:
    """A picture that this technician took, or of a unit in their area."""
    sha256 = request.match_info["sha256"]
    query = select(photos.c.technician, units.c.place).join(units, units.c.unit == photos.c.unit, isouter=True)
    async with request.app[STORAGE].reading() as connection:
        found = (await connection.execute(query.where(photos.c.sha256 == sha256))).all()
    if not any(row.technician == visit.person.name or (row.place and visit.person.may_work_in(row.place)) for row in found):
        raise web.HTTPNotFound
    return web.FileResponse(path_of(request.app[CONFIG].data, sha256), headers={**HEADERS, "Cache-Control": "private, max-age=3600"})
