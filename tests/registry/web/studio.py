"""A real registry with one live order, in which a test speaks and listens."""

import asyncio
import json
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

from bundle.items import LiveGrant
from bundle.live import live_path
from bundle.orders import LiveOrder, OrderKind, Orders
from registry.live.recording import Kept
from registry.web.app import make_app
from registry.web.config import Config
from registry.web.live import ROOMS, SEATS
from registry.web.watch import WATCH
from tests.simulators.content import CHANNEL, PROVENANCE, small_bundle
from tests.simulators.live_registry import until
from tests.simulators.publisher import Publisher

SECRET = "chỉ lệnh này biết"


class Studio:
    """A real registry with one live order of five minutes under a grant of ten."""

    def __init__(self, folder, client_of, cleanup, clock):
        self.cleanup = cleanup
        self.publisher = Publisher(folder / "publisher", [CHANNEL])
        self.clock = clock
        self.clock.at = self.publisher.now
        self.config = Config(
            data=folder / "data",
            site=self.publisher.site,
            url="https://so.tinh-mau.vn",
            now=self.clock,
            watch_every=0.01,
            live_patience=0.2,
        )
        self.officer = self.publisher.keys["ops"].person
        self._client_of = client_of

    async def open(self, **config):
        self.config = replace(self.config, **config)
        self.grant()
        self.order = self.start()
        self.app = make_app(self.config)
        self.client = await self._client_of(self.app)

    def grant(self, **changed):
        grant = LiveGrant(
            **{
                "id": "noi-truc-tiep",
                "provenance": PROVENANCE,
                "title": "Phát biểu của xã",
                "person": self.officer,
                "url": "https://so.tinh-mau.vn/live",
                "minutes": 10.0,
                **changed,
            }
        )
        self.publisher.release_bundle(CHANNEL, small_bundle(self.publisher.now).model_copy(update={"live_grants": (grant,)}))

    def start(self, minutes=5.0, **changed):
        order = LiveOrder(
            **{
                "kind": OrderKind.LIVE,
                "id": "live-1",
                "person": self.officer,
                "since": self.clock(),
                "expires": self.clock() + timedelta(minutes=minutes),
                "reason": "họp dân",
                "grant": "noi-truc-tiep",
                "secret": sha256(SECRET.encode()).hexdigest(),
                **changed,
            }
        )
        self.publisher.release_orders(CHANNEL, Orders(format=1, channel=CHANNEL, orders=(order,)))
        return order

    def url(self, order=None):
        return f"/live/{live_path(CHANNEL, order or self.order)}"

    async def speak(self, body, secret=SECRET, media="audio/ogg", order=None, method="POST"):
        headers = {"Authorization": f"Bearer {secret}", "Content-Type": media}
        answer = await self.client.request(method, self.url(order), data=body, headers=headers)
        return answer.status, json.loads(await answer.text())

    async def listen(self):
        """Everything that one listener hears, once somebody speaks."""
        while True:
            answer = await self.client.get(self.url())
            if answer.status == 200:
                return await answer.read()
            assert answer.status == 503, await answer.text()

    @asynccontextmanager
    async def speaking(self, data, media="audio/ogg"):
        """Somebody who has said *data* and is still connected, and the answer that they will get."""
        go_on = asyncio.Event()

        async def body():
            yield data
            await go_on.wait()

        task = asyncio.create_task(self.speak(body(), media=media))
        await self.taken_in(len(data), media)
        yield task, go_on
        go_on.set()
        await asyncio.gather(task, return_exceptions=True)

    async def kept(self, part, ended=False):
        """The words of a recording, once they are there."""
        path = self.config.data / "live" / CHANNEL / self.order.id / f"{part}.json"
        await until(lambda: path.exists() and (not ended or Kept.model_validate_json(path.read_bytes()).ended))
        return Kept.model_validate_json(path.read_bytes())

    async def taken_in(self, size, media="audio/ogg"):
        """So many bytes were said, and are kept."""
        path = self.config.data / "live" / CHANNEL / self.order.id / f"1.{media.removeprefix('audio/')}"
        await until(lambda: path.exists() and path.stat().st_size >= size)

    async def heard_by(self, count):
        """So many listen in the room, from the next word on."""
        await until(lambda: sum(room.listeners for room in self.app[ROOMS].values()) == count)

    async def told(self):
        """The registry has seen what was released last."""
        await self.app[WATCH].look()

    async def seated(self, count):
        """So many listen, or wait for the speaker."""
        await until(lambda: len(self.app[SEATS]) == count)
