"""The pins of amplifiers and stop switch: is there a pin factory, and does each pin belong to nobody else. No line is driven here."""

from dataclasses import dataclass

from device.errors import AmplifierLost
from device.pins import make_factory
from device.settings import PinFactory, Settings
from provisioning.probe import Finding, Verdict

SUBJECT = ("Chân điều khiển tăng âm", "amplifier pins")
# Header pins that a HAT, a bus or a sound card uses as soon as somebody enables it.
TAKEN = {0: "HAT EEPROM", 1: "HAT EEPROM", 2: "I²C", 3: "I²C", 7: "SPI", 8: "SPI", 9: "SPI", 10: "SPI", 11: "SPI"}
TAKEN |= {14: "UART", 15: "UART", 18: "I²S", 19: "I²S", 20: "I²S", 21: "I²S"}


@dataclass(frozen=True)
class PinsProbe:
    """Builds the factory that the settings name, never another, and looks for clashes."""

    settings: Settings

    def look(self) -> tuple[Finding, ...]:
        """No factory or no pin: not ready; pins in memory, or a pin that a bus may want: a warning."""
        if not self.settings.amplifier:
            do = ("nếu có loa, khai báo [[amplifier]] trong unit.toml", "if there are loudspeakers, declare [[amplifier]] in unit.toml")
            return (Finding(Verdict.WARNING, SUBJECT, ("không có tăng âm nào", "no amplifier"), ("ít nhất một", "at least one"), do),)
        kind = self.settings.pins.factory
        try:
            factory = make_factory(kind)
        except AmplifierLost as problem:
            observed = (str(problem), str(problem))
            do = ("chạy trên Raspberry Pi, cài lgpio, thuộc nhóm gpio", "run on a Raspberry Pi, install lgpio, be in the group gpio")
            return (Finding(Verdict.NOT_READY, SUBJECT, observed, (kind, kind), do),)
        factory.close()
        return (self._opened(kind), *self._clashes())

    def _opened(self, kind: PinFactory) -> Finding:
        pins = ", ".join(f"{amplifier.line} = GPIO{amplifier.pin}" for amplifier in self.settings.amplifier)
        if kind is PinFactory.MOCK:
            do = ("không tăng âm nào được bật thật", "no amplifier is really switched")
            return Finding(Verdict.WARNING, SUBJECT, (f"mô phỏng, {pins}", f"simulated, {pins}"), ("chân thật", "real pins"), do)
        return Finding(Verdict.GOOD, SUBJECT, (pins, pins), (kind, kind))

    def _clashes(self) -> tuple[Finding, ...]:
        pins = {amplifier.pin: amplifier.line for amplifier in self.settings.amplifier}
        pins |= {self.settings.inputs.kill.pin: "stop switch"} if self.settings.inputs.kill else {}
        return tuple(
            Finding(
                Verdict.WARNING,
                (f"GPIO{pin} ({name})", f"GPIO{pin} ({name})"),
                (f"chân này cũng của {TAKEN[pin]}", f"this pin is also that of {TAKEN[pin]}"),
                ("chân tự do", "a free pin"),
                ("chọn GPIO 4–6, 12, 13, 16, 17, 22–27", "choose GPIO 4–6, 12, 13, 16, 17, 22–27"),
            )
            for pin, name in pins.items()
            if pin in TAKEN
        )
