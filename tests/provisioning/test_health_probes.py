"""Card, supply, temperature, link and SIM: right, wrong, and unknown, which is never good."""

import errno
import math
import os

import pytest

from device.settings import Limits
from provisioning.hardware import edid_identity, serials
from provisioning.probe import Verdict
from provisioning.probes import card
from provisioning.probes.card import CardProbe
from provisioning.probes.link import COMMANDS, LinkProbe
from provisioning.probes.temperature import TemperatureProbe


def put(paths, name, text):
    path = paths.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def sd_card(paths, errors="0", **more):
    """A kernel that knows the card on which the state lies."""
    paths.state.mkdir(parents=True, exist_ok=True)
    number = paths.state.stat().st_dev
    block = paths.root / "sys/block/mmcblk0"
    told = {"name": "SN64G", "date": "03/2026", "serial": "0x1234abcd", "manfid": "0x000003", **more}
    for name, text in told.items():
        put(paths, f"sys/block/mmcblk0/device/{name}", text + "\n")
    (block / "mmcblk0p2").mkdir(parents=True)
    link = paths.root / f"sys/dev/block/{os.major(number)}:{os.minor(number)}"
    link.parent.mkdir(parents=True)
    link.symlink_to(block / "mmcblk0p2")
    put(paths, "sys/fs/ext4/mmcblk0p2/errors_count", errors + "\n")


def looked(probe):
    return {finding.subject[1]: finding for finding in probe.look()}


def verdicts(probe):
    return {name: finding.verdict for name, finding in looked(probe).items()}


def test_a_good_card_is_measured_and_told_with_its_make_and_age(paths):
    sd_card(paths)
    found = looked(CardProbe(paths, Limits()))
    assert {finding.verdict for finding in found.values()} == {Verdict.GOOD}
    assert found["card: make and age"].observed[1] == "SN64G, 03/2026"
    assert list(paths.state.iterdir()) == [], "nothing stays of the measurement"


def test_a_slow_card_is_a_warning_by_the_limits_of_its_unit(paths):
    sd_card(paths)
    faster_than_any = Limits(sync_ms=10_000).model_copy(update={"write_mb_s": math.inf})
    found = verdicts(CardProbe(paths, faster_than_any))
    assert (found["speed of the card"], found["card: a durable write"]) == (Verdict.WARNING, Verdict.GOOD)


@pytest.mark.parametrize(("told", "subject"), [({"errors": "3"}, "file system errors"), ({"pre_eol_info": "0x03"}, "card: make and age")])
def test_a_card_that_met_errors_or_is_worn_out_is_not_ready(paths, told, subject):
    sd_card(paths, **told)
    found = looked(CardProbe(paths, Limits()))[subject]
    assert found.verdict is Verdict.NOT_READY
    assert "replace" in found.do[1]


def test_a_card_of_which_the_kernel_tells_nothing_is_unknown(paths):
    found = verdicts(CardProbe(paths, Limits()))
    assert (found["file system errors"], found["card: make and age"]) == (Verdict.WARNING, Verdict.WARNING)


