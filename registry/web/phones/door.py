"""Whose phone it is, and whether a form was ours: a cookie that only this phone has, and a token that only its own pages know."""

import hashlib
import hmac
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from aiohttp import web
from sqlalchemy import Row
from yarl import URL

from bundle.errors import Refused
from registry.audit.chain import Event, note
from registry.web.config import CONFIG, STORAGE
from registry.web.network import block
from registry.web.phones.binding import ages, bind, bound, renew
from registry.web.phones.kinds import Kind
from registry.web.rate import Rate
from registry.web.rules import Rules
from registry.web.templating import PAGES

TOKEN_HEADER = "X-Form-Token"  # noqa: S105 (the name of a header)
# Scripts and forms of our own and nothing else; a picture may come from the phone's own memory.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self' blob:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    # Without a referrer of its own, a browser sends forms as of nowhere; what stands in our addresses goes to nobody else.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=()",
    "Cache-Control": "no-store",
}
WITH_MICROPHONE = {"Permissions-Policy": "camera=(), geolocation=(), microphone=(self)"}
"""For the one page that records."""
BINDS: web.AppKey[Rate] = web.AppKey("binds", Rate)

P = TypeVar("P")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Visit(Generic[P]):
    """A request of somebody who is known: who, the *token* for forms of the page that they get, and the *form* that they sent.

    *ages*: its use is to be written down again. *home*: where their own pages begin, for who only looks in at the others.
    """

    person: P
    token: str
    form: Mapping[str, str] = field(default_factory=dict)
    ages: bool = False
    home: str = ""


Visited = Callable[[web.Request, Visit[P]], Awaitable[web.StreamResponse]]


class Guard(ABC, Generic[P]):
    """What stands before the pages of one kind of people, whose templates lie in *folder* (``name/``, or empty); *home* is their start."""

    folder: str

    @property
    @abstractmethod
    def home(self) -> str:
        """The page to begin at."""

    @abstractmethod
    async def signed_in(self, request: web.Request) -> Visit[P] | None:
        """Who sends *request*; None for nobody who is known."""

    @abstractmethod
    def unknown(self, request: web.Request) -> web.StreamResponse:
        """What somebody is told who is not known."""

    @abstractmethod
    def called(self, person: P) -> str:
        """How the audit calls *person*."""

    @abstractmethod
    async def renewed(self, request: web.Request, answer: web.StreamResponse) -> web.StreamResponse:
        """*answer*, with what keeps whoever asked known for longer; it is asked only when their use is to be written down again."""

    @property
    @abstractmethod
    def own(self) -> Mapping[str, Any]:
        """What every template of theirs may use; ``shell`` is the frame of their pages."""

    def page_of(self, handler: Visited[P]) -> Handler:
        """*handler* for somebody who is known; everybody else is told how to get there."""

        async def visited(request: web.Request) -> web.StreamResponse:
            who = await self.signed_in(request)
            return self.unknown(request) if who is None else await self._kept(request, who, await handler(request, who))

        return visited

    def form_of(self, handler: Visited[P]) -> Handler:
        """*handler* for a form that somebody sent from a page of ours; 403 for a forged one, which is written down."""

        async def posted(request: web.Request) -> web.StreamResponse:
            who = await self.signed_in(request)
            if who is None:
                return self.unknown(request)
            told = request.headers.get(TOKEN_HEADER)
            form = {} if told is not None else await form_in(request)
            given = form.get("token", "") if told is None else told
            if not from_our_page(request) or not hmac.compare_digest(given.encode(), who.token.encode()):
                await note_apart(request, Event.FORM_FORGED, self.called(who.person), request.path)
                return self.render(request, "phones/forged.html", 403)
            return await self._kept(request, who, await handler(request, replace(who, form=form)))

        return posted

    def render(self, request: web.Request, template: str, status: int = 200, visit: Visit[P] | None = None, **values: Any) -> web.Response:
        """A page of theirs: a template of their own, or one that others share (``phones/…``)."""
        path = template if "/" in template else f"{self.folder}{template}"
        told = {"visit": visit, "now": request.app[CONFIG].now(), "visited": request.path, "home": self.home}
        text = request.app[PAGES].get_template(path).render(**told, **self.own, **values)
        return web.Response(text=text, status=status, content_type="text/html", headers=HEADERS)

    async def _kept(self, request: web.Request, who: Visit[P], answer: web.StreamResponse) -> web.StreamResponse:
        # What has begun to flow can carry nothing more.
        return answer if not who.ages or answer.prepared else await self.renewed(request, answer)


