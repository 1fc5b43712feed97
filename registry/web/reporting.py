"""``POST /v1/report`` and ``POST /v1/enrol``: the two doors through which units speak to the registry."""

import logging

from aiohttp import web

from bundle.errors import Refused, refuse
from bundle.parse import parse
from evidence.report import Acknowledgement, Enrolled, Enrolment
from evidence.signing import claimed, verify
from registry.web.answers import read_body, refusal
from registry.web.config import CONFIG
from registry.web.filing import file_batch
from registry.web.grants import redeem
from registry.web.intake import MAX_BODY, read_batch
from registry.web.own_keys import OWN_KEYS
from registry.web.storage import STORAGE
from registry.web.watch import WATCH

log = logging.getLogger(__name__)

MAX_ENROLMENT = 8 * 1024

routes = web.RouteTableDef()


@routes.post("/v1/enrol")
async def enrol(request: web.Request) -> web.Response:
    """A unit's own signature on its own key, and a grant: 200 with where it stands, 403 with the reason, 413, 400."""
    body = await read_body(request, MAX_ENROLMENT)
    if body is None:
        return refusal(413, _too_long(MAX_ENROLMENT))
    config = request.app[CONFIG]
    try:
        token = body.decode("ascii", "replace").strip()
        enrolment = parse(Enrolment, claimed(token), "enrol", MAX_ENROLMENT)
        verify(token, enrolment.key)
    except Refused as refused:
        return refusal(400, refused)
    try:
        async with request.app[STORAGE].writing() as connection:
            unit = await redeem(connection, enrolment, token, config.now())
    except Refused as refused:
        log.warning("enrolment of %s refused: %s", enrolment.unit, refused)
        return refusal(403, refused)
    answer = Enrolled(
        unit=unit.unit,
        place=unit.place,
        place_name=unit.place_name,
        channels=tuple(unit.channels),
        languages=tuple(unit.languages),
        root=unit.root,
        content=f"{config.url.rstrip('/')}/content",
        keys=request.app[OWN_KEYS].public,
    )
    log.info("unit %s enrolled at %s, key %s", unit.unit, unit.place, unit.thumbprint)
    return web.Response(text=answer.model_dump_json(), content_type="application/json")


@routes.post("/v1/report")
async def report(request: web.Request) -> web.Response:
    """A batch of signed reports: 200 once everything good in it is durable, with what was refused; 413, 400."""
    body = await read_body(request, MAX_BODY)
    if body is None:
        return refusal(413, _too_long(MAX_BODY))
    try:
        batch = read_batch(body)
    except Refused as refused:
        return refusal(400, refused)
    app = request.app
    filed = await file_batch(app[STORAGE], batch.reports, app[CONFIG].now())
    answer = Acknowledgement(
        kept=filed.kept,
        reports=tuple(sorted((*filed.known, *filed.new))),
        refused={str(index): why for index, why in filed.refused.items()},
        newest=app[WATCH].newest(filed.channels) if filed.unit else {},
    )
    return web.Response(text=answer.model_dump_json(), content_type="application/json")


def _too_long(cap: int) -> Refused:
    return refuse("body", f"dài quá {cap} byte / longer than {cap} bytes", "gửi thành nhiều lần / send it in several parts")
