"""A joined Wi-Fi that does not lead to the registry locks nobody out: the unit opens one of its own, once, and tries the other again."""

import ssl
from dataclasses import dataclass, field

import aiohttp
import pytest

from device.errors import Unreachable
from device.first_boot import Step
from device.first_boot_settings import FirstBootSettings
from device.journal import read
from device.service import PageSettings
from device.settings import Settings
from evidence.records import PageOpened
from evidence.report import Pending
from provisioning.first_boot import words
from provisioning.first_boot.pairing import Registry
from provisioning.first_boot.steps import Steps
from provisioning.network.manager import HOTSPOT, OURS
from provisioning.wifi import Wifi
from tests.provisioning.conftest import TRUST, WIRING
from tests.provisioning.page.test_label import WIFI, labelled
from tests.provisioning.page.test_networks import done

GUEST, OWN = Wifi(ssid="Xã", passphrase="mat-khau-2"), Wifi(ssid="Nhà Văn Hoá", passphrase="mat-khau-1")
WAIT = 40.0
SELF_SIGNED = 18
"""OpenSSL's X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT."""
HEADER = "Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT\n"
ROUTE = "wlan0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n"


@dataclass
class Place:
    """A house in which nobody has let the unit in yet: the Wi-Fis named in *lead* lead to the registry, the others to a login page."""

    house: object
    lead: set = field(default_factory=set)
    asked: int = 0

    def __post_init__(self):
        paths = self.house.paths
        paths.unit_toml.parent.mkdir(parents=True, exist_ok=True)
        paths.unit_toml.write_text(WIRING.format(tape=paths.unit_toml.with_name("tape.raw")))
        paths.boot.mkdir(parents=True, exist_ok=True)
        paths.boot_toml.write_text('registry = "https://bang-tin.example"\n')
        paths.routes.parent.mkdir(parents=True, exist_ok=True)
        self.house.settings = Settings(page=PageSettings(port=self.house.port, wait_seconds=WAIT))
        self.house.restart()
        registry = Registry(root=self.root, ask=self.ask)
        self.steps = Steps(paths, self.house.clock, registry, FirstBootSettings(), self.house.known)

    @property
    def wifi(self):
        """The name of the network that the unit is in."""
        active = self.house.air.active()
        return self.house.air.profiles()[active]["ssid"] if active else None

    async def root(self, url):
        self.reached()
        return TRUST.encode()

    async def ask(self, url, token):
        self.reached()
        return Pending(unit=self.house.known.unit, wait=1.0)

    def reached(self):
        self.asked += 1
        if self.wifi not in self.lead:
            wrong = ssl.SSLCertVerificationError("self-signed")
            wrong.verify_code = SELF_SIGNED
            raise Unreachable("https://bang-tin.example") from aiohttp.ClientConnectorCertificateError(None, wrong)

    async def pass_by(self, seconds, every=5):
        """So much time, in which everything is looked at as often as on a unit, or less."""
        for _ in range(round(seconds / every)):
            self.house.paths.routes.write_text(HEADER + (ROUTE if self.house.air.active() not in (None, HOTSPOT) else ""))
            await self.steps.look()
            await self.house.look(every)

    @property
    def openings(self):
        return sum(isinstance(line, PageOpened) for line in read(self.house.paths.journal("provisioning")))


@pytest.fixture
async def place(house):
    made = Place(house)
    await house.door.network.join(GUEST)
    return made


async def test_a_unit_in_a_wifi_that_leads_nowhere_opens_one_of_its_own_and_still_says_why(place):
    house = place.house
    await place.pass_by(WAIT - 10)
    assert (house.known.step, house.known.access) == (Step.REGISTRY, None), "a passing outage takes no network away"
    await place.pass_by(20)
    assert (house.air.active(), house.known.access.ssid) == (HOTSPOT, "bangtin-" + house.known.unit)
    asked = place.asked
    await place.pass_by(60)
    told = house.known.tell(house.clock.now())
    assert (told.step, told.troubles, told.progress) == (Step.REGISTRY, (words.FOREIGN_TLS,), words.RESTING)
    assert place.asked == asked, "there is no road to ask by"
    assert "use another network" in await (await (await house.inside()).get()).text()


async def test_when_its_own_wifi_closes_the_other_is_tried_again_and_an_outage_that_is_over_is_healed(place):
    house = place.house
    await place.pass_by(60)
    assert house.air.active() == HOTSPOT
    place.lead.add(GUEST.ssid)
    await place.pass_by(30 * 60, every=30)
    await place.pass_by(10)
    assert (house.air.active(), set(house.air.profiles()), house.known.step) == (OURS, {OURS}, Step.SCAN)