@dataclass(frozen=True)
class Door(Guard[P]):
    """Through which people of one *kind*, whose phones are bound, get to their pages; *person* makes them from their row."""

    kind: Kind
    folder: str
    person: Callable[[Row[Any]], P]
    name: Callable[[P], str]

    @property
    def home(self) -> str:
        """The page to begin at."""
        return self.kind.home

    def called(self, person: P) -> str:
        """How the audit calls *person*."""
        return self.name(person)

    @property
    def own(self) -> Mapping[str, Any]:
        """Their frame, and the kind for the pages that bind a phone."""
        return {"kind": self.kind, "shell": f"{self.folder}base.html"}

    async def signed_in(self, request: web.Request) -> Visit[P] | None:
        """Who is on the phone, None for a phone that is not bound, or no longer."""
        session = request.cookies.get(self.kind.cookie)
        if not session:
            return None
        config = request.app[CONFIG]
        async with request.app[STORAGE].reading() as connection:
            row = await bound(connection, self.kind, session, config.now(), config.technicians)
        return None if row is None else Visit(self.person(row), token_of(session), ages=ages(row, config.now(), config.technicians))

    def unknown(self, request: web.Request) -> web.StreamResponse:
        """How a phone is bound."""
        return self.render(request, "unbound.html", 401)

    async def renewed(self, request: web.Request, answer: web.StreamResponse) -> web.StreamResponse:
        """*answer*, which binds a phone in use for as long again, here and in its cookie."""
        session, config = request.cookies[self.kind.cookie], request.app[CONFIG]
        async with request.app[STORAGE].writing() as connection:
            still_theirs = await renew(connection, self.kind, session, config.now())
        if still_theirs:
            self._keep(answer, session, config.technicians)
        return answer

    async def invited(self, request: web.Request) -> web.Response:
        """Where the link that binds a phone leads; looking at it uses nothing up, as programs do that show a preview of links."""
        return self.render(request, "phones/invited.html")

    async def binding(self, request: web.Request) -> web.Response:
        """Bind this phone: 303 to the start page with the cookie; 403 when the link is worth nothing, 429 for trying too often."""
        config = request.app[CONFIG]
        if not request.app[BINDS].allows(block(request), config.now()):
            return self.render(request, "phones/too_often.html", 429)
        secret = (await form_in(request)).get("link", "")
        try:
            if not from_our_page(request):
                return self.render(request, "phones/forged.html", 403)
            async with request.app[STORAGE].writing() as connection:
                session = await bind(connection, self.kind, secret, config.now())
        except Refused as refused:
            await note_apart(request, Event.LINK_REFUSED, detail=str(refused))
            return self.render(request, "phones/refused.html", 403, complaints=refused.complaints)
        answer = web.Response(status=303, headers={"Location": self.kind.home, **HEADERS})
        self._keep(answer, session, config.technicians)
        return answer

    def routes(self) -> list[web.RouteDef]:
        """The page of the link, and its form."""
        return [web.get(self.kind.invites, self.invited), web.post(self.kind.binds, self.binding)]

    def _keep(self, answer: web.StreamResponse, session: str, rules: Rules) -> None:
        lifetime = int(rules.session_for.total_seconds())
        answer.set_cookie(self.kind.cookie, session, max_age=lifetime, path="/", secure=True, httponly=True, samesite="Strict")


def from_our_page(request: web.Request) -> bool:
    """Whether the browser says that one of our pages made it send this; what says nothing at all is no browser that others could use."""
    told, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if told is not None or origin is None:
        return told in (None, "same-origin")
    # An old browser, which asks for the address that people were given, or for this process itself.
    return origin in (str(URL(request.app[CONFIG].url).origin()), f"{request.scheme}://{request.host}")


async def form_in(request: web.Request) -> dict[str, str]:
    """The fields of the form that was sent, files left out; 400 for a body that is none."""
    try:
        return {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    except (LookupError, ValueError) as problem:
        # Letters of an alphabet that is none, or that do not fit theirs; parts without a boundary.
        raise web.HTTPBadRequest(text="không đọc được biểu mẫu / the form cannot be read") from problem


async def note_apart(request: web.Request, event: Event, technician: str = "", detail: str = "", unit: str = "") -> None:
    """Write down what was refused, in a transaction of its own: the refusal itself changes nothing."""
    async with request.app[STORAGE].writing() as connection:
        await note(connection, event, request.app[CONFIG].now(), technician=technician, unit=unit, block=block(request), detail=detail)


def token_of(session: str) -> str:
    """The token of the forms that a browser with this *session* gets."""
    # From the secret that the cookie hides from every script: nothing more needs to be kept.
    return hashlib.sha256(f"form {session}".encode()).hexdigest()
