"""What the counting proxy says of a conversation: requests, heads and bodies apart."""

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from bench.proxy import counting


async def test_requests_and_bodies_are_told_apart() -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=304) if "If-None-Match" in request.headers else web.Response(body=bytes(5000))

    app = web.Application()
    app.router.add_get("/", answer)
    async with TestServer(app) as server, counting(server.port or 0) as counter:
        async with ClientSession() as http:
            await (await http.get(counter.url)).read()
            assert (counter.requests, counter.body) == (1, 5000)
            counter.clear()
            await (await http.get(counter.url, headers={"If-None-Match": '"1"'})).read()
        assert (counter.requests, counter.body) == (1, 0)
        assert counter.bytes > 100
