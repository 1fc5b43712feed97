"""``/live/<channel>/<grant>/<order>``: an officer speaks into it (POST or PUT), units listen (GET).

Who may speak is in the signed orders, as the hash of a secret that only the officer's command knows; who listens needs none: it is
what a whole village hears, and the orders in which its address stands are public. When there are more listeners than seats, every part
of the network keeps the same share. Nothing of it is believed: a unit opens it only by a signed order, and closes it by the same.
"""

import asyncio
import hmac
from collections.abc import AsyncIterator
from hashlib import sha256
from typing import Any
from weakref import WeakValueDictionary

from aiohttp import hdrs, web

from bundle.area import AreaCode
from bundle.base import Identifier
from bundle.errors import Refused, refuse
from bundle.live import Leave
from registry.live.frames import Framer
from registry.live.kinds import SUFFIXES, framer_for
from registry.live.leaves import Told, told_by
from registry.live.recording import Kept, begin_recording, end_left_over
from registry.live.room import FellBehind, Room
from registry.live.seats import NoSeat, Seats
from registry.trust.site import Site
from registry.web.answers import refusal
from registry.web.config import CONFIG
from registry.web.network import block
from registry.web.operations import LATER, PLAIN, Answer, Body, Operation, Parameter, Place, Secret, empty, refused
from registry.web.watch import WATCH

# A room is there for as long as somebody speaks, listens or waits in it.
ROOMS: web.AppKey[WeakValueDictionary[str, Room]] = web.AppKey("rooms", WeakValueDictionary)
TOLD: web.AppKey[dict[str, tuple[int, Told]]] = web.AppKey("told", dict)
SEATS: web.AppKey[Seats] = web.AppKey("seats", Seats)
WHERE = r"/live/{channel:[a-z0-9-]+(?:\.[a-z0-9-]+)*}/{grant:[a-z0-9][a-z0-9-]*}/{order:[a-z0-9][a-z0-9-]*}"
ANY_SECOND = 1.0
AT_ONCE = 8192
"""Bytes between which the listeners get their turn: what comes in a burst after a stall is no reason to drop them."""

_WHICH = (
    Parameter(Place.PATH, "channel", AreaCode, "kênh / channel", required=True),
    Parameter(Place.PATH, "grant", Identifier, "quyền nói / the grant", required=True),
    Parameter(Place.PATH, "order", Identifier, "lệnh / the order", required=True),
)
_PATH = "/live/{channel}/{grant}/{order}"
_NO_ORDER = (
    refused(404, "không có lệnh nào như thế lúc này / no such order now"),
    Answer(404, "địa chỉ không đúng dạng / not an address of this kind", str, PLAIN),
)
_SPEAK = (
    Answer(200, "nói xong: những gì đã lưu / it is over: what was kept", Kept),
    refused(401, "không phải mã nói của lệnh này / not the secret of this order"),
    *_NO_ORDER,
    refused(409, "đang có người nói / somebody speaks already"),
    refused(415, "chỉ nhận Ogg/Opus hoặc WebM / only Ogg/Opus or WebM"),
)
_SPEECH = Body(Any, "tiếng nói, gửi dần / speech, as it is spoken", tuple(SUFFIXES))
OPERATIONS = (
    *(
        Operation(method, _PATH, "Cán bộ nói trực tiếp / an officer speaks live", _SPEAK, _WHICH, _SPEECH, Secret.SPEAKER)
        for method in ("POST", "PUT")
    ),
    Operation(
        "GET",
        _PATH,
        "Nghe trực tiếp / listen live",
        (
            *(Answer(200, "tiếng nói cho đến hết / speech until it is over", media=media) for media in SUFFIXES),
            *_NO_ORDER,
            refused(503, "chưa ai nói, hoặc quá nhiều người nghe / nobody speaks yet, or too many listen", **LATER),
        ),
        _WHICH,
    ),
    Operation(
        "HEAD", _PATH, "Lệnh này đã tới đây chưa / is this order known here", (empty(204, "rồi / yes"), empty(404, "chưa / no")), _WHICH
    ),
)
routes = web.RouteTableDef()


async def keeping_live(app: web.Application) -> AsyncIterator[None]:
    """What was cut off with the last run gets its end when the application starts."""
    await asyncio.to_thread(end_left_over, app[CONFIG].data, app[CONFIG].now())
    yield


@routes.post(WHERE)
@routes.put(WHERE)
async def speak(request: web.Request) -> web.Response:
    """Ogg/Opus or WebM as it is spoken; answers when it is over with what was kept. 401, 404, 409 when somebody speaks, 415."""
    try:
        leave = await _leave(request)
    except Refused as refused:
        return refusal(404, refused)
    told = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not hmac.compare_digest(sha256(told.encode(errors="surrogateescape")).hexdigest(), leave.order.secret):
        return refusal(401, refuse("Authorization", "sai mã nói (not the secret of this order)", "bangtin publish order live"))
    try:
        framer = framer_for(request.content_type)
    except Refused as refused:
        return refusal(415, refused)
    room = request.app[ROOMS].setdefault(request.path, Room())
    if room.taken:
        return refusal(409, refuse(leave.order.id, "đang có người nói (somebody speaks already)", "đợi / wait"))
    room.take(request.content_type)
    try:
        kept = await _taken_in(request, leave, framer, room)
    finally:
        room.leave()
    return web.json_response(text=kept.model_dump_json())