def test_a_full_card_is_not_ready_and_says_so(paths, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(card, "measure", full)
    (found,) = CardProbe(paths, Limits()).look()
    assert (found.verdict, "No space left" in found.observed[1]) == (Verdict.NOT_READY, True)


def test_a_card_that_gives_back_something_else_is_not_ready(paths, monkeypatch):
    monkeypatch.setattr(card, "measure", lambda _: (20.0, False, 0.01))
    assert verdicts(CardProbe(paths, Limits()))["speed of the card"] is Verdict.NOT_READY


@pytest.mark.parametrize(("millidegrees", "verdict"), [("51000", Verdict.GOOD), ("80100", Verdict.WARNING), (None, Verdict.WARNING)])
def test_the_temperature_is_that_of_the_hottest_sensor(paths, millidegrees, verdict):
    if millidegrees:
        put(paths, "sys/class/thermal/thermal_zone0/temp", "20000\n")
        put(paths, "sys/class/thermal/thermal_zone1/temp", millidegrees + "\n")
    (found,) = TemperatureProbe(paths, 75.0).look()
    assert found.verdict is verdict


MODEM = """modem.generic.state                   : connected
modem.generic.signal-quality.value    : {signal}
modem.generic.unlock-required         : {lock}
modem.3gpp.operator-name              : Mạng Mẫu
modem.3gpp.registration-state         : {state}
"""
CARD = "sim.properties.iccid : 8984041234567890123\nsim.properties.imsi : --\n"


def told(devices="gsm:connected:4G\nloopback:unmanaged:\n", modem=None, sim=CARD, wifi=None):
    answers = {"devices": devices, "modem": modem, "sim": sim, "wifi": wifi}
    names = {words: name for name, words in COMMANDS.items()}
    return LinkProbe(30, lambda words: answers[names[tuple(words)]])


def modem(signal="67", lock="sim-puk2", state="home"):
    return MODEM.format(signal=signal, lock=lock, state=state)


def test_a_modem_that_works_tells_operator_signal_and_card(paths):
    found = looked(told(modem=modem(lock="none")))
    assert {name: each.verdict for name, each in found.items()} == dict.fromkeys(("the link", "signal", "SIM"), Verdict.GOOD)
    assert found["signal"].observed[1] == "Mạng Mẫu: 67 %"
    assert found["SIM"].observed[1] == "8984041234567890123"


@pytest.mark.parametrize(
    ("answers", "subject", "word"),
    [
        ({"modem": modem(signal="12")}, "signal", "12 %"),
        ({"modem": modem(signal="--")}, "signal", "unknown"),
        ({"modem": modem(lock="sim-pin")}, "SIM", "locked"),
        ({"modem": modem(lock="none", state="roaming")}, "SIM", "roaming"),
        ({"modem": modem(lock="none", state="denied")}, "SIM", "not registered"),
        ({"modem": modem(lock="none"), "sim": None}, "SIM", "no SIM"),
        ({"devices": "wifi:disconnected:\n"}, "the link", "offline"),
        ({"devices": None}, "the link", "unknown"),
        ({"devices": "wifi:connected:Xa Mau\n", "wifi": "*:20:Xa Mau\n:90:other\n"}, "signal", "Xa Mau: 20 %"),
        ({"devices": "wifi:connected:Xa Mau\n", "wifi": None}, "signal", "unknown"),
    ],
)
def test_what_is_wrong_with_a_link_is_a_warning_with_a_remedy_because_offline_is_normal(answers, subject, word):
    found = looked(told(**answers))[subject]
    assert (found.verdict, word in found.observed[1]) == (Verdict.WARNING, True)
    assert found.do[0]


def test_a_locked_second_pin_is_no_lock():
    assert looked(told(modem=modem()))["SIM"].verdict is Verdict.GOOD


def test_serial_numbers_are_those_that_the_parts_tell(paths):
    sd_card(paths)
    put(paths, "proc/device-tree/serial-number", "10000000abcdef01\0")
    put(paths, "sys/class/net/eth0/address", "dc:a6:32:00:00:01\n")
    put(paths, "sys/class/net/lo/address", "00:00:00:00:00:00\n")
    (paths.root / "sys/class/net/eth0/device").mkdir()
    found = serials(paths)
    assert found["machine"] == "10000000abcdef01"
    assert found["card"] == "0x000003 SN64G 0x1234abcd 03/2026"
    assert found["network"] == "eth0 dc:a6:32:00:00:01"
    assert "screen" not in found


def test_a_monitor_says_who_it_is():
    edid = bytearray(128)
    edid[:8] = bytes.fromhex("00ffffffffffff00")
    edid[8:10] = ((ord("S") - 64) << 10 | (ord("A") - 64) << 5 | (ord("M") - 64)).to_bytes(2)
    for at, tag, text in ((54, 0xFC, b"Man hinh 32\n "), (72, 0xFF, b"H4ZR100234\n  ")):
        edid[at : at + 18] = bytes((0, 0, 0, tag, 0)) + text.ljust(13)[:13]
    assert edid_identity(bytes(edid)) == "SAM Man hinh 32 H4ZR100234"
    assert edid_identity(b"") == edid_identity(bytes(200)) == ""
