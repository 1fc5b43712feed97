"""How far a flood alert came: the pages of who watches, and those on an officer's phone."""

import shutil

import pytest

from registry.areas.places import Area, import_areas
from registry.web.config import STORAGE
from tests.registry.alerts.confirmation.conftest import Watched
from tests.registry.web.alerts.commune import Commune
from tests.registry.web.officer.phone_browser import Browser
from tests.registry.web.officer.station import CHANNEL, RUONG
from tests.registry.web.pictures.camera import camera

pytestmark = [pytest.mark.pictures, pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium is not installed")]


@pytest.fixture
async def commune(station):
    async with station.registry.app[STORAGE].writing() as connection:
        await import_areas(connection, [Area(code=CHANNEL, name="Xã Bản Mẫu"), Area(code=f"{CHANNEL}.11", name="Thôn Phai Yên")])
    made = Commune(Watched(station.registry, station.publisher, station.clock))
    await made.stand()
    await made.flood()
    return made


async def test_an_alert_goes_out_and_is_stopped(commune, station, chromium):
    watched, registry = commune.watched, station.registry
    key = watched.raised().key
    async with camera(chromium, registry.client, await registry.account()) as lens:
        await lens.at("alerts", "/alerts")
        await lens.at("alert", f"/alerts/{key}")
        await lens.at("alert-commune", f"/alerts/{key}/{CHANNEL}")
        async with camera(chromium, registry.client) as officer:
            await Browser(station, officer.page).bind(RUONG)
            await officer.at("officer-alerts", "/officer/reach")
            await officer.at("officer-alert", f"/officer/reach/{key}")
            await officer.at("officer-alert-commune", f"/officer/reach/{key}/{CHANNEL}")
        watched.stop(commune.alert)
        station.clock.turn(seconds=3)
        stopped = {"versions": {f"{CHANNEL}/stop.json": 1}}
        await commune.tell(0, programs=(watched.status("display", showing="notice-a"), watched.status("audio")), **stopped)
        await commune.tell(1, programs=(watched.showing(commune.alert), watched.status("audio")))
        await commune.tell(2, programs=(watched.status("display"), watched.sounding(commune.alert)))
        await lens.at("alert-stopped", f"/alerts/{key}")
