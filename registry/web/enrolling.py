"""``GET /v1/root`` and ``POST /v1/enrol``: a unit learns whom to believe, and asks to be let in, with a grant or by a technician."""

import hashlib
import logging
from datetime import datetime
from typing import Annotated, Any

from aiohttp import web
from sqlalchemy import Row, delete, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bundle.errors import Refused, refuse
from bundle.parse import parse
from evidence.report import MAX_ENROLMENT, Enrolled, Enrolment, Pending
from evidence.signed import MEDIA, Signed
from evidence.signing import claimed, thumbprint, verify
from registry.audit.chain import Event, note
from registry.cards.claiming import file_claim
from registry.fleet.grants import TurnedAway, may_be_let_in, redeem
from registry.fleet.readmitting import admission, readmit
from registry.fleet.states import Link
from registry.fleet.tables import grants
from registry.trust.site import Site
from registry.web.answers import read_body, refusal, too_long
from registry.web.config import CONFIG, OWN_KEYS, STORAGE
from registry.web.network import block
from registry.web.operations import LATER, TOO_LONG, Answer, Body, Operation, refused
from registry.web.rate import Rate
from registry.web.technician.settling import may_replace, settle
from registry.web.technician.tables import waiting
from registry.web.technician.waiting import Stage, ask, stage, with_key

log = logging.getLogger(__name__)

ASKS: web.AppKey[Rate] = web.AppKey("asks", Rate)
REFUSALS: web.AppKey[Rate] = web.AppKey("refusals", Rate)

OPERATIONS = (
    Operation(
        "GET",
        "/v1/root",
        "Gốc tin cậy đầu tiên của sổ trung tâm / the first trust root of this registry",
        (
            Answer(
                200, "root.json (TUF); không ai tin chỉ vì tải nó ở đây / nobody believes it for having fetched it here", dict[str, Any]
            ),
            refused(404, "chưa có gốc tin cậy / there is none yet"),
        ),
    ),
    Operation(
        "POST",
        "/v1/enrol",
        "Thiết bị xin vào / a unit asks to be let in",
        (
            Answer(200, "đã nhận: nơi đặt và các kênh / let in: where it stands and whom it follows", Enrolled),
            Answer(202, "chưa ai nhận: hỏi lại sau / nobody has accepted it yet: ask again", Pending),
            refused(400, "không đọc được, hoặc không phải chữ ký của khóa này / not readable, or not signed by that key"),
            refused(403, "không được nhận / turned away"),
            TOO_LONG,
            refused(429, "hỏi quá nhanh / asked too often", **LATER),
            refused(503, "chưa nhận được lúc này / it cannot be let in just now"),
        ),
        body=Body(
            Annotated[str, Signed(Enrolment)],
            "Do chính khóa trong đó ký / signed by the very key that is in it",
            (MEDIA,),
            (Enrolment,),
        ),
    ),
)
routes = web.RouteTableDef()


@routes.get("/v1/root")
async def root(request: web.Request) -> web.Response:
    """The first root of this registry's release tree; 404 before there is one. Nobody believes it for having fetched it here."""
    try:
        found = _root(request)
    except Refused as refused:
        return refusal(404, refused)
    return web.Response(body=found, content_type="application/json", headers={"Cache-Control": "no-cache"})


@routes.post("/v1/enrol")
async def enrol(request: web.Request) -> web.Response:
    """A unit's own signature on its own key: 200 with where it stands; 202 while nobody has accepted it; 400, 403, 413, 429, 503."""
    config, where = request.app[CONFIG], block(request)
    if not request.app[ASKS].allows(where, config.now()) or request.app[REFUSALS].spent(where, config.now()):
        return _too_often()
    body = await read_body(request, MAX_ENROLMENT)
    if body is None:
        return refusal(413, too_long(MAX_ENROLMENT))
    try:
        token = body.decode("ascii", "replace").strip()
        enrolment = parse(Enrolment, claimed(token), "enrol", MAX_ENROLMENT)
        verify(token, enrolment.key)
    except Refused as refused:
        return refusal(400, refused)
    if enrolment.card is not None:
        return await _by_card(request, enrolment, token)
    try:
        if enrolment.admission is not None:
            found: Row[Any] | Pending = await readmit(request.app[STORAGE], request.app[OWN_KEYS].public, enrolment, token, config.now())
        else:
            async with request.app[STORAGE].writing() as connection:
                found = await _let_in(request, connection, enrolment, token)
    except TurnedAway as turned:
        log.warning("enrolment of %s refused: %s", enrolment.unit, turned)
        request.app[REFUSALS].allows(where, config.now())
        async with request.app[STORAGE].writing() as connection:
            await _turned_away(connection, enrolment, turned, where, config.now())
        return refusal(403, turned)
    except Refused as refused:
        return refusal(503, refused)
    return _answer(request, found)


