"""Somebody's browser at the registry: it keeps cookies, sends back what stands in forms, and has an app for codes."""

import html
import re
from dataclasses import dataclass, field

from registry.people import codes
from registry.people.roles import Granted, Role
from registry.people.users import invite
from registry.web.config import STORAGE
from tests.registry.web.conftest import Registry

NAME, PASSWORD = "Lê Thị Quản", "chè xanh bến nứa"
EVERYTHING = Granted("vn", Role.ADMINISTRATOR), Granted("vn", Role.OPERATOR)


@dataclass
class Desk:
    """One browser; *seed* is what its owner's app knows."""

    registry: Registry
    cookies: dict[str, str] = field(default_factory=dict)
    seed: str = ""
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def headers(self):
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"Accept": "text/html", "User-Agent": "Mozilla/5.0 (Android 14) Firefox/140.0", "Cookie": cookie, **self.extra}

    async def get(self, path):
        return await self._kept(await self.registry.client.get(path, headers=self.headers, allow_redirects=False))

    async def post(self, path, **form):
        return await self._kept(await self.registry.client.post(path, data=form, headers=self.headers, allow_redirects=False))

    async def send(self, page, path, **form):
        """*form* of the page at *page*, with its token, to *path*."""
        text = await (await self.get(page)).text()
        return await self.post(path, token=re.search(r'name="token" value="([0-9a-f]{64})"', text)[1], **form)

    async def _kept(self, answer):
        for name, morsel in answer.cookies.items():
            if morsel["max-age"] == "0":
                self.cookies.pop(name, None)
            else:
                assert (morsel["secure"], morsel["httponly"], morsel["samesite"], morsel["path"]) == (True, True, "Strict", "/")
                assert morsel["domain"] == ""
                self.cookies[name] = morsel.value
        return answer

    async def invited(self, name=NAME, *granted):
        """The secret of a link, as the registry's own command prints it."""
        async with self.registry.app[STORAGE].writing() as connection:
            return (await invite(connection, name, granted or EVERYTHING, self.registry.clock(), self.registry.config.people))[1]

    async def opened(self, link):
        """The page that the link leads to, after which the app knows the seed."""
        text = await (await self.post("/set-up", link=link)).text()
        self.seed = re.search(r"secret=([A-Z2-7]+)", html.unescape(text))[1]
        return text

    async def set_up(self, link, password=PASSWORD, **changed):
        await self.opened(link)
        form = {"link": link, "password": password, "again": password, "code": self.code(), **changed}
        return await self.post("/set-up/done", **form)

    def code(self):
        return codes.code_at(self.seed, self.registry.clock())

    async def sign_in(self, name=NAME, password=PASSWORD, code=None, wanted="/"):
        """Both steps; the answer to the one that failed, or to the last."""
        answer = await self.post("/sign-in", name=name, password=password, next=wanted)
        return answer if answer.status != 303 else await self.post("/sign-in/code", code=code or self.code(), next=wanted)
