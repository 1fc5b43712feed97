"""An HTTP server that does nothing: what aiohttp itself costs a request, for the benches of the registry."""

import asyncio
import socket
import sys
from pathlib import Path

from aiohttp import web

from registry.fleet.intake import MAX_BODY
from registry.web.answers import read_body

ANSWER = '{"format":1,"kept":{"display":1},"reports":[1],"refused":{},"newest":{},"permits":[]}'


async def _answer(request: web.Request) -> web.Response:
    await read_body(request, MAX_BODY)
    return web.Response(text=ANSWER, content_type="application/json")


async def _serve(listening: socket.socket) -> None:
    app = web.Application()
    app.add_routes([web.post("/v1/report", _answer)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.SockSite(runner, listening).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    listens = socket.create_server(("127.0.0.1", 0))
    Path(sys.argv[1]).write_text(str(listens.getsockname()[1]))
    asyncio.run(_serve(listens))
