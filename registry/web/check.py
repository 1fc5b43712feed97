"""``GET /v1/check``: is there anything new for these channels? One request for all of them, and no body when there is not."""

from typing import Annotated

from aiohttp import web
from pydantic import Field

from bundle.area import AreaCode
from bundle.errors import refuse
from evidence.checking import MOST_CHANNELS, Newest, tag_of
from registry.web.answers import refusal
from registry.web.operations import Answer, Operation, Parameter, Place, empty, refused
from registry.web.watch import WATCH

_TAG = {"ETag": "nhãn của các tệp này / the tag of these files"}
_CHANNELS = Annotated[list[AreaCode], Field(min_length=1, max_length=MOST_CHANNELS)]
OPERATIONS = (
    Operation(
        "GET",
        "/v1/check",
        "Có gì mới cho các kênh này không / is there anything new for these channels",
        (
            Answer(200, "timestamp.json mới nhất của mỗi kênh / the newest timestamp.json of each channel", Newest, headers=_TAG),
            empty(304, "người hỏi đã có đúng các tệp này / the caller has exactly these files", **_TAG),
            refused(400, "không kênh nào, hoặc quá nhiều / no channel, or too many"),
        ),
        (
            Parameter(Place.QUERY, "channel", _CHANNELS, "lặp lại được / repeatable", required=True),
            Parameter(Place.HEADER, "If-None-Match", str, "nhãn của những gì đã có / the tag of what the caller has"),
        ),
    ),
)
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
