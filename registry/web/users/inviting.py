"""Users and their roles by area, for administrators: whom they know, a link for somebody new, other roles, and none any more."""

from collections.abc import Awaitable, Callable

from aiohttp import web
from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncConnection

from bundle.area import AreaCode
from bundle.base import Line
from bundle.errors import Refused, refuse
from registry.areas.places import every_area
from registry.people import sessions, users
from registry.people.authority import governs, must_govern, with_one_more, without
from registry.people.roles import Granted, Role, within
from registry.web.config import CONFIG, STORAGE
from registry.web.phones.door import HEADERS, Handler
from registry.web.phones.links import checked
from registry.web.users.session import Visit, form_of, page_of, render
from registry.web.users.setting_up import SET_UP, picture
from registry.web.users.sight import everywhere

PEOPLE = "/people"
_Act = Callable[[web.Request, AsyncConnection, Visit], Awaitable[web.StreamResponse]]

routes = web.RouteTableDef()


@routes.get(PEOPLE)
@page_of(Role.ADMINISTRATOR)
async def people(request: web.Request, visit: Visit) -> web.StreamResponse:
    """Everybody who has a role where somebody administers; those who have none anywhere, for who administers everything."""
    return await _people(request, visit)


def _act(handler: _Act) -> Handler:
    """A form of this page: what is refused is said on it, and nothing of it is kept."""

    @form_of(Role.ADMINISTRATOR)
    async def acted(request: web.Request, visit: Visit) -> web.StreamResponse:
        try:
            async with request.app[STORAGE].writing() as connection:
                return await handler(request, connection, visit)
        except Refused as refused:
            return await _people(request, visit, refused)

    return acted


@routes.post(f"{PEOPLE}/invite")
@_act
async def invite(request: web.Request, connection: AsyncConnection, visit: Visit) -> web.StreamResponse:
    """Know somebody new: the link for them, shown once."""
    name, one = checked(visit.form.get("name", ""), TypeAdapter(Line), "tên / name"), _granted(visit)
    must_govern(visit.person, (one,))
    await _must_be_new(connection, visit, name)
    called, secret = await users.invite(
        connection, name, (one,), request.app[CONFIG].now(), request.app[CONFIG].people, by=visit.person.name
    )
    return _link(request, visit, called, secret)


@routes.post(f"{PEOPLE}/reset")
@_act
async def reset(request: web.Request, connection: AsyncConnection, visit: Visit) -> web.StreamResponse:
    """Another link for somebody who forgot the password or lost the phone."""
    name = await _theirs(connection, visit)
    called, secret = await users.reset(connection, name, request.app[CONFIG].now(), request.app[CONFIG].people, by=visit.person.name)
    return _link(request, visit, called, secret)


@routes.post(f"{PEOPLE}/revoke")
@_act
async def revoke(request: web.Request, connection: AsyncConnection, visit: Visit) -> web.StreamResponse:
    """Know somebody no longer."""
    name = await _theirs(connection, visit)
    await users.revoke(connection, name, request.app[CONFIG].now(), by=visit.person.name)
    return _back()


@routes.post(f"{PEOPLE}/grant")
@_act
async def grant(request: web.Request, connection: AsyncConnection, visit: Visit) -> web.StreamResponse:
    """One role more."""
    name, one = visit.form.get("name", ""), _granted(visit)
    must_govern(visit.person, (one,))
    held = await _held(connection, name)
    await users.grant(connection, name, with_one_more(held, one), request.app[CONFIG].now(), by=visit.person.name)
    return _back()


@routes.post(f"{PEOPLE}/withdraw")
@_act
async def withdraw(request: web.Request, connection: AsyncConnection, visit: Visit) -> web.StreamResponse:
    """One role less."""
    name, one = visit.form.get("name", ""), _granted(visit)
    must_govern(visit.person, (one,))
    held = await _held(connection, name)
    if left := without(held, one):
        await users.grant(connection, name, left, request.app[CONFIG].now(), by=visit.person.name)
        return _back()
    what = "đây là quyền cuối cùng của họ / it is their last role"
    raise refuse(name, what, "thu hồi tài khoản, hoặc thêm quyền khác trước / revoke the account, or add another role before")


async def _people(request: web.Request, visit: Visit, refused: Refused | None = None) -> web.Response:
    mine = visit.person.areas(Role.ADMINISTRATOR)
    async with request.app[STORAGE].reading() as connection:
        known, areas = await users.everybody(connection), await every_area(connection)
        everything = await everywhere(connection, visit.person, Role.ADMINISTRATOR)
    judged = [(row, granted, governs(visit.person, granted, everything)) for row, granted in known]
    seen = [each for each in judged if each[2] or any(within(mine, one.area) for one in each[1])]
    offered = [area for code, area in areas.items() if within(mine, code)]
    complaints = refused.complaints if refused else ()
    shown = {"people": seen, "areas": areas, "offered": offered, "mine": mine, "complaints": complaints}
    return render(request, "users/people.html", 403 if refused else 200, visit, **shown)


async def _theirs(connection: AsyncConnection, visit: Visit) -> str:
    name = visit.form.get("name", "")
    must_govern(visit.person, await _held(connection, name), await everywhere(connection, visit.person, Role.ADMINISTRATOR))
    return name


async def _must_be_new(connection: AsyncConnection, visit: Visit, name: str) -> None:
    """``Refused`` for a name that somebody had before, unless all areas are theirs: whose account it was, another area may know."""
    known = await users.by_name(connection, name)
    if known is not None and not await everywhere(connection, visit.person, Role.ADMINISTRATOR):
        what = "tên này đã có người dùng / somebody has or had this name"
        do = "thêm chữ cho khác, hoặc nhờ người quản trị cấp trên / add a word to the name, or ask the administrator of the area above"
        raise refuse(name, what, do)


async def _held(connection: AsyncConnection, name: str) -> tuple[Granted, ...]:
    row = await users.by_name(connection, name)
    return await sessions.granted(connection, row.name) if row is not None else ()


def _granted(visit: Visit) -> Granted:
    try:
        role = Role(visit.form.get("role", ""))
    except ValueError:
        raise refuse("quyền / role", "không có quyền này / there is no such role", "chọn trong danh sách / choose from the list") from None
    return Granted(checked(visit.form.get("area", ""), TypeAdapter(AreaCode), "địa bàn / area"), role)


def _link(request: web.Request, visit: Visit, name: str, secret: str) -> web.Response:
    config = request.app[CONFIG]
    link = f"{config.url.rstrip('/')}{SET_UP}#{secret}"
    return render(request, "users/link.html", visit=visit, name=name, link=link, picture=picture(link), limits=config.people)


def _back() -> web.Response:
    return web.Response(status=303, headers={"Location": PEOPLE, **HEADERS})
