"""What a phone takes along: the support bundle for the help desk, and the handover sheet."""

import asyncio

from aiohttp import web

from device.first_boot import read_first_boot
from provisioning.handover.sheet import make_sheet
from provisioning.page.site import OPENING
from provisioning.service.support import file_name, support

SHEET = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""The sheet is one page with everything in it, made to be kept; it runs nothing and sends nothing."""
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


@routes.get("/sheet")
async def sheet(request: web.Request) -> web.Response:
    """The handover sheet of the last confirmation; ``Refused`` before there was one."""
    document = await asyncio.to_thread(make_sheet, request.app[OPENING].paths)
    return web.Response(body=document, content_type="text/html", charset="utf-8", headers={"Content-Security-Policy": SHEET})
