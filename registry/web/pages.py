"""What all pages share: the one style sheet, and the headers that protect every answer."""

from pathlib import Path

from aiohttp import web

from registry.web.content import PREFIX, caching

# No script, no frame, nothing from elsewhere: a title that smuggles markup in finds nothing to run it.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

STATIC = Path(__file__).parent / "static"

routes = web.RouteTableDef()


@routes.get("/style.css")
async def style(_: web.Request) -> web.FileResponse:
    """The one style sheet."""
    return web.FileResponse(STATIC / "style.css", headers={"Cache-Control": "no-cache"})


async def harden(request: web.Request, response: web.StreamResponse) -> None:
    """Give every answer its protecting headers, and content its caching."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    kept = caching(request.path) if request.path.startswith(PREFIX) and response.status in (200, 206, 304) else None
    if kept:
        response.headers["Cache-Control"] = kept
