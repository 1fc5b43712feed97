"""A real registry and release tree with one flood alert, and units of invented villages that report what they do with it."""

from dataclasses import dataclass, replace

import pytest

from bundle.alert import AlertSet, Reference
from bundle.policy import StopList
from evidence.records import AlertSeen, Outcome, Rung
from evidence.report import Sounding
from registry.alerts.confirmation.gathering import confirmation
from registry.alerts.confirmation.released import Releases
from registry.trust.site import Site
from registry.web.app import make_app
from registry.web.config import STORAGE, Config
from tests.registry.web.conftest import VILLAGE, Dial, Registry, shown, sounded, stamp, status
from tests.simulators.content import CHANNEL, flood_alert
from tests.simulators.publisher import Publisher

ALERTS = f"{CHANNEL}/alerts.json"
STOP = f"{CHANNEL}/stop.json"


@dataclass
class Watched:
    """The registry, the publisher and the alert that everything is about."""

    registry: Registry
    publisher: Publisher
    clock: Dial

    async def village(self, number, name=None, **more):
        """A unit of its own village."""
        where = replace(VILLAGE, place=f"{CHANNEL}.{number:02d}", place_name=name or f"Thôn {number}", channels=("vn", "vn.20", CHANNEL))
        return await self.registry.enrolled(f"bt-{number:02d}", replace(where, **more))

    def raise_alert(self, **more):
        self.publisher.now = self.clock()
        (alert,) = flood_alert(self.clock(), identifier=more.pop("identifier", "lu-1")).alerts
        alert = alert.model_copy(update=more)
        self.publisher.release_alerts(CHANNEL, AlertSet(format=1, channel=CHANNEL, alerts=(alert,)))
        return alert

    def stop(self, alert):
        self.publisher.now = self.clock()
        ended = Reference(sender=alert.sender, identifier=alert.identifier, sent=alert.sent)
        self.publisher.release_stop(CHANNEL, StopList(format=1, channel=CHANNEL, cancelled=(ended,)))

    def raised(self):
        return raised_in(Releases(Site(self.publisher.site)), self.clock())[0]

    async def confirmed(self):
        async with self.registry.app[STORAGE].reading() as connection:
            return await confirmation(connection, self.raised(), self.clock())

    async def ladder(self, unit):
        return next(each for each in (await self.confirmed()).ladders if each.facts.unit == unit.name)

    def at(self, **more):
        return stamp(wall=self.clock(), **more)

    def seen(self, n, alert, **more):
        return AlertSeen(n=n, at=self.at(), identity=str(alert.identity()), channel=CHANNEL, **more)

    def on_board(self, n, alert, **more):
        at = self.at()
        return shown(n, item=str(alert.identity()), frames=1, outcome=Outcome.STARTED, at=at, **more).model_copy(update={"began": at})

    def aired(self, n, alert, outcome=Outcome.STARTED, rung=Rung.COMMANDED, airing=0, **more):
        return sounded(n, occurrence=key(alert, airing), item=str(alert.identity()), outcome=outcome, rung=rung, at=self.at(), **more)

    def sounding(self, alert, airing=0, **more):
        leaves = Sounding(occurrence=key(alert, airing), item=str(alert.identity()), channel=CHANNEL, language="vi", since=self.at())
        return self.status("audio", sounding=leaves, **more)

    def showing(self, alert):
        return self.status("display", showing=f"alert-{alert.identifier}-vi", emergency=True)

    def status(self, program, emergency=False, **more):
        return status(program, **more).model_copy(update={"at": self.at(), "emergency": emergency})

    async def tell(self, unit, n, lines=(), **more):
        programs = more.pop("programs", (self.status("display", showing="notice-a"), self.status("audio")))
        await self.registry.report(unit.report(n, lines, at=self.at(boot=unit.boot), programs=programs, **more))


def raised_in(releases, now):
    """Every alert of the tree by *now*, after a look at all of its channels."""
    for channel in releases.unread():
        releases.look(channel)
    return releases.raised(now)


def key(alert, airing):
    return f"alert:{CHANNEL}:{alert.identity()}#{airing}"


@pytest.fixture
async def watched(aiohttp_client, tmp_path):
    clock = Dial()
    publisher = Publisher(tmp_path / "publisher", [CHANNEL])
    clock.at = publisher.now
    config = Config(data=tmp_path / "data", site=publisher.site, url="https://so.tinh-mau.vn", now=clock, watch_every=0.01)
    app = make_app(config)
    return Watched(Registry(await aiohttp_client(app), app, clock, config), publisher, clock)
