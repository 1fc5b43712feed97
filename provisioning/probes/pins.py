"""The pins of the unit: has the amplifier program got them, and is each pin wired as it must be. No line is opened here."""

from dataclasses import dataclass

from device.paths import Paths
from device.settings import PinFactory, Settings
from evidence.report import ProgramStatus
from provisioning.advice import PLUG
from provisioning.probe import Finding, Pair, Verdict, halves
from provisioning.wiring.boot import find
from provisioning.wiring.judge import judge

SUBJECT = ("Chân điều khiển tăng âm", "amplifier pins")
SILENT: Pair = ("chương trình tăng âm im lặng", "the amplifier program is silent")
NOTHING_OF_THEM: Pair = ("chương trình tăng âm chưa nói gì về chân thật", "the amplifier program says nothing of real pins")


@dataclass(frozen=True)
class PinsProbe:
    """Judges the wiring (:mod:`provisioning.wiring`), and whether the pins that the settings name, never others, are had.

    *running* is what the amplifier program says of itself, None when it is silent: nobody else may open the pins.
    """

    paths: Paths
    settings: Settings
    running: ProgramStatus | None = None

    def look(self) -> tuple[Finding, ...]:
        """No pins: not ready; pins in memory: a warning, and nothing is said of how a Pi that is not there would boot."""
        if not self.settings.wires:
            do = (
                "nếu có loa, khai báo [[amplifier]] trong bangtin.toml trên thẻ",
                "if there are loudspeakers, declare [[amplifier]] in bangtin.toml on the card",
            )
            return (Finding(Verdict.WARNING, SUBJECT, ("không có tăng âm nào", "no amplifier"), ("ít nhất một", "at least one"), do),)
        kind = self.settings.pins.factory
        if why := self._missing(kind):
            return (Finding(Verdict.NOT_READY, SUBJECT, why, (kind, kind), PLUG),)
        return (self._opened(kind), *judge(self.settings, find(self.paths)))

    def _missing(self, kind: PinFactory) -> Pair | None:
        """Why the pins cannot be had; None when they can."""
        told = self.running
        if told is not None and not told.ready and told.reasons:
            pairs = [halves(reason) for reason in told.reasons]
            return "; ".join(pair[0] for pair in pairs), "; ".join(pair[1] for pair in pairs)
        match kind:
            case PinFactory.MOCK:
                return None
            case PinFactory.LGPIO if told is None:
                return SILENT
            case PinFactory.LGPIO:
                return None if told.ready and not told.simulated else NOTHING_OF_THEM

    def _opened(self, kind: PinFactory) -> Finding:
        pins = ", ".join(f"{wire.name} = GPIO{wire.pin}" for wire in self.settings.wires)
        if kind is PinFactory.MOCK:
            do = ("không tăng âm nào được bật thật", "no amplifier is really switched")
            return Finding(Verdict.WARNING, SUBJECT, (f"mô phỏng, {pins}", f"simulated, {pins}"), ("chân thật", "real pins"), do)
        return Finding(Verdict.GOOD, SUBJECT, (pins, pins), (kind, kind))
