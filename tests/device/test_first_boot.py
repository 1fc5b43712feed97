"""The next step as board and loudspeaker read it: of this boot, whole, and read again only when it changed."""

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from device.first_boot import Access, FirstBoot, NextStep, Step, Trouble, read_first_boot, write_first_boot
from device.paths import Paths
from evidence.records import ClockState, Stamp
from evidence.self_test import Mark, SelfTest

START = datetime(2027, 5, 3, 1, 0, tzinfo=UTC)


def told(boot="b1", **more):
    at = Stamp(wall=START, state=ClockState.UNKNOWN, boot=boot, mono=12.0)
    return FirstBoot(at=at, **{"step": Step.NETWORK, **more})


@pytest.fixture
def paths(tmp_path):
    return Paths(tmp_path)


def test_what_is_written_is_what_is_read(paths):
    wrong = Trouble(where=("Mạng", "network"), what=("không có", "missing"), do=("cắm dây", "plug it in"))
    found = SelfTest(mark=Mark.WARNING, subject=("Loa", "horn"), observed=("chưa rõ", "unknown"))
    access = Access(pin="4711", address="http://10.42.0.1", until=1800.0, ssid="bangtin", passphrase="mua-to-1234")
    whole = told(unit="bt-1", link="https://x/e#bt-1.p.n", code="012345", troubles=(wrong,), tests=(found,), access=access)
    write_first_boot(paths, whole)
    assert read_first_boot(paths) == whole


def test_nothing_and_rubbish_say_nothing(paths):
    assert NextStep(paths).now("b1") is None
    paths.first_boot.parent.mkdir(parents=True)
    paths.first_boot.write_text("{")
    assert NextStep(paths).now("b1") is None


def test_a_word_of_another_boot_is_not_believed(paths):
    step = NextStep(paths)
    write_first_boot(paths, told("b1"))
    assert step.now("b2") is None
    write_first_boot(paths, told("b2", step=Step.SCAN))
    assert step.now("b2").step is Step.SCAN


def test_each_step_that_waits_for_a_person_has_a_number_of_its_own():
    numbers = [step.number for step in Step if step not in (Step.STARTING, Step.DONE)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert Step.STARTING.number == Step.DONE.number == 0


def test_no_secret_of_the_units_own_page_is_printed_by_accident():
    access = Access(pin="4711", address="http://10.42.0.1", until=1.0, ssid="bangtin", passphrase="mua-to-1234")
    assert "4711" not in repr(access)
    assert "mua-to" not in repr(access)


def test_a_code_is_six_figures():
    with pytest.raises(ValidationError):
        told(code="12345")
