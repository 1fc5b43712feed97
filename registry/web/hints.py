"""``GET /v1/hints``: a stream of unsigned hints. A hint makes a unit look; only a signature makes it believe."""

import asyncio

from aiohttp import web

from bundle.area import AreaCode
from bundle.errors import refuse
from registry.web.answers import refusal
from registry.web.config import CONFIG
from registry.web.operations import LATER, Answer, Operation, Parameter, Place, refused
from registry.web.watch import WATCH

STREAMS: web.AppKey[set[object]] = web.AppKey("streams", set)
SLOWEST_WRITE = 30.0

OPERATIONS = (
    Operation(
        "GET",
        "/v1/hints",
        "Luồng gợi ý: kênh nào vừa đổi / a stream of hints: which channel has just changed",
        (
            Answer(200, "sự kiện gửi dần (SSE), không có chữ ký / server-sent events, unsigned", str, "text/event-stream"),
            refused(503, "quá nhiều luồng: hãy hỏi theo định kỳ / too many streams: poll instead", **LATER),
        ),
        (Parameter(Place.QUERY, "channel", list[AreaCode], "chỉ các kênh này; lặp lại được / only these; repeatable"),),
    ),
)
routes = web.RouteTableDef()


@routes.get("/v1/hints")
async def hints(request: web.Request) -> web.StreamResponse:
    """Server-sent events ``data: {"channel", "timestamp"}``; ``?channel=`` (repeatable) narrows them and starts with the newest.

    When stops, alerts or the feed are newer, ``files`` is what a unit needs that had the state before: see :mod:`bundle.trust.carried`.
    """
    streams, config = request.app[STREAMS], request.app[CONFIG]
    if len(streams) >= config.most_streams:
        busy = refusal(503, refuse("hints", "quá nhiều kết nối / too many streams", "hỏi theo định kỳ / poll instead"))
        busy.headers["Retry-After"] = "900"
        return busy
    ticket = object()
    streams.add(ticket)
    try:
        return await _stream(request, config.keep_alive)
    finally:
        streams.discard(ticket)


async def _stream(request: web.Request, keep_alive: float) -> web.StreamResponse:
    watch, wanted = request.app[WATCH], frozenset(request.query.getall("channel", ()))
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"})
    await response.prepare(request)
    told: dict[str, int] = {} if wanted else watch.versions()
    try:
        await _send(response, ": bangtin\n\n")
        while not watch.closed:
            now = watch.newest(wanted) if wanted else watch.versions()
            fresh = [channel for channel, version in sorted(now.items()) if told.get(channel) != version]
            if fresh:
                await _send(response, "".join(watch.event(channel, told.get(channel)) for channel in fresh))
                told = now
            elif not await watch.wait(keep_alive):
                await _send(response, ":\n\n")
    except (ConnectionError, TimeoutError):
        # Gone, or reading slower than a keep-alive needs: it will connect again, and polls meanwhile.
        pass
    return response


async def _send(response: web.StreamResponse, text: str) -> None:
    async with asyncio.timeout(SLOWEST_WRITE):
        await response.write(text.encode())
