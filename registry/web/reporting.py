"""``POST /v1/report``: the door through which enrolled units speak to the registry."""

import asyncio
from collections.abc import AsyncIterator

from aiohttp import web
from aiohttp.hdrs import RETRY_AFTER

from bundle.errors import Refused, refuse
from evidence.report import CHANGES, FULL, TAKES, Acknowledgement, Batch, Report
from registry.fleet.filer import Crowded, Filer
from registry.fleet.filing import opened
from registry.fleet.intake import MAX_BODY, read_batch
from registry.web.alerts.reach import NEWS
from registry.web.answers import read_body, refusal, too_long
from registry.web.config import CONFIG, STORAGE
from registry.web.metrics import METERS
from registry.web.operations import LATER, TOO_LONG, Answer, Body, Operation, refused
from registry.web.rolling import ROLLING
from registry.web.watch import WATCH
from registry.web.work import WORK

FILER: web.AppKey[Filer] = web.AppKey("filer", Filer)
COME_AGAIN = 30
"""Seconds that a unit is told to wait when too many report at once; it adds a part of its own."""

OPERATIONS = (
    Operation(
        "POST",
        "/v1/report",
        "Thiết bị gửi báo cáo / a unit sends reports",
        (
            Answer(
                200,
                "Phần tốt đã ghi chắc; phần bị từ chối kèm lý do / what is good is durable; what is not is named, with why",
                Acknowledgement,
                headers={TAKES: f"{CHANGES}, {FULL}: thiết bị nên gửi gì / what the unit may send"},
            ),
            refused(400, "không phải một gói báo cáo / not a batch of reports"),
            TOO_LONG,
            refused(503, "đang bận, chưa ghi gì / busy, and nothing was kept", **LATER),
        ),
        body=Body(Batch, "Mỗi báo cáo do khóa của thiết bị ký / each report is signed by the unit's key", documents=(Batch, Report)),
    ),
)
routes = web.RouteTableDef()


@routes.post("/v1/report")
async def report(request: web.Request) -> web.Response:
    """A batch of signed reports: 200 once everything good in it is durable, with what was refused; 413, 400; 503 when to come again."""
    began = asyncio.get_running_loop().time()
    body = await read_body(request, MAX_BODY)
    if body is None:
        return refusal(413, too_long(MAX_BODY))
    try:
        batch = read_batch(body)
    except Refused as refused:
        return refusal(400, refused)
    app = request.app
    try:
        filed = await app[FILER].file(opened(batch.reports))
    except Crowded:
        return _crowded()
    if filed.new:
        app[NEWS].tell()
    if filed.upgraded:
        # Before anybody else is answered: one that went back may be the one too many.
        await app[ROLLING].look()
    answer = Acknowledgement(
        kept=filed.kept,
        reports=tuple(sorted((*filed.known, *filed.new))),
        refused={str(index): why for index, why in filed.refused.items()},
        newest=app[WATCH].newest(filed.channels) if filed.unit else {},
        permits=app[ROLLING].newer(filed.channels, filed.permit) if filed.unit else (),
        stranger=filed.stranger,
    )
    # A unit with older software knows no such field: it is said only where it says something.
    text = answer.model_dump_json(exclude=None if answer.stranger else {"stranger"})
    app[METERS].filed(filed, asyncio.get_running_loop().time() - began)
    return web.Response(text=text, content_type="application/json", headers={TAKES: FULL if filed.lacks_full else CHANGES})


def _crowded() -> web.Response:
    told = refusal(503, refuse("report", "sổ trung tâm đang bận / the registry is busy", "gửi lại sau / send it again later"))
    told.headers[RETRY_AFTER] = str(COME_AGAIN)
    return told


async def filing(app: web.Application) -> AsyncIterator[None]:
    """File while the application runs."""
    app[FILER] = Filer(app[STORAGE], app[CONFIG].now)
    async with app[WORK].going(app[FILER].run()):
        yield
