"""One alert that waits, on an officer's phone: its words, and the signature or the cancellation of that person."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from aiohttp import web
from markupsafe import Markup
from pydantic import Field

from bundle.alert import Alert, AlertSet
from bundle.asset import MediaType, blob_path
from bundle.base import Language, Line, Model
from bundle.errors import Complaint, Refused, refuse
from bundle.trust import path_for
from bundle.trust.documents import parse_document
from bundle.trust.persons import person_of
from registry.alerts.approving import names
from registry.alerts.confirmation.raised import key_of
from registry.alerts.pending.gate import two_persons
from registry.alerts.pending.keeping import one
from registry.alerts.pending.row import Pending
from registry.alerts.pending.signing import to_sign
from registry.alerts.pending.states import LEAVING, WAITING, Origin, State
from registry.alerts.raising import speechless
from registry.audit.chain import Event, note
from registry.trust.proposal import Proposal
from registry.trust.site import Site, released
from registry.web.config import CONFIG, STORAGE
from registry.web.network import block
from registry.web.officer import words
from registry.web.officer.acting import act_of, answer, gate, may_act, number_in, site_of
from registry.web.officer.library import Library, library_of
from registry.web.officer.seats import Seats, seats_of
from registry.web.officer.session import Visit, page_of, render
from registry.web.officer.shapes import shapes_of
from registry.web.phones.door import HEADERS

ALERT = r"/officer/alerts/{number:[0-9]{1,9}}"

routes = web.RouteTableDef()


class Given(Model):
    """A signature in hex, and the languages without speech that its giver has read of and accepts."""

    format: Literal[1]
    signature: Annotated[str, Field(pattern=r"^[0-9a-f]{128}$")]
    accepted: Annotated[tuple[Language, ...], Field(max_length=20)] = ()


class Word(Model):
    """What an officer says of a decision that needs no signature."""

    format: Literal[1]
    reason: Annotated[Line, Field(max_length=200)]


@dataclass(frozen=True)
class Sight:
    """What an officer sees of *pending*: what they may do to it, and which villages hear nothing in a language of theirs."""

    pending: Pending
    seats: Seats
    library: Library
    who: str
    now: datetime

    @property
    def silent(self) -> Mapping[str, Sequence[Language]]:
        """By the name of the village."""
        wanted = {code: area.languages for code, area in self.library.villages.items()}
        return {self.library.areas[code].name: languages for code, languages in speechless(self.pending.alert, wanted).items()}

    @property
    def shapes(self) -> Markup:
        """What its sender drew, beside the villages; empty when that is nothing."""
        return shapes_of(self.pending, self.library)

    @property
    def silent_languages(self) -> tuple[str, ...]:
        """Each language once."""
        return tuple(dict.fromkeys(language for languages in self.silent.values() for language in languages))

    @property
    def waits(self) -> bool:
        """Whether anybody can still decide."""
        return self.pending.state in WAITING

    @property
    def is_mine(self) -> bool:
        """Whether this officer is its author."""
        return person_of(self.who) == person_of(self.pending.alert.provenance.author)

    @property
    def is_anothers(self) -> bool:
        """Whether another officer wrote it, who is named in it as its author and so must sign it as that."""
        return self.pending.origin is Origin.FORM and not self.is_mine

    @property
    def may_sign(self) -> bool:
        """Whether the next signature is theirs."""
        if not two_persons(self.pending):
            return False
        first = self.pending.state is State.PENDING and self.seats.author and not self.is_anothers
        return first or (self.pending.state is State.SIGNED_BY_AUTHOR and self.seats.approver and not self.is_mine)

    @property
    def may_cancel(self) -> bool:
        """Whether they may end it: whatever has not left, also what was let go and waits for a key or for another try."""
        return self.pending.state in (*WAITING, *LEAVING) and not self.pending.is_out and self.seats.any

    @property
    def may_confirm(self) -> bool:
        """Whether they may let a source's alert out without waiting."""
        return self.waits and not two_persons(self.pending) and self.seats.approver

    @property
    def reach(self) -> str:
        """The page that says who has it."""
        return f"/officer/reach/{key_of(self.pending.channel, self.pending.identity)}"

    @property
    def seconds(self) -> int | None:
        """What is left of its hold-off by this clock; None without one, and when it is over."""
        at = self.pending.release_at
        return None if at is None or not self.waits or at <= self.now else int((at - self.now).total_seconds())


@routes.get(ALERT)
@page_of
async def page(request: web.Request, visit: Visit) -> web.Response:
    """The alert, whatever has become of it."""
    sight = await sight_of(request, visit)
    return render(request, "read.html", visit=visit, sight=sight, pending=sight.pending, say=words)


@routes.get(ALERT + "/words")
@page_of
async def to_read(request: web.Request, visit: Visit) -> web.Response:
    """The bytes that are signed, the content that they name and what is *released* now, for the script, which believes neither of us."""
    sight = await sight_of(request, visit)
    proposal = sight.pending.proposal
    if proposal is None:
        raise web.HTTPNotFound
    found = await asyncio.to_thread(to_sign, site_of(request), proposal)
    path = path_for(proposal.channel, proposal.target)
    now = await asyncio.to_thread(released, site_of(request), proposal.channel, proposal.target) or b"{}"
    return answer({"signed": found.signed.decode(), "content": found.content.decode(), "path": path, "released": now.decode()})


