"""The one guard before the registry's pages: people who signed in by name, and officers and technicians by their phones, as watchers."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import quote

from aiohttp import web

from bundle.area import AreaCode
from bundle.errors import refuse
from registry.people import sessions
from registry.people.hashing import hashed
from registry.people.roles import Granted, Person, Role
from registry.web.answers import refusal
from registry.web.config import CONFIG, STORAGE
from registry.web.officer.session import DOOR as OFFICERS
from registry.web.phones import door
from registry.web.phones.door import Guard, Handler, Visited, token_of
from registry.web.technician.session import DOOR as TECHNICIANS

Visit = door.Visit[Person]
COOKIE = "__Host-user"
SIGN_IN = "/sign-in"


class Users(Guard[Person]):
    """Who may see the registry's pages, and may not more than their roles say."""

    folder = ""
    home = "/"

    def called(self, person: Person) -> str:
        """How the audit calls *person*."""
        return person.name

    @property
    def own(self) -> Mapping[str, Any]:
        """All share one frame, in which stands what each of them may open."""
        return {"shell": "base.html"}

    async def signed_in(self, request: web.Request) -> Visit | None:
        """Whose session it is, or whose bound phone."""
        by_name = await self._by_name(request)
        return by_name or await self._by_phone(request)

    def unknown(self, request: web.Request) -> web.StreamResponse:
        """Pages lead to the sign-in and back; scripts are told in their own tongue."""
        if is_page(request):
            # A form that came too late is not sent again by itself.
            back = f"?next={quote(request.path_qs)}" if request.method == "GET" else ""
            return web.Response(status=303, headers={"Location": SIGN_IN + back, **door.HEADERS})
        what = "chưa đăng nhập, hoặc phiên đã hết / not signed in, or the session has ended"
        return refusal(401, refuse(request.path, what, f"đăng nhập / sign in: {SIGN_IN}"))

    async def renewed(self, request: web.Request, answer: web.StreamResponse) -> web.StreamResponse:
        """*answer*; the session lives for as long again, at most as long as any, and so does the binding of the phone."""
        async with request.app[STORAGE].writing() as connection:
            await sessions.use(connection, hashed(request.cookies.get(COOKIE, "")), request.app[CONFIG].now())
        for each in (OFFICERS, TECHNICIANS):
            phone = await each.signed_in(request)
            answer = await each.renewed(request, answer) if phone is not None and phone.ages else answer
        return answer

    async def _by_name(self, request: web.Request) -> Visit | None:
        secret = request.cookies.get(COOKIE)
        if not secret:
            return None
        now, limits = request.app[CONFIG].now(), request.app[CONFIG].people
        async with request.app[STORAGE].reading() as connection:
            row = await sessions.found(connection, secret, now, limits)
            return (
                None
                if row is None
                else Visit(await sessions.person(connection, row), token_of(secret), ages=sessions.ages(row, now, limits))
            )

    async def _by_phone(self, request: web.Request) -> Visit | None:
        if (phone := await OFFICERS.signed_in(request)) is not None:
            return Visit(watcher(phone.person.name, phone.person.channels), phone.token, ages=phone.ages, home=OFFICERS.home)
        if (other := await TECHNICIANS.signed_in(request)) is not None:
            return Visit(watcher(other.person.name, (other.person.area,)), other.token, ages=other.ages, home=TECHNICIANS.home)
        return None


USERS = Users()
render = USERS.render


def page_of(role: Role) -> Callable[[Visited[Person]], Handler]:
    """A page for whoever has *role* somewhere; where, the page itself asks ``visit.person``."""
    return lambda handler: USERS.page_of(_having(role, handler))


def form_of(role: Role) -> Callable[[Visited[Person]], Handler]:
    """A form of such a page."""
    return lambda handler: USERS.form_of(_having(role, handler))


def page_of_own(handler: Visited[Person]) -> Handler:
    """A page about whoever has an account, whatever their roles; a bound phone has none."""
    return USERS.page_of(_by_name_alone(handler))


def form_of_own(handler: Visited[Person]) -> Handler:
    """A form of such a page."""
    return USERS.form_of(_by_name_alone(handler))


def watcher(name: str, areas: Iterable[AreaCode]) -> Person:
    """What a bound phone may do on these pages: look at what lies in its owner's *areas*."""
    return Person(name, tuple(Granted(area, Role.WATCHER) for area in areas))


def is_page(request: web.Request) -> bool:
    """Whether a person waits for a page, and not a script or a picture's place for something."""
    return "text/html" in request.headers.get("Accept", "")


def _having(role: Role, handler: Visited[Person]) -> Visited[Person]:
    async def asked(request: web.Request, visit: Visit) -> web.StreamResponse:
        return await handler(request, visit) if visit.person.areas(role) else not_theirs(request, visit, role)

    return asked


def _by_name_alone(handler: Visited[Person]) -> Visited[Person]:
    async def asked(request: web.Request, visit: Visit) -> web.StreamResponse:
        return await handler(request, visit) if visit.person.session else USERS.unknown(request)

    return asked


def not_theirs(request: web.Request, visit: Visit, role: Role) -> web.StreamResponse:
    """403 for somebody who is known and may not."""
    if is_page(request):
        return render(request, "users/not_theirs.html", 403, visit, role=role)
    return refusal(403, refuse(request.path, f"không có quyền {role.value} / no {role.value}", "hỏi người quản trị / ask an administrator"))
