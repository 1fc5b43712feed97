"""A registry that holds the online key of a real release tree, with officers whom the province has seated, and a browser."""

import shutil
from dataclasses import replace

import pytest
from playwright.async_api import async_playwright

from registry.trust.keys import KeyName
from registry.web.app import make_app
from registry.web.config import Config
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
async def browser(station):
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = await (await chromium.new_context(**PHONE)).new_page()
        page.set_default_timeout(20_000)
        errors = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        yield Browser(station, page)
        await chromium.close()
    assert errors == []
