"""The form on an officer's phone, and the alert that it becomes, which waits from then on for signatures."""

import asyncio
from collections.abc import Mapping

from aiohttp import web

from bundle.alert import Alert
from bundle.errors import refuse
from registry.alerts.pending import keeping
from registry.alerts.pending.row import Pending
from registry.alerts.raising import Desk, Wish, alert_of, own_words
from registry.alerts.speech import dated, spoken
from registry.audit.chain import Event
from registry.making.blobs import Blobs
from registry.making.spoken import Speaker
from registry.trust.site import Site
from registry.web.config import CONFIG, STORAGE, Config
from registry.web.officer import words
from registry.web.officer.acting import act_of, answer, gate, may_act, site_of
from registry.web.officer.library import library_of
from registry.web.officer.seats import approvers_of, seats_of
from registry.web.officer.session import Visit, page_of, render

RAISING: web.AppKey[dict[str, asyncio.Lock]] = web.AppKey("raising", dict)

routes = web.RouteTableDef()


@routes.get("/officer/new")
@page_of
async def form(request: web.Request, visit: Visit) -> web.Response:
    """The form of ``?channel=``, begun with ``?phrase=`` if one was chosen."""
    channel = request.query.get("channel", "")
    if channel not in visit.person.channels:
        raise web.HTTPNotFound
    library = await library_of(request, channel)
    chosen = next((each for each in library.phrases if each.id == request.query.get("phrase")), None)
    return render(request, "new.html", visit=visit, library=library, phrase=chosen, endings=request.app[CONFIG].endings, say=words)


@routes.post("/officer/alerts")
@act_of(Wish, Event.ALERT_REFUSED)
async def raised(request: web.Request, visit: Visit, wish: Wish) -> web.Response:
    """Keep the alert that the form asks for: 201 with its page, where it is read and signed; 409 with every complaint at once.

    200 with the page of the one that is kept already when the form is sent again, because its answer was lost.
    """
    may_act(visit, wish.channel)
    # One after the other: a voice takes seconds, in which an impatient finger sends the form again.
    async with request.app[RAISING].setdefault(visit.person.name, asyncio.Lock()):
        async with request.app[STORAGE].reading() as connection:
            known = await keeping.of_wish(connection, visit.person.name, wish.once)
        kept = known or await _kept(request, visit, wish)
    return answer({"id": kept.id, "location": f"/officer/alerts/{kept.id}"}, 200 if known else 201)


async def _kept(request: web.Request, visit: Visit, wish: Wish) -> Pending:
    library = await library_of(request, wish.channel)
    approvers = await asyncio.to_thread(_approvers, site_of(request), visit, wish.channel)
    desk = Desk(
        library.bundle,
        {code: area.name for code, area in library.areas.items()},
        library.area_name,
        visit.person.name,
        approvers,
        request.app[CONFIG].now(),
        request.app[CONFIG].endings,
    )
    alert = alert_of(wish, desk)
    alert = await asyncio.to_thread(_read_aloud, request.app[CONFIG], alert, own_words(wish, alert), visit.person.name)
    return await gate(request).raise_by_form(wish.channel, alert, visit.person.name)


def _read_aloud(config: Config, alert: Alert, words: Mapping[str, str], reviewer: str) -> Alert:
    """*alert* with a clip of *words*, if any, and of its issue time; what no voice could read stays on the board, and its page says so."""
    speaker = Speaker(config.data, config.voice, Blobs(config.data))
    return (spoken(alert, speaker, reviewer, words) if words else dated(alert, speaker, reviewer))[0]


def _approvers(site: Site, visit: Visit, channel: str) -> tuple[str, ...]:
    seats = next(each for each in seats_of(site, visit.person) if each.channel == channel)
    if not seats.author:
        what = "khóa của điện thoại này không có quyền soạn tin / this phone's key has no seat as an author of alerts"
        raise refuse(channel, what, "bangtin publish person add --role alerts --as author")
    return approvers_of(site, channel, visit.person.name)