@routes.get(WHERE)
async def hear(request: web.Request) -> web.StreamResponse:
    """The sound of a live order while it is spoken; 404 when there is no such order now, 503 while nobody speaks yet."""
    config, seats = request.app[CONFIG], request.app[SEATS]
    try:
        await _leave(request)
    except Refused as refused:
        return refusal(404, refused)
    if request.method == hdrs.METH_HEAD:
        # Whoever is about to speak asks in this way whether the order is known here by now.
        return web.Response(status=204)
    response = web.StreamResponse(headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
    try:
        async with seats.seat(block(request)):
            room = request.app[ROOMS].setdefault(request.path, Room())
            listener = await room.join(config.live_patience)
            if listener is None:
                return _later("chưa có ai nói (nobody speaks yet)")
            try:
                response.content_type = room.media
                await response.prepare(request)
                async for data in listener.said():
                    async with asyncio.timeout(config.live_idle):
                        await response.write(data)
            finally:
                room.forget(listener)
    except (NoSeat, FellBehind, TimeoutError):
        if not response.prepared:
            return _later("quá nhiều thiết bị nghe (too many listeners)")
        # Whatever still waits in this connection is stale: an end in the middle says so, and the unit connects anew.
        if request.transport is not None:
            request.transport.abort()
    except ConnectionError:
        pass
    return response


async def _taken_in(request: web.Request, leave: Leave, framer: Framer, room: Room) -> Kept:
    """Everything that the speaker says, handed on and kept; why it ended is in what was kept."""
    config = request.app[CONFIG]
    recording = await asyncio.to_thread(begin_recording, config.data, leave, request.content_type, config.now())
    ended, most = "bị ngắt / cut off", config.live_bytes_per_second * (leave.ends - leave.order.since).total_seconds()
    try:
        async for data in _spoken(request, leave):
            recording.write(data)
            for frame in framer.feed(data):
                room.say(frame)
            await asyncio.sleep(0)
            if recording.size > most:
                raise _Over("quá nhiều dữ liệu / more data than speech needs")
    except (_Over, Refused) as over:
        ended = over.complaints[0].what if isinstance(over, Refused) else str(over)
    finally:
        kept = await asyncio.shield(asyncio.to_thread(recording.end, config.now(), ended))
    return kept


class _Over(Exception):
    """No more is taken in; it says why, in a sentence."""


async def _spoken(request: web.Request, leave: Leave) -> AsyncIterator[bytes]:
    """What comes from the speaker for as long as they may speak; ends by `_Over`."""
    config, channel = request.app[CONFIG], leave.bundle.channel
    version, heard = request.app[WATCH].newest([channel]), config.now()
    while config.now() < leave.ends:
        if request.app[WATCH].newest([channel]) != version:
            version = request.app[WATCH].newest([channel])
            leave = await _leave(request)
        if (config.now() - heard).total_seconds() > config.live_idle:
            raise _Over("không còn nghe người nói / nothing came from the speaker")
        data = await _next(request)
        if data:
            heard = config.now()
            yield data
    raise _Over("hết thời gian cho phép / its time was over")


async def _next(request: web.Request) -> bytes:
    """What came within a second, perhaps nothing."""
    try:
        async with asyncio.timeout(ANY_SECOND):
            data = await request.content.read(AT_ONCE)
    except TimeoutError:
        return b""
    except (ConnectionError, web.RequestPayloadError):
        raise _Over("mất liên lạc với người nói / the speaker's connection was lost") from None
    if not data:
        raise _Over("người nói kết thúc / the speaker ended it")
    return data


async def _leave(request: web.Request) -> Leave:
    """Who may speak here now; the documents are read and verified once for each state of their channel."""
    config, at, told = request.app[CONFIG], request.match_info, request.app[TOLD]
    channel = at["channel"]
    version = request.app[WATCH].newest([channel]).get(channel)
    if version is None:
        raise refuse(channel, "không có kênh này (no such channel)", "kiểm tra địa chỉ / check the address")
    if channel not in told or told[channel][0] != version:
        told[channel] = version, await asyncio.to_thread(told_by, Site(config.site), channel)
    return told[channel][1].leave(at["grant"], at["order"], config.now())


def _later(what: str) -> web.Response:
    answer = refusal(503, refuse("live", what, "hỏi lại sau / ask again"))
    answer.headers["Retry-After"] = "1"
    return answer
