"""What else on a Pi wants which pins: buses and overlays that ``config.txt`` switches on, and those that somebody may switch on later."""

import re
from collections.abc import Iterable

I2C, SPI, UART, I2S, EEPROM = "I²C", "SPI", "UART", "I²S", "HAT EEPROM"
BUSES = {2: I2C, 3: I2C, 7: SPI, 8: SPI, 9: SPI, 10: SPI, 11: SPI, 14: UART, 15: UART, 18: I2S, 19: I2S, 20: I2S, 21: I2S}
"""Free until it is switched on."""
ALWAYS = {0: EEPROM, 1: EEPROM}
"""Read by the firmware at every boot, whatever stands in config.txt."""
_PARAMETERS = {"i2c_arm": I2C, "i2c1": I2C, "i2c": I2C, "spi": SPI, "i2s": I2S, "uart0": UART}
_ON = ("on", "yes", "true", "1", "")
_SOUND_CARDS = ("hifiberry", "iqaudio", "allo-", "justboom", "i2s-", "max98357a", "rpi-dac", "googlevoicehat", "audioinjector", "wm8960")
_OVERLAYS = {"i2c-rtc": I2C, "i2c1": I2C, "spi0": SPI, "uart0": UART, "miniuart-bt": UART, "disable-bt": UART}
# Overlays of one pin: the name of its parameter, and where it is when nobody says.
_SINGLE = {
    "gpio-fan": ("gpiopin", 12),
    "w1-gpio": ("gpiopin", 4),
    "gpio-shutdown": ("gpio_pin", 3),
    "gpio-poweroff": ("gpiopin", 26),
    "gpio-ir": ("gpio_pin", 18),
    "gpio-led": ("gpio", 4),
    "gpio-key": ("gpio", 0),
    "pwm": ("pin", 18),
}


def taken(lines: Iterable[str]) -> dict[int, str]:
    """The pins that the *lines* of config.txt give to something, and to what; a line below a filter such as ``[pi4]`` counts too."""
    found = dict(ALWAYS)
    for line in lines:
        key, _, value = line.partition("=")
        match key.strip():
            case "dtparam":
                found |= _parameters(value)
            case "dtoverlay":
                found |= _overlay(*value.strip().split(","))
            case "enable_uart" if value.strip() == "1":
                found |= _bus(UART)
            case "gpio":
                found |= dict.fromkeys(_range(value.partition("=")[0]), f"config.txt: {line}")
    return found


def _parameters(value: str) -> dict[int, str]:
    found: dict[int, str] = {}
    for each in value.split(","):
        name, _, state = each.strip().partition("=")
        if name in _PARAMETERS and state.strip() in _ON:
            found |= _bus(_PARAMETERS[name])
    return found


def _overlay(name: str, *parameters: str) -> dict[int, str]:
    if name.startswith(_SOUND_CARDS):
        return _bus(I2S)
    if name in _SINGLE:
        key, usual = _SINGLE[name]
        said = dict(each.partition("=")[::2] for each in parameters)
        pin = said.get(key, "")
        return {int(pin) if pin.isdigit() else usual: name}
    bus = next((bus for start, bus in _OVERLAYS.items() if name.startswith(start)), None)
    return _bus(bus) if bus else {}


def _bus(name: str) -> dict[int, str]:
    return {pin: bus for pin, bus in BUSES.items() if bus == name}


def _range(text: str) -> Iterable[int]:
    for first, last in re.findall(r"(\d+)(?:-(\d+))?", text):
        yield from range(int(first), int(last or first) + 1)
