"""A day's sessions on an officer's phone: the timeline as units would live it, asked again at each move, and the submission of it."""

import asyncio
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from aiohttp import web
from pydantic import Field

from bundle.area import AreaCode
from bundle.errors import Refused, refuse
from bundle.items import VIETNAMESE, Announcement, Provenance, Session
from bundle.manifest import Bundle
from bundle.parse import parse
from bundle.schedule import VIETNAM
from director.timeline import Stretch
from registry.alerts.approving import ANY, one_of
from registry.audit.chain import Event
from registry.desk.change import applied
from registry.desk.composing import NOBODY_APPROVES
from registry.desk.keeper import Who
from registry.desk.planning import WHERE, Plan, lengths_of, moves, planned, told
from registry.desk.proposing import bundle_of, issuing_body, stops_of
from registry.desk.replanning import edits_of
from registry.desk.states import State
from registry.desk.submission import NEW, Submission
from registry.desk.timeline import Block, Day, day_at, programme_at
from registry.trust.in_force import in_force
from registry.trust.site import Site
from registry.web.answers import read_body, refusal, too_long
from registry.web.config import CONFIG
from registry.web.officer import words
from registry.web.officer.acting import act_of, answer, may_act, site_of
from registry.web.officer.content.seeing import DESK, commune_of, must_write, seats_in, sight_at, who_of
from registry.web.officer.library import Library, library_of
from registry.web.officer.session import Visit, form_of, page_of, render
from registry.web.rate import Rate

LOOKS: web.AppKey[Rate] = web.AppKey("looks", Rate)
"""How often one officer's page may ask for a day, which changes nothing: a finger on a block asks several times in a second."""
A_MINUTE = 240
MOST_BYTES = 256 * 1024
_NUMBER = re.compile(r"[0-9]{1,9}")

routes = web.RouteTableDef()


class Asked(Plan):
    """The *day* as it would go in *place*, with everything that is planned so far."""

    day: date
    place: AreaCode | None = None


class Sent(Plan):
    """The plan that is to be signed; *once* is the page's own number, so that pressing again makes no second submission."""

    once: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]


@dataclass(frozen=True)
class Ground:
    """What a plan stands on: the released *bundle*, the *library* of the places, and who would answer for a change."""

    bundle: Bundle
    library: Library
    by: Provenance


@routes.get("/officer/plan")
@page_of
async def page(request: web.Request, visit: Visit) -> web.Response:
    """The timeline of ``?channel=``, with what the draft ``?number=`` plans; what stands on it is fetched by its script."""
    channel = request.query.get("channel", "")
    if channel not in visit.person.channels:
        raise web.HTTPNotFound
    library = await library_of(request, channel)
    seats = await seats_in(request, visit, channel)
    today = request.app[CONFIG].now().astimezone(ZoneInfo(VIETNAM)).date()
    begun = await _begun(request, visit, library)
    places = _places(library)
    return render(request, "plan.html", visit=visit, library=library, seats=seats, today=today, places=places, begun=begun, say=words)


async def _begun(request: web.Request, visit: Visit, library: Library) -> dict[str, Any] | None:
    """The plan of the draft that is asked for, as the script keeps one; 404 when it is not this officer's to change."""
    number = request.query.get("number", "")
    if not number:
        return None
    if not _NUMBER.fullmatch(number):
        raise web.HTTPNotFound
    sight = await sight_at(request, visit, int(number))
    submission, bundle = sight.submission, library.bundle
    if not sight.may_edit or submission.wish or submission.channel != library.channel or bundle is None:
        raise web.HTTPNotFound
    known = {session.id for session in bundle.sessions}
    edits = {each.session: each.model_dump(mode="json", exclude_defaults=True) for each in edits_of(submission.change, bundle)}
    fresh = {name: {**edit, "fresh": name not in known} for name, edit in edits.items()}
    return {"once": submission.once, "edits": fresh, "removed": [name for name in submission.change.removed if name in known]}


def _places(library: Library) -> dict[str, str]:
    """Where the day may be looked at: villages only where something is for some of them alone."""
    named = {area for item in _planned_items(library.bundle) for area in item.areas}
    return {code: area.name for code, area in library.villages.items() if named and code != library.channel}


def _planned_items(bundle: Bundle | None) -> Iterator[Session | Announcement]:
    if bundle is not None:
        yield from bundle.sessions
        yield from bundle.announcements


@routes.post("/officer/plan/day.json")
@form_of
async def day_json(request: web.Request, visit: Visit) -> web.StreamResponse:
    """The day with the plan in it; 409 with what cannot be done."""
    if not request.app[LOOKS].allows(visit.person.name, request.app[CONFIG].now()):
        return refusal(429, refuse(visit.person.name, "quá nhiều lần trong một phút / too often in one minute", "chờ / wait"))
    raw = await read_body(request, MOST_BYTES)
    if raw is None:
        return refusal(413, too_long(MOST_BYTES))
    try:
        asked = parse(Asked, raw, WHERE, MOST_BYTES)
        may_act(visit, asked.channel)
        ground = await _ground(request, visit, await who_of(request, visit, asked.channel), asked.channel)
        now = request.app[CONFIG].now()
        return answer(await asyncio.to_thread(_day, site_of(request), asked, ground, now))
    except Refused as refused:
        return refusal(409, refused)


