"""Real pins, by the calls that reach the kernel: no step between start and death leaves a relay on."""

import lgpio
import pytest
from gpiozero import InputDevice, OutputDevice

from device.errors import AmplifierLost
from device.pins import make_factory
from device.settings import PinFactory
from tests.simulators.gpiochip import Chip

PIN = 17


@pytest.fixture
def chip(monkeypatch):
    return Chip().install(monkeypatch)


@pytest.fixture
def relay(chip):
    made = []

    def make(active_high):
        made.append(OutputDevice(PIN, active_high=active_high, initial_value=False, pin_factory=make_factory(PinFactory.LGPIO)))
        return made[-1]

    yield make
    for line in made:
        line.close()


@pytest.mark.parametrize("active_high", [True, False])
def test_opening_a_line_never_drives_it_active_not_for_a_moment(chip, relay, active_high):
    with relay(active_high) as line:
        assert chip.seen[PIN] == [int(not active_high)]
        line.on()
        line.off()
    assert chip.seen[PIN][1:3] == [int(active_high), int(not active_high)]


@pytest.mark.parametrize("active_high", [True, False])
def test_direwolf_89_a_killed_program_leaves_its_relay_off_whatever_its_polarity(chip, relay, active_high):
    line = relay(active_high)
    line.on()
    assert chip.level(PIN) == int(active_high)
    chip.die()
    assert chip.level(PIN) == int(not active_high)


@pytest.mark.parametrize("active_high", [True, False])
def test_rpi_jukebox_516_the_pin_rests_inactive_after_the_program_has_closed_it(chip, relay, active_high):
    line = relay(active_high)
    line.on()
    line.off()
    line.close()
    assert chip.level(PIN) == int(not active_high)
    chip.die()
    assert chip.level(PIN) == int(not active_high)


def test_an_input_gets_the_pull_that_it_asked_for(chip):
    with InputDevice(PIN, pull_up=True, pin_factory=make_factory(PinFactory.LGPIO)) as device:
        assert chip.pulls[PIN] == 1
        assert chip.level(PIN) == 1
        assert not device.value


def test_the_words_of_lgpio_itself_become_a_lost_amplifier(chip, monkeypatch):
    def busy(*_):
        raise lgpio.error("GPIO busy")

    monkeypatch.setattr(lgpio, "gpiochip_open", busy)
    with pytest.raises(AmplifierLost, match="GPIO busy"):
        make_factory(PinFactory.LGPIO)


SOC = "gpio-brcmstb@107d508500"


@pytest.mark.parametrize("labels", [("pinctrl-bcm2835",), ("pinctrl-rp1", SOC), (SOC, SOC, SOC, SOC, "pinctrl-rp1")])
def test_gpiozero_1166_the_header_is_found_by_its_label_whatever_its_number(monkeypatch, labels):
    chip = Chip(labels=labels).install(monkeypatch)
    make_factory(PinFactory.LGPIO).pin(PIN).output_with_state(False)
    assert chip.labels[chip.number] != SOC


@pytest.mark.parametrize("labels", [(SOC,), (SOC, "gpio-brcmstb@107d508520", "raspberrypi-exp-gpio"), ("INT33FF:00",), ()])
def test_lines_that_are_not_the_headers_are_never_claimed_and_it_is_said_which_they_are(monkeypatch, labels):
    chip = Chip(labels=labels).install(monkeypatch)
    with pytest.raises(AmplifierLost, match=r"bcm2711/rp1.*Raspberry Pi OS") as lost:
        make_factory(PinFactory.LGPIO)
    assert all(label.partition("@")[0] in str(lost.value) for label in labels)
    assert len(str(lost.value)) <= 300, "a status has no room for more"
    assert not chip.seen
