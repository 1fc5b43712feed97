"""The pins of the unit: is there a pin factory, and is each pin wired as it must be. No line is driven here."""

from dataclasses import dataclass

from device.errors import AmplifierLost
from device.paths import Paths
from device.pins import make_factory
from device.settings import PinFactory, Settings
from provisioning.probe import Finding, Verdict
from provisioning.wiring.boot import find
from provisioning.wiring.judge import judge

SUBJECT = ("Chân điều khiển tăng âm", "amplifier pins")


@dataclass(frozen=True)
class PinsProbe:
    """Builds the factory that the settings name, never another, and judges the wiring (:mod:`provisioning.wiring`)."""

    paths: Paths
    settings: Settings

    def look(self) -> tuple[Finding, ...]:
        """No factory: not ready; pins in memory: a warning, and nothing is said of how a Pi that is not there would boot."""
        if not self.settings.wires:
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
        return (self._opened(kind), *judge(self.settings, find(self.paths)))

    def _opened(self, kind: PinFactory) -> Finding:
        pins = ", ".join(f"{wire.name} = GPIO{wire.pin}" for wire in self.settings.wires)
        if kind is PinFactory.MOCK:
            do = ("không tăng âm nào được bật thật", "no amplifier is really switched")
            return Finding(Verdict.WARNING, SUBJECT, (f"mô phỏng, {pins}", f"simulated, {pins}"), ("chân thật", "real pins"), do)
        return Finding(Verdict.GOOD, SUBJECT, (pins, pins), (kind, kind))
