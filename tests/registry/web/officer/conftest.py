"""A registry that holds the online key of a real release tree, with officers whom the province has seated, and a browser."""

from dataclasses import replace

import pytest

from registry.trust.keys import KeyName
from registry.web.app import make_app
from registry.web.config import Config
from tests.registry.web.chromium import page_of
from tests.registry.web.conftest import Registry
from tests.registry.web.officer.phone_browser import PHONE, Browser
from tests.registry.web.officer.station import BESIDE, CHANNEL, NIGHT, Station
from tests.simulators.publisher import Publisher


@pytest.fixture
async def station(aiohttp_client, tmp_path, clock):
    clock.at = NIGHT
    publisher = Publisher(tmp_path / "province", (BESIDE, CHANNEL), NIGHT)
    keys = {"online": publisher.online, "feed": {CHANNEL: publisher.keys[KeyName.FEED]}}
    config = Config(data=tmp_path / "data", site=publisher.site, url="https://so.tinh-mau.vn", now=clock, watch_every=0.01, **keys)
    config = replace(config, technicians=replace(config.technicians, news=0.02))
    app = make_app(config)
    made = Station(Registry(await aiohttp_client(app), app, clock, config), publisher)
    await made.prepare()
    return made


@pytest.fixture
async def browser(station, chromium):
    async with page_of(chromium, **PHONE) as page:
        yield Browser(station, page)
