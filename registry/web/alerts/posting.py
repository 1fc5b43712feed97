"""``POST /v1/alerts``: the door for allow-listed sources; it is not there while none is listed."""

import asyncio
import logging
from dataclasses import dataclass
from typing import Any, Literal

from aiohttp import web

from bundle.area import AreaCode
from bundle.base import Instant, Model
from bundle.errors import Refused, refuse
from registry.alerts.cap import CapAlert, read_cap
from registry.alerts.cap.sending import released_alerts
from registry.alerts.listed import Listed
from registry.alerts.pending import keeping
from registry.alerts.pending.door import Door, TooMany, channel_of
from registry.alerts.pending.row import Pending
from registry.alerts.pending.states import WORDS, State
from registry.alerts.sources import Source
from registry.trust.site import Site
from registry.web.answers import read_body, refusal, too_long
from registry.web.config import CONFIG, STORAGE
from registry.web.network import block
from registry.web.operations import LATER, PLAIN, TOO_LONG, Answer, Body, Operation, Secret, refused
from registry.web.rate import Rate

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Entrance:
    """The *door*, who is *listed*, and how often one part of the network may *knock*."""

    door: Door
    listed: Listed
    knocks: Rate


class Waits(Model):
    """How an alert stands in one *channel*: *words* tell its *state*; *release_at* is when it leaves by itself, *why* says why not."""

    channel: AreaCode
    id: int
    state: State
    words: str
    release_at: Instant | None
    why: str | None


class Taken(Model):
    """What became of a message; *remarks* are what was understood in spite of its form."""

    format: Literal[1] = 1
    channels: tuple[Waits, ...]
    remarks: tuple[str, ...]


ENTRANCE: web.AppKey[Entrance] = web.AppKey("entrance", Entrance)
OPERATIONS = (
    Operation(
        "POST",
        "/v1/alerts",
        "Nguồn tin gửi cảnh báo CAP 1.2 / a source sends a CAP 1.2 alert",
        (
            Answer(202, "đã nhận: đang chờ ở đâu / taken: where it waits", Taken),
            refused(401, "không phải mã của một nguồn đã kê / not the token of a listed source"),
            Answer(404, "chưa kê nguồn nào / no source is listed", str, PLAIN),
            TOO_LONG,
            refused(422, "bị từ chối, kèm mọi lý do / refused, with every reason"),
            refused(429, "gửi quá nhiều / sent too often", **LATER),
        ),
        body=Body(Any, "CAP 1.2 (XML)", ("application/xml",)),
        secret=Secret.SOURCE,
    ),
)
routes = web.RouteTableDef()


@routes.post("/v1/alerts")
async def alerts(request: web.Request) -> web.Response:
    """A CAP 1.2 message: 202 with where it waits; 401 without a token, 404 while no source is listed, 413, 422 refused, 429."""
    entrance, config = request.app[ENTRANCE], request.app[CONFIG]
    if not await asyncio.to_thread(entrance.listed.now):
        raise web.HTTPNotFound
    if not entrance.knocks.allows(block(request), config.now()):
        return _too_often(60.0, refuse("alerts", "gửi quá nhiều lần / sent too often", "chờ một phút / wait a minute"))
    source = await _who(request)
    if source is None:
        wrong = refuse("Authorization", "mã truy cập của nguồn không đúng / not the token of a listed source", "Authorization: Bearer …")
        return refusal(401, wrong)
    body = await read_body(request, config.alert_bytes)
    if body is None:
        return refusal(413, too_long(config.alert_bytes))
    try:
        return web.json_response(text=(await _taken(request, source, body)).model_dump_json(), status=202)
    except TooMany as many:
        return _too_often(many.seconds, many)
    except Refused as refused:
        log.warning("%s: %s", source.id, refused)
        return refusal(422, refused)


async def _who(request: web.Request) -> Source | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return await asyncio.to_thread(request.app[ENTRANCE].listed.by_token, token.strip()) if scheme.lower() == "bearer" else None


async def _taken(request: web.Request, source: Source, body: bytes) -> Taken:
    config, channel = request.app[CONFIG], channel_of(source)
    async with request.app[STORAGE].reading() as connection:
        # Sent again when its answer was lost, it may meanwhile be too old to be taken anew.
        again = await keeping.of_digest(connection, source.id, keeping.digest_of(body), config.now())
    if again:
        return _answer(again, ())
    known = await asyncio.to_thread(released_alerts, Site(config.site), channel)
    cap = await asyncio.to_thread(read_cap, body, [source], channel, config.now(), known)
    taken = await request.app[ENTRANCE].door.take(source, cap.alert, cap.phrases, _extra(cap))
    return _answer(taken, tuple(str(remark) for remark in cap.remarks))


def _extra(cap: CapAlert) -> dict[str, Any]:
    """What pages may show beside the alert: its shapes, and what was understood in spite of its form."""
    areas = [area.model_dump(mode="json") for info in cap.message.infos[:1] for area in info.areas]
    return {"digest": cap.digest, "speech": cap.speech, "areas": areas, "remarks": [str(remark) for remark in cap.remarks]}


def _answer(taken: tuple[Pending, ...], remarks: tuple[str, ...]) -> Taken:
    return Taken(channels=tuple(_told(each) for each in taken), remarks=remarks)


def _told(pending: Pending) -> Waits:
    return Waits(
        channel=pending.channel,
        id=pending.id,
        state=pending.state,
        words=" / ".join(WORDS[pending.state]),
        release_at=pending.release_at if pending.state is State.PENDING else None,
        why=pending.why or pending.reason,
    )


def _too_often(seconds: float, refused: Refused) -> web.Response:
    answer = refusal(429, refused)
    answer.headers["Retry-After"] = str(max(1, round(seconds)))
    return answer
