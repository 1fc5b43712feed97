"""The board of a unit that is being set up: the next step, its code in the picture, and content once the site is confirmed."""

import io

from PIL import Image

from device.clock import make_clock
from device.first_boot import Access, FirstBoot, Step, Trouble, write_first_boot
from device.screenshot import ask
from device.settings import load_settings
from device.status import read_status
from device.test_card import hide_test_card, show_test_card
from device.unit import UNCONFIRMED, read_unit, write_unit
from display.page import Code, Page, Rect
from display.pages.set_up import set_up_pages
from provisioning.confirming import confirm
from tests.audio.conftest import until
from tests.display.gallery.checks import decoded
from tests.display.gallery.set_up import LINK, TESTS
from tests.display.test_program import enrol, running, showing
from tests.simulators.publisher import START


def tell(paths, step, **more):
    at = make_clock(load_settings(paths.unit_toml), paths).now().stamp()
    write_first_boot(paths, FirstBoot(at=at, step=step, **more))


def on(paths, name):
    status = read_status(paths, "display")
    return status if status and status.showing and name in status.showing else None


def test_from_the_first_second_to_content_each_step_is_on_the_board_and_its_code_can_be_scanned_from_a_screenshot(unit, tmp_path):
    def story():
        first = until(lambda: on(unit, "set-up-starting"), "the page before anybody said anything")
        tell(unit, Step.SCAN, unit="bt-1", link=LINK, code="048213", tests=TESTS)
        until(lambda: on(unit, "set-up-scan"), "the code")
        picture = ask(unit).picture
        enrol(unit)
        write_unit(unit, read_unit(unit).model_copy(update={"confirmed": None}))
        tell(unit, Step.CONFIRM, unit="bt-1")
        unconfirmed = until(lambda: on(unit, "set-up-confirm"), "the request to confirm")
        confirm(unit, START)
        return first, picture, unconfirmed, until(lambda: showing(unit, "notice"), "the notice")

    code, found = running(unit, story)
    assert code == 0
    first, picture, unconfirmed, after = found[0]
    assert (first.ready, first.reasons) == (False, ("thiết bị chưa ghi danh / the unit is not enrolled",))
    assert (unconfirmed.ready, unconfirmed.reasons) == (False, (UNCONFIRMED,))
    assert after.reasons == ()
    with Image.open(io.BytesIO(picture)) as seen:
        seen.save(tmp_path / "seen.png")
    assert decoded(tmp_path / "seen.png") == [LINK]


def test_a_board_with_wrong_wiring_shows_its_page_and_goes_on_when_that_is_put_right(unit):
    unit.unit_toml.write_text(unit.unit_toml.read_text() + "[sound]\nrate = 1\n")

    def story():
        status = until(lambda: on(unit, "set-up-starting"), "the first page")
        unit.unit_toml.write_text(unit.unit_toml.read_text().replace("rate = 1", "rate = 48000"))
        tell(unit, Step.NETWORK, troubles=(Trouble(where=("Mạng", "network"), what=("không có", "missing")),))
        return status, until(lambda: on(unit, "set-up-network"), "the page after the wiring was put right")

    code, found = running(unit, story)
    assert code == 0
    assert any("rate" in reason for reason in found[0][0].reasons)


def test_a_page_that_cannot_be_drawn_leaves_the_one_before_it_and_the_next_one_is_shown(unit, monkeypatch):
    tried = []

    def pages(told, scale, *rest):
        if told is not None and told.step is Step.NETWORK:
            tried.append(told)
            return (Page("impossible", scale.size, (0, 0, 0), (Code(Rect(0, 0, 100, 100), "x" * 9000),), 8.0),)
        return set_up_pages(told, scale, *rest)

    monkeypatch.setattr("display.set_up.set_up_pages", pages)

    def story():
        until(lambda: on(unit, "set-up-starting"), "the first page")
        tell(unit, Step.NETWORK)
        until(lambda: tried, "the impossible page")
        tell(unit, Step.CLOCK)
        return until(lambda: on(unit, "set-up-clock"), "the page after the impossible one")

    code, found = running(unit, story)
    assert (code, len(found)) == (0, 1)


def test_while_the_units_own_page_is_open_its_wifi_can_be_scanned_and_its_pin_read(unit, tmp_path):
    access = Access(pin="4711", address="http://10.42.0.1:8480", until=1e9, ssid="bang tin; 1", passphrase="mua:to-1234")

    def story():
        until(lambda: on(unit, "set-up-starting"), "the first page")
        tell(unit, Step.NETWORK, access=access)
        until(lambda: on(unit, "set-up-network"), "the access")
        return ask(unit).picture

    code, found = running(unit, story)
    assert code == 0
    with Image.open(io.BytesIO(found[0])) as seen:
        seen.save(tmp_path / "seen.png")
    assert " ".join(decoded(tmp_path / "seen.png")) == r"WIFI:T:WPA;S:bang tin\; 1;P:mua\:to-1234;;"


def test_a_technician_sees_the_test_card_for_as_long_as_they_look_before_and_after_the_site_is_confirmed(unit):
    def story():
        until(lambda: on(unit, "set-up-starting"), "the first page")
        clock = make_clock(load_settings(unit.unit_toml), unit)
        show_test_card(unit, clock.now())
        until(lambda: on(unit, "test-card"), "the card")
        hide_test_card(unit)
        until(lambda: on(unit, "set-up-starting"), "the page again")
        enrol(unit)
        until(lambda: showing(unit, "notice"), "the notice")
        show_test_card(unit, clock.now())
        until(lambda: showing(unit, "test-card"), "the card instead of the notice")
        hide_test_card(unit)
        return until(lambda: showing(unit, "notice"), "the notice again")

    assert running(unit, story)[0] == 0
