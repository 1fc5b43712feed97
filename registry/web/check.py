"""``GET /v1/check``: is there anything new for these channels? One request for all of them, and no body when there is not."""

from aiohttp import web

from bundle.errors import refuse
from evidence.checking import MOST_CHANNELS, Newest, tag_of
from registry.web.answers import refusal
from registry.web.watch import WATCH

routes = web.RouteTableDef()


@routes.get("/v1/check")
async def check(request: web.Request) -> web.Response:
    """The newest timestamps of ``?channel=`` (repeatable): 200 with the files, 304 when the caller has exactly these, 400."""
    wanted = frozenset(request.query.getall("channel", ()))
    if not 0 < len(wanted) <= MOST_CHANNELS:
        what = f"1 đến {MOST_CHANNELS} kênh / 1 to {MOST_CHANNELS} channels"
        return refusal(400, refuse("channel", what, "hỏi thành nhiều lần / ask in parts"))
    found = request.app[WATCH].timestamps(wanted)
    tag = tag_of(found)
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if tag in (each.strip() for each in request.headers.get("If-None-Match", "").split(",")):
        return web.Response(status=304, headers=headers)
    answer = Newest(timestamps={channel: raw.decode("utf-8", "replace") for channel, raw in found.items()})
    return web.Response(text=answer.model_dump_json(), content_type="application/json", headers=headers)
