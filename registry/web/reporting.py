"""``POST /v1/report`` and ``POST /v1/enrol``: the two doors through which units speak to the registry."""

import logging

from aiohttp import web
from sqlalchemy import select

from bundle.errors import Refused, refuse
from bundle.parse import parse
from evidence.report import Acknowledgement, Enrolled, Enrolment
from evidence.signing import claimed, verify
from registry.web.answers import read_body, refusal
from registry.web.config import CONFIG
from registry.web.grants import redeem
from registry.web.intake import MAX_BODY, Claim, Proven, prove, read_batch, read_claim
from registry.web.keeping import keep, kept
from registry.web.schema import units
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
    answer = await _keep(request.app, batch.reports)
    return web.Response(text=answer.model_dump_json(), content_type="application/json")


async def _keep(app: web.Application, tokens: tuple[str, ...]) -> Acknowledgement:
    refused: dict[str, str] = {}
    claims: list[Claim] = []
    for index, token in enumerate(tokens):
        try:
            claims.append(read_claim(index, token))
        except Refused as problem:
            refused[str(index)] = str(problem)
    proven = await _prove(app, claims, refused)
    if not proven:
        return Acknowledgement(kept={}, refused=refused, newest={})
    unit, good = proven[0].report.unit, []
    async with app[STORAGE].writing() as connection:
        for each in proven:
            complaint = _stranger(each, unit) or await keep(connection, each, app[CONFIG].now())
            if complaint:
                refused[str(each.index)] = str(complaint)
            else:
                good.append(each.report.n)
        whole = await kept(connection, unit)
        channels = await connection.scalar(select(units.c.channels).where(units.c.unit == unit))
    for place, why in refused.items():
        log.warning("report %s of a batch of %s refused: %s", place, unit, why)
    return Acknowledgement(kept=whole, reports=tuple(good), refused=refused, newest=app[WATCH].newest(channels or ()))


async def _prove(app: web.Application, claims: list[Claim], refused: dict[str, str]) -> list[Proven]:
    async with app[STORAGE].reading() as connection:
        named = {claim.report.unit for claim in claims}
        keys = {row.unit: row.key for row in await connection.execute(select(units.c.unit, units.c.key).where(units.c.unit.in_(named)))}
    proven = []
    for claim in claims:
        try:
            proven.append(prove(claim, keys))
        except Refused as problem:
            refused[str(claim.index)] = str(problem)
    return proven


def _stranger(proven: Proven, unit: str) -> Refused | None:
    # The acknowledgement names the lines of one unit; a second unit in the batch would be told another's.
    if proven.report.unit == unit:
        return None
    return refuse("unit", "một gói chỉ của một thiết bị / one batch is of one unit", "gửi riêng / send it separately")


def _too_long(cap: int) -> Refused:
    return refuse("body", f"dài quá {cap} byte / longer than {cap} bytes", "gửi thành nhiều lần / send it in several parts")
