"""One submission on an officer's phone: what would change, the signature that submits or releases it, and the word that sends it back."""

import asyncio
from collections.abc import Iterator
from typing import Annotated, Literal

from aiohttp import web
from pydantic import Field

from bundle.area import AreaCode
from bundle.asset import MediaType, blob_path
from bundle.base import Language, Line, Model
from bundle.items import Recorded
from bundle.manifest import Bundle, items
from bundle.trust import Target, path_for
from bundle.trust.documents import parse_document
from registry.audit.chain import Event
from registry.desk.change import Ground, first
from registry.desk.states import WORDS
from registry.desk.submission import Submission
from registry.trust.site import released
from registry.web.config import CONFIG
from registry.web.officer import words
from registry.web.officer.acting import act_of, answer, site_of
from registry.web.officer.content.seeing import CONTENT, DESK, commune_of, must_approve, must_write, sight_of, who_of
from registry.web.officer.painting import painted, shown
from registry.web.officer.session import Visit, page_of, render
from registry.web.phones.door import HEADERS

routes = web.RouteTableDef()


class Given(Model):
    """A signature in hex, and by village the languages without speech that its giver has read of and accepts."""

    format: Literal[1]
    signature: Annotated[str, Field(pattern=r"^[0-9a-f]{128}$")]
    accepted: Annotated[dict[AreaCode, tuple[Language, ...]], Field(default_factory=dict, max_length=2000)]


class Back(Model):
    """Why somebody sends it back."""

    format: Literal[1]
    word: Annotated[Line, Field(max_length=200)]


class Nothing(Model):
    """A decision without a word."""

    format: Literal[1]


@routes.get(CONTENT)
@page_of
async def page(request: web.Request, visit: Visit) -> web.Response:
    """The submission, whatever has become of it."""
    sight = await sight_of(request, visit)
    places = {code: area.name for code, area in sight.library.areas.items()}
    template = "officer/content/read.html"
    return render(request, template, visit=visit, sight=sight, submission=sight.submission, states=WORDS, places=places, say=words)


@routes.get(CONTENT + "/words")
@page_of
async def to_read(request: web.Request, visit: Visit) -> web.Response:
    """The bytes that are signed, the bundle that they name and the one that is *released* now, for the script, which believes neither."""
    sight = await sight_of(request, visit)
    submission, site = sight.submission, site_of(request)
    if not sight.is_open:
        raise web.HTTPNotFound
    who = await who_of(request, visit, submission.channel)
    found = await request.app[DESK].to_sign(submission.id, who, commune_of(sight.library))
    now = await asyncio.to_thread(released, site, submission.channel, Target.BUNDLE) or b"{}"
    path = path_for(submission.channel, Target.BUNDLE)
    return answer({"signed": found.signed.decode(), "content": found.content.decode(), "path": path, "released": now.decode()})


@routes.get(CONTENT + r"/clips/{sha256:[0-9a-f]{64}}")
@page_of
async def clip(request: web.Request, visit: Visit) -> web.StreamResponse:
    """A clip of the bundle that is signed, or of the one that is released, as units would play it."""
    sight, sha256 = await sight_of(request, visit), request.match_info["sha256"]
    here = await asyncio.to_thread(_clips, request, sight.submission)
    kept = (site_of(request).blob(sha256), request.app[CONFIG].data / blob_path(sha256))
    found = next((path for path in kept if sha256 in here and path.exists()), None)
    if found is None:
        raise web.HTTPNotFound
    return web.FileResponse(found, headers={**HEADERS, "Content-Type": MediaType.OPUS.value})


@routes.get(CONTENT + "/board.png")
@page_of
async def board(request: web.Request, visit: Visit) -> web.Response:
    """What it puts on a board: its notices, and the words that stand there while it sounds."""
    sight = await sight_of(request, visit)
    proposal, change = sight.submission.proposal, sight.submission.change
    document = parse_document(proposal.content.encode(), proposal.channel, proposal.target) if proposal else None
    if not isinstance(document, Bundle) or not (change.notices or change.announcements):
        raise web.HTTPNotFound
    alone = {"area_name": document.area_name, "contact": document.contact, "title": document.title, "channel": document.channel}
    only = first(Ground(**alone), document.made)
    return await painted(request, shown(only.model_copy(update={"notices": change.notices, "announcements": change.announcements})))


@routes.post(CONTENT + "/signature")
@act_of(Given, Event.SIGNATURE_REFUSED)
async def signed(request: web.Request, visit: Visit, given: Given) -> web.Response:
    """Take a signature in: its author's submits it, the approver's lets it out."""
    sight = await sight_of(request, visit)
    who, desk, number = await who_of(request, visit, sight.submission.channel), request.app[DESK], sight.submission.id
    if sight.is_mine:
        must_write(sight.seats)
        done = await desk.sign(number, who, given.signature, given.accepted, commune_of(sight.library))
    else:
        must_approve(sight.seats)
        done = await desk.approve(number, who, given.signature)
    return answer(_told(done))


@routes.post(CONTENT + "/back")
@act_of(Back, Event.CONTENT_REFUSED)
async def sent_back(request: web.Request, visit: Visit, back: Back) -> web.Response:
    """The approver sends it back with a word."""
    sight = await sight_of(request, visit)
    must_approve(sight.seats)
    who = await who_of(request, visit, sight.submission.channel)
    return answer({**_told(await request.app[DESK].send_back(sight.submission.id, who, back.word)), "location": "/officer"})


@routes.post(CONTENT + "/cancel")
@act_of(Nothing, Event.CONTENT_REFUSED)
async def cancelled(request: web.Request, visit: Visit, _: Nothing) -> web.Response:
    """Its author, or who could approve it, ends it."""
    sight = await sight_of(request, visit)
    if not sight.is_mine:
        must_approve(sight.seats)
    who = await who_of(request, visit, sight.submission.channel)
    return answer({**_told(await request.app[DESK].cancel(sight.submission.id, who)), "location": "/officer"})


def _told(done: Submission) -> dict[str, object]:
    return {"state": done.state.value, "version": done.version, "location": f"/officer/content/{done.id}"}


def _clips(request: web.Request, submission: Submission) -> set[str]:
    channel, proposal = submission.channel, submission.proposal
    raw = (proposal.content.encode() if proposal else None, released(site_of(request), channel, Target.BUNDLE))
    bundles = (parse_document(each, channel, Target.BUNDLE) for each in raw if each)
    return {sha256 for each in bundles if isinstance(each, Bundle) for sha256 in _spoken(each)}


def _spoken(bundle: Bundle) -> Iterator[str]:
    yield from (version.clip.sha256 for item in items(bundle) if isinstance(item, Recorded) for version in item.versions)
