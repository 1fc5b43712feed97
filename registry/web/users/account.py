"""One's own account: where one is signed in, signing out, another password, new recovery codes."""

from collections.abc import Awaitable

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from bundle.errors import Refused
from registry.audit.chain import Event, note
from registry.people import sessions
from registry.people.setting_up import recovery_anew
from registry.web.config import CONFIG, STORAGE
from registry.web.phones.door import HEADERS
from registry.web.users.entering import ENTRANCE, whence
from registry.web.users.session import COOKIE, SIGN_IN, Visit, form_of_own, page_of_own, render
from registry.web.users.setting_up import same

ACCOUNT = "/account"

routes = web.RouteTableDef()


@routes.get(ACCOUNT)
@page_of_own
async def account(request: web.Request, visit: Visit) -> web.StreamResponse:
    """Who one is here, what one may do, and in which browsers one is signed in."""
    return await _account(request, visit)


@routes.post(f"{ACCOUNT}/sign-out")
@form_of_own
async def sign_out(request: web.Request, visit: Visit) -> web.StreamResponse:
    """End the session that the form names; 303 to the sign-in when it is this one."""
    ended = visit.form.get("session", "")
    async with request.app[STORAGE].writing() as connection:
        if await sessions.end(connection, visit.person.name, ended):
            await note(connection, Event.SIGNED_OUT, request.app[CONFIG].now(), technician=visit.person.name)
    return _gone() if ended == visit.person.session else _back()


@routes.post(f"{ACCOUNT}/sign-out-everywhere")
@form_of_own
async def sign_out_everywhere(request: web.Request, visit: Visit) -> web.StreamResponse:
    """End every session, this one too."""
    async with request.app[STORAGE].writing() as connection:
        await sessions.end_all(connection, visit.person.name)
        await note(connection, Event.SIGNED_OUT, request.app[CONFIG].now(), technician=visit.person.name, detail="*")
    return _gone()


@routes.post(f"{ACCOUNT}/password")
@form_of_own
async def password(request: web.Request, visit: Visit) -> web.StreamResponse:
    """Another password: whoever knows the old one may; every other session ends."""
    form, now = visit.form, request.app[CONFIG].now()
    try:
        new = same(form.get("password", ""), form.get("again", ""))
        change = request.app[ENTRANCE].change
        await change(visit.person.session, visit.person.name, form.get("old", ""), new, whence(request), now)
    except Refused as refused:
        return await _account(request, visit, refused)
    return _back()


@routes.post(f"{ACCOUNT}/recovery")
@form_of_own
async def recovery(request: web.Request, visit: Visit) -> web.StreamResponse:
    """New codes for paper instead of the old ones, for whoever knows the password and has a code: else they would stand for both."""
    now, name, entrance = request.app[CONFIG].now(), visit.person.name, request.app[ENTRANCE]

    def anew(connection: AsyncConnection, _: Event) -> Awaitable[tuple[str, ...]]:
        return recovery_anew(connection, name, now, request.app[CONFIG].people)

    try:
        await entrance.recognised(name, visit.form.get("old", ""), whence(request), now)
        given = await entrance.with_code(name, visit.form.get("code", ""), whence(request), now, anew)
    except Refused as refused:
        return await _account(request, visit, refused)
    return render(request, "users/recovery.html", visit=visit, given=given)


async def _account(request: web.Request, visit: Visit, refused: Refused | None = None) -> web.Response:
    now, limits = request.app[CONFIG].now(), request.app[CONFIG].people
    async with request.app[STORAGE].reading() as connection:
        mine = await sessions.of(connection, visit.person.name, now, limits)
    complaints = refused.complaints if refused else ()
    shown = {"sessions": mine, "complaints": complaints, "limits": limits}
    return render(request, "users/account.html", 403 if refused else 200, visit, **shown)


def _back() -> web.Response:
    return web.Response(status=303, headers={"Location": ACCOUNT, **HEADERS})


def _gone() -> web.Response:
    answer = web.Response(status=303, headers={"Location": SIGN_IN, **HEADERS})
    answer.del_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="Strict")
    return answer
