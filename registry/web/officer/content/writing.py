"""The form on an officer's phone in which something is written, and the draft that it becomes."""

import asyncio
import secrets
from urllib.parse import urlencode

from aiohttp import web

from bundle.errors import Refused
from bundle.items import VIETNAMESE
from registry.audit.chain import Event
from registry.desk import keeping
from registry.desk.proposing import bundle_of
from registry.desk.recordings import keeping as recordings
from registry.desk.wish import Wish
from registry.web.config import CONFIG, STORAGE
from registry.web.officer import words
from registry.web.officer.acting import act_of, answer, site_of
from registry.web.officer.content.begun import Begun, Tongue, again, empty, with_recording
from registry.web.officer.content.seeing import CONTENT, DESK, commune_of, must_write, seats_in, sight_of, who_of
from registry.web.officer.library import Library, library_of
from registry.web.officer.session import Visit, page_of, render

routes = web.RouteTableDef()


@routes.get("/officer/content/new")
@page_of
async def form(request: web.Request, visit: Visit) -> web.Response:
    """The form of ``?channel=``, begun with the recording ``?take=`` or with the words of what ``?corrects=`` names."""
    channel = request.query.get("channel", "")
    if channel not in visit.person.channels:
        raise web.HTTPNotFound
    async with request.app[STORAGE].reading() as connection:
        take = await recordings.one(connection, channel, request.query.get("take", ""))
        corrected = await keeping.of_name(connection, channel, request.query.get("corrects", ""))
    library = await library_of(request, channel)
    begun = empty(secrets.token_hex(8), library.area_name, request.app[CONFIG].now())
    if corrected and corrected.wish:
        begun = again(begun, corrected.wish, corrected.name)
    return await _shown(request, visit, library, with_recording(begun, take) if take else begun)


@routes.get(CONTENT + "/edit")
@page_of
async def edit(request: web.Request, visit: Visit) -> web.Response:
    """The form of a draft, as its author left it; a plan goes on where it was made."""
    sight = await sight_of(request, visit)
    wish, channel = sight.submission.wish, sight.submission.channel
    if not sight.may_edit:
        raise web.HTTPNotFound
    if wish is None:
        raise web.HTTPSeeOther(f"/officer/plan?{urlencode({'channel': channel, 'number': sight.submission.id})}")
    begun = again(empty(wish.once, sight.library.area_name, sight.now), wish, wish.replaces or "")
    return await _shown(request, visit, sight.library, begun)


@routes.post("/officer/content")
@act_of(Wish, Event.CONTENT_REFUSED)
async def written(request: web.Request, visit: Visit, wish: Wish) -> web.Response:
    """Keep the draft: 201 with its page, where it is read and signed; 409 with every complaint at once."""
    must_write(await seats_in(request, visit, wish.channel))
    library = await library_of(request, wish.channel)
    who = await who_of(request, visit, wish.channel)
    kept = await request.app[DESK].make(wish, who, commune_of(library))
    return answer({"id": kept.id, "location": f"/officer/content/{kept.id}"}, 201)


async def _shown(request: web.Request, visit: Visit, library: Library, begun: Begun) -> web.Response:
    try:
        must_write(await seats_in(request, visit, library.channel))
    except Refused:
        # Who may not write here is shown no link that leads here.
        raise web.HTTPNotFound from None
    bundle = await asyncio.to_thread(bundle_of, site_of(request), library.channel)
    voice = request.app[CONFIG].voice
    async with request.app[STORAGE].reading() as connection:
        unused = await recordings.unused(connection, library.channel, visit.person.name)
    # The newest of each language: a form holds one.
    takes = {take.language: take for take in reversed(unused)}
    languages = tuple(dict.fromkeys((*_languages(library, begun), *takes)))
    return render(
        request,
        "officer/content/write.html",
        visit=visit,
        library=library,
        form=begun,
        tongues={language: begun.tongues.get(language, Tongue()) for language in languages},
        takes=takes,
        read=[language for language in languages if voice.name(language)],
        is_first=bundle is None,
        say=words,
    )


def _languages(library: Library, begun: Begun) -> tuple[str, ...]:
    """Vietnamese, those of the villages, and any in which it is written already."""
    theirs = (language for area in library.villages.values() for language in area.languages)
    return tuple(dict.fromkeys((VIETNAMESE, *theirs, *begun.tongues)))