async def test_a_registry_that_is_down_for_hours_takes_a_unit_out_of_its_wifi_once_after_a_start(place):
    house = place.house
    await place.pass_by(2 * 3600, every=30)
    assert (place.openings, house.air.active(), house.known.step) == (1, OURS, Step.REGISTRY)


async def test_a_unit_that_was_let_in_stays_in_its_wifi_whatever_becomes_of_the_registry(place):
    house = place.house
    house.known.looked = house.known.enrolled = house.known.confirmed = True
    for _ in range(3):
        await house.look(WAIT + 10)
    await house.open()
    await house.look(WAIT + 10)
    assert (house.air.active(), house.known.access.ssid) == (OURS, None)


async def test_the_button_opens_its_own_wifi_at_once_where_the_joined_one_leads_nowhere(place):
    await place.steps.look()
    await place.house.open()
    assert place.house.air.active() == HOTSPOT


async def test_a_wifi_that_leads_to_the_registry_is_kept_while_the_page_is_open(place):
    place.lead.add(GUEST.ssid)
    await place.steps.look()
    await place.house.open()
    await place.pass_by(WAIT + 20)
    assert (place.house.known.step, place.house.air.active(), place.house.known.access.ssid) == (Step.SCAN, OURS, None)


async def joined(place, wifi, phone=None):
    """A technician, by the unit's own Wi-Fi, makes it join another."""
    phone = phone or await place.house.inside()
    await phone.post("/wifi", {"ssid": wifi.ssid, "passphrase": wifi.passphrase}, allow_redirects=False)
    await done(place.house)
    return phone


async def test_after_joining_a_wifi_that_leads_nowhere_the_page_comes_back_by_the_units_own_with_the_same_pin(place):
    house = place.house
    await place.pass_by(60)
    pin = house.known.access.pin
    phone = await joined(place, OWN)
    assert (place.wifi, house.known.access.ssid) == (OWN.ssid, None)
    for _ in range(2):
        # The registry is being asked, and has not answered.
        await house.look(WAIT)
    assert place.wifi == OWN.ssid, "what was wrong with the network before is held against no other"
    await place.pass_by(WAIT - 5)
    assert place.wifi == OWN.ssid
    await place.pass_by(15)
    assert (house.air.active(), house.known.access.pin) == (HOTSPOT, pin)
    assert house.known.access.address == f"http://127.0.0.1:{house.port}/"
    place.lead.add(GUEST.ssid)
    await joined(place, GUEST, phone)
    await place.pass_by(WAIT + 20)
    assert (place.wifi, house.known.step) == (GUEST.ssid, Step.SCAN)


async def test_a_phone_that_is_heard_by_the_new_wifi_keeps_its_page_there(place):
    house = place.house
    await place.pass_by(60)
    phone = await joined(place, OWN)
    for _ in range(8):
        await place.pass_by(15)
        await phone.get()
    assert (place.wifi, house.known.step) == (OWN.ssid, Step.REGISTRY)
    await place.pass_by(WAIT + 10)
    assert house.air.active() == HOTSPOT


async def test_the_button_brings_an_unconfirmed_unit_back_to_its_own_wifi_when_no_phone_reaches_the_page(place):
    house = place.house
    house.known.looked = house.known.enrolled = True
    await house.open()
    assert house.known.access.ssid is None
    house.clock.advance(5)
    await house.open()
    assert house.air.active() == HOTSPOT
    assert house.known.access.ssid


async def test_a_radio_that_opens_no_access_point_stays_in_its_wifi_and_says_so(place):
    house = place.house
    house.air.set(access_point=False)
    await place.pass_by(60)
    assert (house.air.active(), house.known.access.ssid, house.listening()) == (OURS, None, True)
    await place.pass_by(5 * 60)
    assert house.air.said().count(f"connection up {HOTSPOT}") == 1, "its Wi-Fi is not taken away again and again"
    house.hold()
    await house.door.close()
    place.lead.add(GUEST.ssid)
    await place.pass_by(5)
    await house.open()
    place.lead.clear()
    await place.pass_by(WAIT)
    await place.pass_by(10)
    assert house.known.page == ("Không mở được Wi-Fi riêng", "The unit's own Wi-Fi cannot be opened")
    await place.pass_by(5 * 60)
    assert house.air.said().count(f"connection up {HOTSPOT}") == 2
    assert (house.air.active(), house.listening()) == (OURS, True)


async def test_a_unit_without_a_board_opens_the_wifi_of_its_label_until_it_is_confirmed(place):
    house = place.house
    labelled(house)
    house.known.looked = house.known.enrolled = True
    await house.open()
    assert house.known.access.passphrase == WIFI
    await house.door.close()
    assert house.air.active() == OURS
    house.known.confirmed = True
    house.clock.advance(120)
    await house.open()
    assert (house.air.active(), house.known.access.ssid) == (OURS, None)
