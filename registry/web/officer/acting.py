"""What an officer's script sends and is answered: JSON both ways, believed like a form, never more often than the rules allow."""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from aiohttp import web

from bundle.base import Model
from bundle.errors import Refused, refuse
from bundle.parse import parse
from registry.alerts.pending.gate_keeper import GateKeeper
from registry.audit.chain import Event
from registry.trust.site import Site
from registry.web.alerts.gating import GATE
from registry.web.answers import read_body, refusal, too_long
from registry.web.config import CONFIG
from registry.web.officer.session import Visit, form_of
from registry.web.phones.door import HEADERS, Handler, note_apart
from registry.web.rate import Rate

ACTS: web.AppKey[Rate] = web.AppKey("acts", Rate)
MOST_BYTES = 8 * 1024 * 1024

M = TypeVar("M", bound=Model)
Act = Callable[[web.Request, Visit, M], Awaitable[web.Response]]


def act_of(model: type[M], refused_as: Event) -> Callable[[Act[M]], Handler]:
    """A handler of what an officer's script sends as *model*; a refusal is written down as *refused_as* and told in one sentence."""

    def wrapped(handler: Act[M]) -> Handler:
        async def acted(request: web.Request, visit: Visit) -> web.StreamResponse:
            if (tired := too_often(request, visit)) is not None:
                return tired
            raw = await read_body(request, MOST_BYTES)
            if raw is None:
                return refusal(413, too_long(MOST_BYTES))
            try:
                return await handler(request, visit, parse(model, raw, "form", MOST_BYTES))
            except Refused as refused:
                await note_apart(request, refused_as, visit.person.name, str(refused)[:300])
                return refusal(409, refused)

        return form_of(acted)

    return wrapped


def too_often(request: web.Request, visit: Visit) -> web.Response | None:
    """What an officer is told who acts more often than the rules allow; None while they may."""
    if request.app[ACTS].allows(visit.person.name, request.app[CONFIG].now()):
        return None
    return refusal(429, refuse(visit.person.name, "quá nhiều lần trong một phút / too often in one minute", "chờ / wait"))


def answer(told: Mapping[str, Any], status: int = 200) -> web.Response:
    """*told* as JSON for an officer's script."""
    return web.json_response(told, status=status, headers=HEADERS, dumps=lambda document: json.dumps(document, ensure_ascii=False))


def gate(request: web.Request) -> GateKeeper:
    """The keeper of the alerts that wait."""
    return request.app[GATE]


def site_of(request: web.Request) -> Site:
    """The release tree."""
    return Site(request.app[CONFIG].site)


def may_act(visit: Visit, channel: str) -> None:
    """``Refused`` unless *channel* is one of this officer's."""
    if channel not in visit.person.channels:
        raise refuse(channel, "không phải kênh của bạn / not a channel of yours", "hỏi sổ trung tâm / ask the registry")


def number_in(request: web.Request) -> int:
    """The number of the alert in the address."""
    return int(request.match_info["number"])
