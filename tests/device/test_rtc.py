"""The RTC as the kernel offers it: files below a root folder, and the one question that goes to the device itself."""

import errno
import fcntl
from datetime import UTC, datetime
from pathlib import Path

import pytest

from device import rtc as rtc_module
from device.durable import replace
from device.kernel_time import LATEST
from device.paths import Paths
from device.rtc import RtcRecord, SystemRtc, Voltage, read_record

NOON = datetime(2027, 3, 1, 5, 0, tzinfo=UTC)


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "sys/class/rtc/rtc0"
    folder.mkdir(parents=True)
    (tmp_path / "dev").mkdir()
    said = {"name": "rtc-pcf8523 1-0068\n", "since_epoch": f"{int(NOON.timestamp())}\n", "hctosys": "1\n"}
    for name, text in said.items():
        (folder / name).write_text(text)
    return tmp_path


def read(root):
    return SystemRtc(lambda: 100.0, root).read()


def answering(monkeypatch, bits):
    def ioctl(descriptor, request, argument):
        assert (request, len(argument)) == (0x80047013, 4), "RTC_VL_READ of linux/rtc.h, for an unsigned int"
        return bits.to_bytes(4, "little")

    monkeypatch.setattr(rtc_module.fcntl, "ioctl", ioctl)


def test_there_is_none(tmp_path):
    assert read(tmp_path) is None


def test_an_rtc_tells_its_driver_its_time_and_whether_it_set_the_system(root, monkeypatch):
    (root / "dev/rtc0").touch()
    answering(monkeypatch, 0)
    found = read(root)
    assert (found.name, found.time, found.mono, found.set_the_system) == ("rtc-pcf8523", NOON, 100.0, True)
    assert (found.voltage, found.stopped, found.millivolts) == (Voltage(0), False, None)
    assert (found.began - NOON).total_seconds() == -100


@pytest.mark.parametrize(
    ("bits", "stopped"), [(0, False), (1, True), (2, False), (4, True), (8, True), (16, False), (3, True), (18, False), (1 << 20, False)]
)
def test_the_flags_of_the_kernel_are_understood(root, monkeypatch, bits, stopped):
    (root / "dev/rtc0").touch()
    answering(monkeypatch, bits)
    assert read(root).stopped is stopped
    assert read(root).voltage == Voltage(bits & 31)


def test_a_driver_without_the_question_does_not_tell(root):
    (root / "dev/rtc0").touch()  # a plain file answers every ioctl with ENOTTY, like such a driver
    with (root / "dev/rtc0").open("rb") as file, pytest.raises(OSError, match="Inappropriate ioctl"):
        fcntl.ioctl(file, rtc_module.RTC_VL_READ, bytes(4))
    assert read(root).voltage is None
    assert not read(root).stopped


def test_a_device_that_cannot_be_opened_does_not_tell(root):
    assert read(root).voltage is None


def test_the_pi_5_tells_the_voltage_of_its_cell(root):
    (root / "sys/class/rtc/rtc0/battery_voltage").write_text("2987000\n")
    assert read(root).millivolts == 2987


@pytest.mark.parametrize(("number", "time"), [(errno.EINVAL, "stopped"), (errno.EIO, "absent")])
def test_a_chip_that_lost_its_time_is_not_a_bus_that_does_not_answer(root, monkeypatch, number, time):
    plain = Path.read_text

    def read_text(path, *words, **more):
        if path.name == "since_epoch":
            raise OSError(number, "sysfs")
        return plain(path, *words, **more)

    monkeypatch.setattr(Path, "read_text", read_text)
    found = read(root)
    assert ("absent" if found is None else "stopped" if found.stopped and found.began is None else "good") == time


@pytest.mark.parametrize(("seconds", "year"), [(-1, 1970), (2**31, 2038), (2**32, 2106), (2**63, 2200)])
def test_any_number_of_seconds_is_a_date(root, seconds, year):
    (root / "sys/class/rtc/rtc0/since_epoch").write_text(f"{seconds}\n")
    assert read(root).time.year == year
    assert read(root).time <= LATEST


def test_a_record_comes_back_or_nobody_can_tell(tmp_path):
    paths = Paths(tmp_path)
    assert read_record(paths) is None
    record = RtcRecord(name="rtc-pcf8523", checked=NOON)
    replace(paths.rtc, record.model_dump_json().encode())
    assert read_record(paths) == record
    for damage in (b"", b"{", b'{"format":1,"name":"x","checked":"2300-01-01T00:00:00Z"}', b'{"format":2}', b"x" * 5000):
        paths.rtc.write_bytes(damage)
        assert read_record(paths) is None
