"""What a unit says of itself, from a machine's files: what nobody tells is unknown, and nothing is taken for good."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent.health.link import link_kind
from agent.health.reading import Reader
from device.clock import ManualClock
from device.inputs import Contact, Inputs
from device.paths import Paths
from device.status import write_status, write_volatile
from device.supply import Watched
from evidence.health import Health, LinkKind, Reserve, ScreenState
from evidence.report import ProgramStatus
from tests.agent.health.machine_under_test import card, interface, put, routes

NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)


class Unit:
    def __init__(self, folder: Path) -> None:
        self.paths, self.clock = Paths(folder), ManualClock.at(NOON)

    def health(self) -> Health:
        return Reader(self.paths, self.clock, lambda: 2, lambda: 5).read()


@pytest.fixture
def unit(tmp_path: Path) -> Unit:
    return Unit(tmp_path)


def test_a_machine_that_tells_nothing_is_unknown_in_everything_but_its_queues_and_its_room(unit: Unit) -> None:
    assert unit.health().known().keys() == {"reports", "blobs", "free", "read_only"}
    assert (unit.health().reports, unit.health().blobs) == (2, 5)


def test_temperature_is_the_hottest_sensor_in_whole_degrees(unit: Unit) -> None:
    put(unit.paths, "sys/class/thermal/thermal_zone0/temp", "48312\n")
    put(unit.paths, "sys/class/thermal/thermal_zone1/temp", "51501\n")
    put(unit.paths, "sys/class/thermal/thermal_zone2/temp", "not ready\n")
    assert unit.health().celsius == 52


def test_the_supply_sags_now(unit: Unit) -> None:
    alarm = put(unit.paths, "sys/class/hwmon/hwmon1/in0_lcrit_alarm", "0\n")
    alarm.with_name("name").write_text("rpi_volt\n")
    assert (unit.health().sags, unit.health().sagged) == (False, None), "nobody watched before"
    alarm.write_text("1\n")
    assert unit.health().sags is True


@pytest.mark.parametrize(
    ("since", "until", "low", "sagged"),
    [
        (40.0, 990.0, None, False),
        (40.0, 990.0, 300.0, True),
        (40.0, 900.0, 300.0, True),
        (400.0, 990.0, None, None),
        (40.0, 900.0, None, None),
    ],
)
def test_whether_it_ever_sagged_only_a_watch_from_the_start_until_now_can_deny(
    unit: Unit, since: float, until: float, low: float | None, sagged: bool | None
) -> None:
    now = unit.clock.now()

    def at(mono: float):
        return now.later(mono - now.mono).stamp()

    unit.clock.advance(1000.0 - now.mono)
    told = Watched(since=at(since), until=at(until), low=None if low is None else at(low))
    write_volatile(unit.paths.supply, told.model_dump_json().encode())
    assert unit.health().sagged is sagged
    other = told.model_copy(update={"until": told.until.model_copy(update={"boot": "another"})})
    write_volatile(unit.paths.supply, other.model_dump_json().encode())
    assert unit.health().sagged is None


def test_an_sd_card_tells_of_its_errors_and_its_room_and_an_emmc_of_its_wear(unit: Unit) -> None:
    card(unit.paths)
    found = unit.health()
    assert (found.errors, found.read_only, found.reserve, found.life) == (0, False, None, None)
    assert found.free is not None
    assert found.free > 0


def test_an_emmc_that_is_nearly_worn_out_says_so(unit: Unit) -> None:
    card(unit.paths, errors="3", pre_eol_info="0x03", life_time="0x02 0x0a")
    found = unit.health()
    assert (found.errors, found.reserve, found.life) == (3, Reserve.URGENT, 100)


@pytest.mark.parametrize("told", [{"pre_eol_info": "0x00", "life_time": "0x00 0x00"}, {"pre_eol_info": "?", "life_time": "?"}])
def test_a_card_that_says_nothing_of_its_wear_is_not_called_good(unit: Unit, told: dict[str, str]) -> None:
    card(unit.paths, **told)
    found = unit.health()
    assert (found.reserve, found.life) == (None, None)


@pytest.mark.parametrize(
    ("kind", "driver", "uevent", "wireless", "link"),
    [
        (1, "bcmgenet", "", False, LinkKind.CABLE),
        (1, "brcmfmac", "DEVTYPE=wlan\n", True, LinkKind.WIFI),
        (519, "qmi_wwan", "DEVTYPE=wwan\nINTERFACE=wwan0\n", False, LinkKind.MOBILE),
        (1, "cdc_mbim", "DEVTYPE=wwan\n", False, LinkKind.MOBILE),
        (1, "rndis_host", "", False, LinkKind.MOBILE),
        (512, None, "", False, LinkKind.MOBILE),
        (1, "r8152", "", False, LinkKind.CABLE),
        (65534, None, "", False, None),
        (1, None, "DEVTYPE=bridge\n", False, None),
    ],
)
def test_the_link_is_what_carries_the_default_route(
    unit: Unit, kind: int, driver: str | None, uevent: str, wireless: bool, link: LinkKind | None
) -> None:
    interface(unit.paths, "way0", kind, driver, uevent, wireless)
    interface(unit.paths, "idle0", driver="r8152")
    routes(unit.paths, ("idle0", 700), ("way0", 100))
    assert link_kind(unit.paths) is link


def test_without_a_default_route_there_is_no_link_and_ipv6_alone_is_one(unit: Unit) -> None:
    interface(unit.paths, "eth0", driver="bcmgenet")
    routes(unit.paths)
    assert link_kind(unit.paths) is LinkKind.NONE
    nowhere = "0" * 32
    put(unit.paths, "proc/net/ipv6_route", f"{nowhere} 00 {nowhere} 00 fe80{'0' * 28} 00000400 00000001 00000000 00450003     eth0\n")
    assert link_kind(unit.paths) is LinkKind.CABLE


def test_a_screen_is_there_lost_simulated_or_unknown(unit: Unit) -> None:
    assert unit.health().screen is None
    status = put(unit.paths, "sys/class/drm/card1-HDMI-A-1/status", "connected\n")
    assert unit.health().screen is ScreenState.PRESENT
    status.write_text("disconnected\n")
    assert unit.health().screen is ScreenState.LOST
    at = unit.clock.now().stamp()
    write_status(unit.paths, ProgramStatus(program="display", at=at, ready=True, simulated=("clock: shifted",)))
    assert unit.health().screen is ScreenState.LOST
    write_status(unit.paths, ProgramStatus(program="display", at=at, ready=True, simulated=("headless screen", "clock: shifted")))
    assert unit.health().screen is ScreenState.SIMULATED


@pytest.mark.parametrize(
    ("switch", "pressed"), [(Contact.PRESSED, True), (Contact.RELEASED, False), (Contact.NONE, None), (Contact.UNKNOWN, None)]
)
def test_lines_and_stop_switch_as_the_amplifier_program_says_and_only_while_it_does(
    unit: Unit, switch: Contact, pressed: bool | None
) -> None:
    told = Inputs(at=unit.clock.now().stamp(), switch=switch, stopped=True, count=1, lines={"horn": True})
    write_volatile(unit.paths.inputs, told.model_dump_json().encode())
    found = unit.health()
    assert (found.lines, found.pressed, found.stopped) == ({"horn": True}, pressed, True)
    unit.clock.advance(7.0)
    found = unit.health()
    assert (found.lines, found.pressed, found.stopped) == (None, None, None)
