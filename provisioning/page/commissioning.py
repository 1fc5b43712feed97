"""Commissioning on the phone: the same plan as at a terminal, its questions on the page, and the handover sheet that comes of it."""

from aiohttp import web

routes = web.RouteTableDef()
