"""The support bundle on the phone, to be sent on to the help desk."""

import asyncio

from aiohttp import web

from device.first_boot import read_first_boot
from provisioning.page.site import OPENING
from provisioning.service.support import file_name, support

routes = web.RouteTableDef()


@routes.get("/support")
async def bundle(request: web.Request) -> web.Response:
    """The archive as a download."""
    opening = request.app[OPENING]
    moment = opening.clock.now()
    data = await asyncio.to_thread(support, opening.paths, moment)
    told = read_first_boot(opening.paths)
    name = file_name(told.unit if told and told.unit else "x", moment)
    return web.Response(body=data, content_type="application/gzip", headers={"Content-Disposition": f'attachment; filename="{name}"'})
