"""A technician with a phone at the unit's own page: what a browser would send, by a script that counts what a person decides."""

import asyncio
import html
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import aiohttp

PATIENCE = 240.0


@dataclass
class PagePhone:
    """*replies* by question id; every question that comes up is one decision, whatever became of it.

    *hand* is told what the page tells: it does at the unit what no question asks.
    """

    address: str
    replies: dict[str, str]
    photo: bytes
    decisions: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    hand: Callable[[str], None] = lambda _: None
    form: str = ""

    async def run(self, pin: str, story: "Callable[[PagePhone], Awaitable[None]]") -> None:
        """Come in with *pin* and do *story*."""
        jar = aiohttp.CookieJar(unsafe=True)
        async with aiohttp.ClientSession(self.address, cookie_jar=jar, timeout=aiohttp.ClientTimeout(60)) as self.http:
            await self.post("/enter", {"pin": pin})
            await story(self)

    async def get(self, path: str) -> str:
        async with self.http.get(path) as answer:
            text = await answer.text()
            assert answer.status < 400, text
        if found := re.search(r'name="form" value="([^"]+)"', text):
            self.form = found[1]
        return text

    async def post(self, path: str, data: dict[str, object]) -> str:
        sent = aiohttp.FormData()
        for name, value in {"form": self.form, **data}.items():
            if isinstance(value, bytes):
                sent.add_field(name, value, filename="site.jpg", content_type="image/jpeg")
            else:
                sent.add_field(name, str(value))
        async with self.http.post(path, data=sent) as answer:
            assert answer.status < 400, await answer.text()
            return await answer.text()

    async def choose(self, place: str) -> None:
        """The first decision: the village."""
        await self.get("/village")
        self.decisions.append("village")
        await self.post("/village", {"place": place})

    async def commission(self) -> str:
        """Everything that is asked, until the work is done, or the plug is to be pulled; the last page."""
        await self.get("/commission")
        text = await self.post("/commission", {})
        number = ""
        for _ in range(round(PATIENCE * 2)):
            text = await self.get("/task")
            self.told = [html.unescape(re.sub(r"<[^>]+>", "", each)) for each in re.findall(r"<li>(.*?)</li>", text, re.DOTALL)]
            self.hand(self.told[0] if self.told else "")
            asked = re.search(r'data-question="([^"]+)".*?name="n" value="([^"]+)"', text, re.DOTALL)
            if asked and asked[2] != number:
                number = asked[2]
                await self.answer(asked[1], asked[2])
            elif not asked and "data-follow" not in text:
                return text
            else:
                await asyncio.sleep(0.5)
        raise AssertionError(f"it did not end: {text}")

    async def answer(self, question: str, number: str) -> None:
        self.decisions.append(question)
        reply = self.replies.get(question)
        if question == "photo":
            data: dict[str, object] = {"photo": self.photo}
        elif question == "people" and reply is not None:
            data = {f"blank-{blank}": line for blank, line in json.loads(reply).items()}
        else:
            data = {"answer": reply} if reply is not None else {"skip": "1"}
        await self.post("/task/answer", {"n": number, **data})