async def _by_card(request: web.Request, enrolment: Enrolment, token: str) -> web.Response:
    """The claim of a unit that enrolled itself from a prepared card: 200 or 403."""
    now, keys = request.app[CONFIG].now(), request.app[OWN_KEYS].public
    try:
        return _answer(request, await file_claim(request.app[STORAGE], keys, enrolment, token, Link.NETWORK, now))
    except Refused as refused:
        request.app[REFUSALS].allows(block(request), now)
        return refusal(403, refused)


async def _let_in(request: web.Request, connection: AsyncConnection, enrolment: Enrolment, token: str) -> Row[Any] | Pending:
    """The unit's row, or that it has to wait."""
    config = request.app[CONFIG]
    if enrolment.grant is None:
        _same_root(request, enrolment)
    unit = await redeem(connection, enrolment, token, config.now())
    row = await with_key(connection, thumbprint(enrolment.key))
    if unit is not None:
        if row is not None and row.unit == unit.unit:
            await settle(connection, row, config.now())
        return unit
    await may_be_let_in(connection, enrolment.unit, thumbprint(enrolment.key))
    if enrolment.replaces is not None:
        await may_replace(connection, enrolment.replaces, enrolment.unit)
    row = await ask(connection, enrolment, block(request), config.now(), config.technicians)
    if stage(row, config.now(), config.technicians) is Stage.CLOSED:
        what = f"mã trên bảng bị nhập sai {row.wrong} lần / the code on the board was typed wrongly {row.wrong} times"
        raise TurnedAway(Event.CODE_CLOSED, "code", what, "thiết bị tạo mã mới / the unit draws a new code")
    return Pending(unit=row.unit, seen=row.seen is not None, wait=config.technicians.wait)


def _same_root(request: web.Request, enrolment: Enrolment) -> None:
    if enrolment.root != hashlib.sha256(_root(request)).hexdigest():
        what = "gốc tin cậy của thiết bị không phải của máy chủ này / the unit was given a trust root that is not of this registry"
        do = "có thể có người đứng giữa: dùng mạng khác / somebody may stand between: use another network"
        raise TurnedAway(Event.ROOT_FOREIGN, "root.json", what, do)


async def _turned_away(connection: AsyncConnection, enrolment: Enrolment, turned: TurnedAway, where: str, now: datetime) -> None:
    """Write down who was turned away; an expired grant is cleared, so that a technician can accept the unit again."""
    print_of_key = thumbprint(enrolment.key)
    if turned.event is Event.GRANT_EXPIRED:
        await connection.execute(delete(grants).where(grants.c.thumbprint == print_of_key, grants.c.used_by.is_(None)))
        await connection.execute(update(waiting).where(waiting.c.thumbprint == print_of_key).values(accepted=None))
    await note(connection, turned.event, now, unit=enrolment.unit, block=where, detail=print_of_key)


def _answer(request: web.Request, found: Row[Any] | Pending) -> web.Response:
    if isinstance(found, Pending):
        return web.Response(status=202, text=found.model_dump_json(), content_type="application/json")
    answer = Enrolled(
        unit=found.unit,
        place=found.place,
        place_name=found.place_name,
        channels=tuple(found.channels),
        languages=tuple(found.languages),
        root=found.root,
        content=f"{request.app[CONFIG].url.rstrip('/')}/content",
        keys=request.app[OWN_KEYS].public,
        admission=admission(found, request.app[OWN_KEYS]),
    )
    log.info("unit %s enrolled at %s, key %s", found.unit, found.place, found.thumbprint)
    return web.Response(text=answer.model_dump_json(), content_type="application/json")


def _root(request: web.Request) -> bytes:
    try:
        return Site(request.app[CONFIG].site).root()
    except Refused:
        # What the release tree itself says names a folder of ours, which is nobody's business outside.
        raise refuse("root.json", "máy chủ chưa có gốc tin cậy / this registry has no trust root yet", "bangtin publish keys") from None


def _too_often() -> web.Response:
    answer = refusal(429, refuse("enrol", "hỏi quá nhanh / asked too often", "chờ một phút / wait a minute"))
    answer.headers["Retry-After"] = "60"
    return answer