@routes.get(ALERT + r"/clips/{sha256:[0-9a-f]{64}}")
@page_of
async def clip(request: web.Request, visit: Visit) -> web.StreamResponse:
    """A clip of it, or of what is signed with it: a phrase as units hold it, or what was made for this alert."""
    sight, sha256 = await sight_of(request, visit), request.match_info["sha256"]
    along = _listed(sight.pending.proposal) if sight.pending.proposal else ()
    if sha256 not in {each.sha256 for alert in (sight.pending.alert, *along) for version in alert.versions for each in version.clips}:
        raise web.HTTPNotFound
    kept = (site_of(request).blob(sha256), request.app[CONFIG].data / blob_path(sha256))
    found = next((path for path in kept if path.exists()), None)
    if found is None:
        raise web.HTTPNotFound
    return web.FileResponse(found, headers={**HEADERS, "Content-Type": MediaType.OPUS.value})


@routes.post(ALERT + "/signature")
@act_of(Given, Event.SIGNATURE_REFUSED)
async def signed(request: web.Request, visit: Visit, given: Given) -> web.Response:
    """Take a signature in: the author's first, with the approver's the alert leaves."""
    sight = await sight_of(request, visit)
    if sight.pending.state is State.PENDING:
        if sight.is_anothers:
            author = sight.pending.alert.provenance.author
            raise refuse(author, "người soạn ký trước / its author signs first", "chờ, hoặc soạn tin mới / wait, or raise one of your own")
        await _accept_silence(request, visit, sight, given.accepted)
    elif sight.pending.proposal is not None:
        await asyncio.to_thread(_must_name, site_of(request), sight.pending, sight.pending.proposal, visit.person.keyid)
    done = await gate(request).add_signature(sight.pending.id, visit.person.keyid, given.signature)
    return answer(told_of(done))


@routes.post(ALERT + "/cancel")
@act_of(Word, Event.ALERT_REFUSED)
async def cancelled(request: web.Request, visit: Visit, word: Word) -> web.Response:
    """One person stops what has not left."""
    sight = await sight_of(request, visit)
    if not sight.seats.any:
        raise no_seat(sight.pending.channel)
    done = await gate(request).cancel(sight.pending.id, visit.person.name, word.reason)
    # It may have been superseded while they looked: they see what was cancelled instead.
    return answer({**told_of(done), "location": "/officer" if done.id == sight.pending.id else f"/officer/alerts/{done.id}"})


def told_of(done: Pending) -> dict[str, object]:
    """What became of it, and the page to look at next: once it is out, who has it."""
    location = f"/officer/reach/{key_of(done.channel, done.identity)}" if done.is_out else f"/officer/alerts/{done.id}"
    return {"state": done.state.value, "out": done.is_out, "location": location}


def no_seat(channel: str) -> Refused:
    """What is told to somebody whose key sits nowhere in *channel*."""
    what = "khóa của điện thoại này chưa có quyền ở đây / this phone's key has no seat here"
    return refuse(channel, what, "bangtin publish person add")


async def sight_of(request: web.Request, visit: Visit) -> Sight:
    """The alert of the address as this officer sees it; 404 when it is another channel's."""
    async with request.app[STORAGE].reading() as connection:
        try:
            pending = await one(connection, number_in(request))
            may_act(visit, pending.channel)
        except Refused:
            raise web.HTTPNotFound from None
    return await seen(request, visit, pending)


async def seen(request: web.Request, visit: Visit, pending: Pending) -> Sight:
    """*pending* as this officer sees it."""
    seats = await asyncio.to_thread(seats_of, site_of(request), visit.person)
    here = next(each for each in seats if each.channel == pending.channel)
    library = await library_of(request, pending.channel)
    return Sight(pending, here, library, visit.person.name, request.app[CONFIG].now())


def _listed(proposal: Proposal) -> Sequence[Alert]:
    document = parse_document(proposal.content.encode(), proposal.channel, proposal.target)
    return document.alerts if isinstance(document, AlertSet) else ()


def _must_name(site: Site, pending: Pending, proposal: Proposal, keyid: str) -> None:
    """``Refused`` when what is signed names others as its approvers: the seats have changed since it was written."""
    person = to_sign(site, proposal).approvers.get(keyid)
    said = next((each.provenance.approver for each in _listed(proposal) if each.identity() == pending.identity), "")
    if person is not None and not names(said, person):
        what = f"tin này ghi người duyệt khác: {said} / it names another approver"
        raise refuse(f"#{pending.id}", what, "người đó ký, hoặc hủy rồi soạn lại / they sign, or cancel it and raise it again")


async def _accept_silence(request: web.Request, visit: Visit, sight: Sight, accepted: Sequence[Language]) -> None:
    what = "chưa có lời đọc bằng tiếng của thôn / no speech in a language of theirs"
    missing = [
        Complaint(name, f"{what}: {', '.join(map(words.language_name, languages))}", "đọc rồi chấp nhận / read it and accept")
        for name, languages in sight.silent.items()
        if set(languages) - set(accepted)
    ]
    if missing:
        raise Refused(*missing[: words.MOST_NAMED])
    if sight.silent:
        told = "; ".join(f"{name}: {' '.join(languages)}" for name, languages in sight.silent.items())
        async with request.app[STORAGE].writing() as connection:
            now = request.app[CONFIG].now()
            await note(
                connection,
                Event.SPEECH_MISSING_ACCEPTED,
                now,
                visit.person.name,
                block=block(request),
                detail=f"#{sight.pending.id} {told}"[:300],
            )
