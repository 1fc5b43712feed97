"""Joining a Wi-Fi never loses the one that worked, wherever the power goes; and what fails is told in a sentence."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bundle.errors import Refused
from provisioning.network.manager import HOTSPOT, NEW, OLD, OURS, Network, hotspot_name, psk_of
from provisioning.network.nmcli import Nmcli, sentence
from provisioning.wifi import Wifi
from tests.simulators.nmcli import Air, call

HOUSE, COMMUNE = Wifi(ssid="Nhà Văn Hoá", passphrase="mat-khau-1"), Wifi(ssid="Xã", passphrase="mat-khau-2")


@pytest.fixture
def air(tmp_path):
    return Air(tmp_path)


@pytest.fixture
def network(air):
    return Network(Nmcli(str(air.program)))


@given(st.lists(st.from_regex(r"xa-an-phu-ban-khuoi-sao-[a-z0-9-]{0,16}", fullmatch=True), min_size=2, unique=True))
def test_units_of_one_village_have_wifis_of_their_own_however_long_their_names_are(units):
    names = [hotspot_name(unit) for unit in units]
    assert len(set(names)) == len(units)
    assert all(len(name.encode()) <= 32 and name.startswith("bangtin-xa-an-phu") for name in names)


async def test_the_networks_in_reach_are_told_once_each_and_the_strongest_first(air, network):
    air.set(networks=[{"ssid": s, "psk": p, "signal": n} for s, p, n in (("a:b\\", None, 20), ("x", "y" * 8, 50), ("a:b\\", None, 70))])
    assert [(each.ssid, each.signal, each.secured) for each in await network.seen()] == [("a:b\\", 70, False), ("x", 50, True)]


async def test_a_new_wifi_is_used_and_the_one_before_stays_behind_it(air, network):
    told = []
    await network.join(HOUSE, told.append)
    await network.join(COMMUNE, told.append)
    assert air.active() == OURS
    known = air.profiles()
    assert {name: (each["ssid"], each["again"]) for name, each in known.items()} == {OURS: ("Xã", True), OLD: ("Nhà Văn Hoá", True)}
    assert known[OURS]["priority"] > known[OLD]["priority"]
    assert [words[1] for words in told[-2:]] == ["Joining Wi-Fi Xã…", "Wi-Fi Xã is joined"]


async def test_no_passphrase_stands_in_a_command_line(air, network):
    await network.join(HOUSE)
    hotspot = await network.hotspot("bt-1")
    assert HOUSE.passphrase not in air.said()
    assert hotspot.passphrase not in air.said()
    assert hotspot.passphrase not in repr(hotspot)


@pytest.mark.parametrize(
    ("wifi", "words"),
    [
        (Wifi(ssid="Xã", passphrase="sai-mat-khau"), "passphrase is wrong"),
        (Wifi(ssid="xa lạ", passphrase="mat-khau-2"), "not in reach"),
    ],
)
async def test_a_wifi_that_cannot_be_joined_is_told_and_the_old_one_is_used_again(air, network, wifi, words):
    await network.join(HOUSE)
    with pytest.raises(Refused, match=words) as refused:
        await network.join(wifi)
    assert wifi.passphrase not in str(refused.value)
    assert (air.active(), set(air.profiles())) == (OURS, {OURS})


class PowerCut(BaseException):
    """Nothing that would be done after it is done."""


class Cut(Nmcli):
    """The simulated nmcli in this process, until the power goes: before or after its *last* call."""

    def __new__(cls, *_):
        made = super().__new__(cls)
        object.__setattr__(made, "left", 10**6)
        return made

    async def run(self, *words, typed="", wait=10.0):
        object.__setattr__(self, "left", self.left - 1)
        if self.left < 0:
            raise PowerCut
        code, said = call(Path(self.program), ["--terse", *words], typed)
        if code:
            raise sentence(code, said)
        return said


async def test_wherever_the_power_goes_while_wifi_changes_one_that_works_comes_back(tmp_path):
    cuts = 0
    while True:
        air = Air(tmp_path)
        cut = Cut(str(air.state))
        await Network(cut).join(HOUSE)
        await Network(cut).join(COMMUNE)
        object.__setattr__(cut, "left", cuts)
        try:
            await Network(cut).join(HOUSE)
            break
        except PowerCut:
            cuts += 1
        assert air.boot() in (OURS, OLD, NEW), cuts
        await Network(Cut(str(air.state))).join(COMMUNE)
        assert air.profiles()[OURS]["ssid"] == "Xã"
        assert set(air.profiles()) <= {OURS, OLD}
    assert cuts >= 9, "the power went at every step"


async def test_a_wifi_that_never_worked_is_not_taken_for_one_wherever_the_power_goes(tmp_path):
    wrong = Wifi(ssid="Xã", passphrase="sai-mat-khau")
    for cuts in range(20):
        air = Air(tmp_path)
        cut = Cut(str(air.state))
        await Network(cut).join(HOUSE)
        object.__setattr__(cut, "left", cuts)
        with pytest.raises((Refused, PowerCut)) as ended:
            await Network(cut).join(wrong)
        assert air.boot() == OURS
        await Network(Cut(str(air.state))).join(Wifi(ssid="Xã", passphrase="mat-khau-2"))
        assert {each["psk"] for each in air.profiles().values()} == {"mat-khau-1", "mat-khau-2"}
        if ended.type is Refused:
            break
    assert cuts >= 6, "the power went at every step"


async def test_the_hotspot_has_a_name_and_a_secret_of_its_own_and_leaves_nothing_on_the_card(air, network):
    first = await network.hotspot("bt-0123456789")
    again = await network.hotspot("bt-0123456789")
    assert (first.ssid, first.address) == ("bangtin-bt-0123456789", "10.42.0.1")
    assert first.passphrase != again.passphrase
    assert len(first.passphrase) >= 12
    assert air.profiles()[HOTSPOT]["temporary"]
    assert air.boot() is None
    assert HOTSPOT not in air.profiles()


async def test_closing_the_hotspot_brings_the_network_of_before_back_at_once(air, network):
    await network.join(HOUSE)
    await network.hotspot("bt-1")
    assert air.active() == HOTSPOT
    await network.end_hotspot()
    assert air.active() == OURS


async def test_without_wifi_there_is_no_hotspot_and_no_profile_is_left(air, network):
    air.set(wifi=False)
    with pytest.raises(Refused, match="no Wi-Fi that can be used"):
        await network.hotspot("bt-1")
    assert air.profiles() == {}


async def test_a_passphrase_with_spaces_at_its_ends_becomes_the_key_that_802_11_derives(air, network):
    air.set(networks=[{"ssid": "IEEE", "psk": "", "signal": 50}])
    with pytest.raises(Refused):
        await network.join(Wifi(ssid="IEEE", passphrase=" password "))
    assert psk_of("IEEE", "password") == "password"
    derived = psk_of("IEEE", " password ")
    assert len(derived) == 64
    air.set(networks=[{"ssid": "IEEE", "psk": derived, "signal": 50}])
    await network.join(Wifi(ssid="IEEE", passphrase=" password "))
    assert air.active() == OURS


async def test_a_missing_program_is_told(tmp_path):
    with pytest.raises(Refused, match="nmcli cannot be run"):
        await Network(Nmcli(str(tmp_path / "none"))).devices()


def test_what_nobody_knows_is_told_in_its_own_words():
    assert "strange thing" in str(sentence(1, "Error: a strange thing.\n"))
    assert "is not running" in str(sentence(8, "Error: NetworkManager is not running."))