@routes.post("/officer/plan")
@act_of(Sent, Event.CONTENT_REFUSED)
async def sent(request: web.Request, visit: Visit, plan: Sent) -> web.Response:
    """A submission of the planned sessions: 201 with its page, where it is read and signed."""
    must_write(await seats_in(request, visit, plan.channel))
    who, now = await who_of(request, visit, plan.channel), request.app[CONFIG].now()
    if not who.approvers:
        raise Refused(NOBODY_APPROVES)
    ground = await _ground(request, visit, who, plan.channel)
    change = planned(plan, ground.bundle, ground.by, now)
    if not (change.put or change.removed):
        raise refuse(WHERE, "chưa đổi gì / nothing was changed", "dời hoặc thêm một buổi / move or add a session")
    name = f"lich-{now.astimezone(ZoneInfo(VIETNAM)):%Y%m%d-%H%M}-{secrets.token_hex(2)}"
    new = Submission(NEW, plan.channel, visit.person.name, name, plan.once, State.DRAFT, None, change, None, now, now)
    kept = await request.app[DESK].propose(new, who, commune_of(ground.library))
    return answer({"id": kept.id, "location": f"/officer/content/{kept.id}"}, 201)


async def _ground(request: web.Request, visit: Visit, who: Who, channel: str) -> Ground:
    library = await library_of(request, channel)
    bundle = await asyncio.to_thread(bundle_of, site_of(request), channel)
    if bundle is None:
        what = "kênh chưa phát hành lần nào, chưa có bài để xếp / nothing was ever released here, there is nothing to plan"
        raise refuse(channel, what, "viết hoặc ghi tin đầu tiên trước / write or record the first item")
    approver = one_of(who.approvers) if who.approvers else ANY
    body = issuing_body(bundle, commune_of(library))
    return Ground(bundle, library, Provenance(author=visit.person.name, approver=approver, issuing_body=body))


def _day(site: Site, asked: Asked, ground: Ground, now: datetime) -> dict[str, Any]:
    change = planned(asked, ground.bundle, ground.by, now)
    bundle = applied(change, ground.bundle, stops_of(site, asked.channel), None, now)
    place = asked.place or asked.channel
    village = ground.library.villages.get(place)
    languages = village.languages if village else (VIETNAMESE,)
    programme = programme_at(bundle, in_force(site, (), asked.channel), place, languages)
    return {**drawn(day_at(programme, asked.day), asked.day, bundle, now), "released": ground.bundle.version}


def drawn(day: Day, of: date, bundle: Bundle, now: datetime) -> dict[str, Any]:
    """*day* for the page's script: minutes from the local midnight *of* that day, and what can be done with each session of *bundle*."""
    clock = _Clock(of)
    lengths = dict(lengths_of(bundle))
    titles = {each.id: each.versions[0].title for each in bundle.announcements} | {each.id: each.title for each in bundle.rebroadcasts}
    live = {each.id for each in bundle.rebroadcasts}
    return {
        "now": clock.minute(now),
        "blocks": [clock.block(each, bundle.channel) for each in day.blocks],
        "hushes": [clock.hush(each) for each in day.hushes],
        "rules": [list(sentence) for sentence in day.rules],
        "sessions": {each.id: _session(each) for each in bundle.sessions},
        "items": [{"id": name, "title": titles[name], "seconds": lengths[name], "live": name in live} for name in lengths],
        "zones": sorted({zone for session in bundle.sessions for zone in session.zones}),
    }


@dataclass(frozen=True)
class _Clock:
    day: date

    def minute(self, moment: datetime) -> float:
        midnight = datetime.combine(self.day, datetime.min.time(), ZoneInfo(VIETNAM))
        return round((moment - midnight).total_seconds() / 60, 2)

    def block(self, block: Block, own: str) -> dict[str, Any]:
        return {
            "session": block.session.id,
            "title": block.session.title,
            "channel": block.channel,
            "own": block.channel == own,
            "due": self.minute(block.due),
            "start": None if block.start is None else self.minute(block.start),
            "ends": self.minute(block.ends),
            "refused": block.refused,
            "parts": [
                {"title": each.title, "start": self.minute(each.start), "seconds": each.seconds, "live": each.live, "refused": each.refused}
                for each in block.parts
            ],
        }

    def hush(self, hush: Stretch) -> dict[str, Any]:
        told = {"reason": hush.title, "zones": list(hush.zones), "decibels": hush.decibels}
        return {"from": self.minute(hush.start), "to": self.minute(hush.end), **told}


def _session(session: Session) -> dict[str, Any]:
    rule = told(session.schedule)
    return {
        "title": session.title,
        "clock": f"{session.schedule.start:%H:%M}",
        "order": list(session.order),
        "zones": list(session.zones),
        "rule": rule.model_dump(mode="json") if rule else None,
        "moves": moves(session.schedule),
    }
