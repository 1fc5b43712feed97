"""The support bundle on the phone, to be sent on to the help desk."""

from aiohttp import web

routes = web.RouteTableDef()
