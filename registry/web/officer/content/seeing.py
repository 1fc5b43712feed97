"""What an officer sees of a submission and may do to it, and the keeper of the desk behind all of these pages."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from aiohttp import web

from bundle.base import Language
from bundle.errors import Refused, refuse
from bundle.trust import Role
from bundle.trust.persons import person_of
from registry.desk.keeper import DeskKeeper, Who
from registry.desk.proposing import Commune
from registry.desk.states import ITS_AUTHORS, OPEN, State
from registry.desk.submission import Submission
from registry.trust.site import Site
from registry.web.config import CONFIG, STORAGE
from registry.web.network import block
from registry.web.officer.acting import may_act, number_in, site_of
from registry.web.officer.library import Library, library_of
from registry.web.officer.seats import Seats, approvers_of, seats_of
from registry.web.officer.session import Visit
from registry.web.watch import WATCH

CONTENT = r"/officer/content/{number:[0-9]{1,9}}"
DESK: web.AppKey[DeskKeeper] = web.AppKey("desk", DeskKeeper)


async def keep_desk(app: web.Application) -> AsyncIterator[None]:
    """The keeper lives as long as the application."""
    config = app[CONFIG]

    site = Site(config.site)
    app[DESK] = DeskKeeper(app[STORAGE], site, app[WATCH].look, config.now, config.online, config.data, config.voice)
    yield


@dataclass(frozen=True)
class Sight:
    """*submission* as the officer called *who* sees it, with the *seats* of their key in its channel."""

    submission: Submission
    seats: Seats
    library: Library
    who: str
    now: datetime

    @cached_property
    def silent(self) -> Mapping[str, Sequence[Language]]:
        """By the village's code, the languages of theirs in which it does not speak."""
        return commune_of(self.library).silent(self.submission)

    @property
    def is_open(self) -> bool:
        """Whether anybody can still decide."""
        return self.submission.state in OPEN

    @property
    def is_mine(self) -> bool:
        """Whether this officer is its author."""
        return person_of(self.who) == person_of(self.submission.author)

    @property
    def may_sign(self) -> bool:
        """Whether they may submit it."""
        return self.is_mine and self.seats.writes and self.submission.state in ITS_AUTHORS

    @property
    def may_edit(self) -> bool:
        """Whether its form, or its plan, stands open to them again."""
        return self.may_sign

    @property
    def may_approve(self) -> bool:
        """Whether they may let it out, or send it back."""
        return self.submission.state is State.SUBMITTED and self.seats.approves and not self.is_mine

    @property
    def may_cancel(self) -> bool:
        """Whether they may end it."""
        return self.is_open and (self.is_mine or self.seats.approves)

    @property
    def waits_for_me(self) -> bool:
        """Whether the next signature is theirs."""
        return self.may_sign or self.may_approve


def commune_of(library: Library) -> Commune:
    """What the desk needs to know of the places of a channel."""
    places = {code: area.name for code, area in library.areas.items()}
    languages = {code: area.languages for code, area in library.villages.items()}
    return Commune(library.channel, library.area_name, places, languages)


async def who_of(request: web.Request, visit: Visit, channel: str) -> Who:
    """The officer who acts in *channel*, and who may approve what they write there."""
    approvers = await asyncio.to_thread(approvers_of, site_of(request), channel, visit.person.name, Role.CONTENT)
    return Who(visit.person.name, visit.person.keyid, approvers, block(request))


async def seats_in(request: web.Request, visit: Visit, channel: str) -> Seats:
    """The seats of their key in *channel*, which must be theirs."""
    may_act(visit, channel)
    seats = await asyncio.to_thread(seats_of, site_of(request), visit.person)
    return next(each for each in seats if each.channel == channel)


async def seen(request: web.Request, visit: Visit, submission: Submission) -> Sight:
    """*submission* as this officer sees it."""
    seats = await seats_in(request, visit, submission.channel)
    library = await library_of(request, submission.channel)
    return Sight(submission, seats, library, visit.person.name, request.app[CONFIG].now())


async def sight_of(request: web.Request, visit: Visit) -> Sight:
    """The submission of the address; 404 when it is another channel's, or the draft of somebody else."""
    return await sight_at(request, visit, number_in(request))


async def sight_at(request: web.Request, visit: Visit, number: int) -> Sight:
    """The submission of this *number*; 404 as above."""
    desk = request.app[DESK]
    try:
        # What stands half-way goes on when it is looked at: not when a stranger looks.
        may_act(visit, await desk.channel_of(number))
        sight = await seen(request, visit, await desk.see(number))
    except Refused:
        raise web.HTTPNotFound from None
    if sight.submission.state is State.DRAFT and not sight.is_mine:
        raise web.HTTPNotFound
    return sight


def must_write(seats: Seats) -> None:
    """``Refused`` unless they have an author's seat for content."""
    if not seats.writes:
        what = "khóa của điện thoại này không có quyền soạn nội dung / this phone's key has no seat as an author of content"
        raise refuse(seats.channel, what, "bangtin publish person add --role content --as author")


def must_approve(seats: Seats) -> None:
    """``Refused`` unless they have an approver's seat for content."""
    if not seats.approves:
        what = "khóa của điện thoại này không có quyền duyệt nội dung / this phone's key has no seat as an approver of content"
        raise refuse(seats.channel, what, "bangtin publish person add --role content --as approver")
