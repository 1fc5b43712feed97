"""The pins of the unit: is there a pin factory, and is each pin wired as it must be. No line is driven here."""

from dataclasses import dataclass

from device.errors import AmplifierLost
from device.paths import Paths
from device.pins import make_factory
from device.settings import PinFactory, Settings
from evidence.report import ProgramStatus
from provisioning.advice import BUNDLE
from provisioning.probe import Finding, Verdict
from provisioning.wiring.boot import find
from provisioning.wiring.judge import judge

SUBJECT = ("Chân điều khiển tăng âm", "amplifier pins")


@dataclass(frozen=True)
class PinsProbe:
    """Judges the wiring (:mod:`provisioning.wiring`), and whether the factory that the settings name, never another, can be had.

    *running* is what the amplifier program says of itself, None when it does not: while it runs it alone may open the pins.
    """

    paths: Paths
    settings: Settings
    running: ProgramStatus | None = None

    def look(self) -> tuple[Finding, ...]:
        """No factory: not ready; pins in memory: a warning, and nothing is said of how a Pi that is not there would boot."""
        if not self.settings.wires:
            do = (
                "nếu có loa, khai báo [[amplifier]] trong bangtin.toml trên thẻ",
                "if there are loudspeakers, declare [[amplifier]] in bangtin.toml on the card",
            )
            return (Finding(Verdict.WARNING, SUBJECT, ("không có tăng âm nào", "no amplifier"), ("ít nhất một", "at least one"), do),)
        kind = self.settings.pins.factory
        if why := self._missing(kind):
            return (Finding(Verdict.NOT_READY, SUBJECT, (why, why), (kind, kind), BUNDLE),)
        return (self._opened(kind), *judge(self.settings, find(self.paths)))

    def _missing(self, kind: PinFactory) -> str:
        """Why the pins cannot be had; nothing when they can."""
        if self.running is not None and self._speaks_of(self.running, kind):
            return "" if self.running.ready else "; ".join(self.running.reasons)
        try:
            make_factory(kind).close()
        except AmplifierLost as problem:
            return str(problem)
        return ""

    @staticmethod
    def _speaks_of(running: ProgramStatus, kind: PinFactory) -> bool:
        """Whether that program has pins of this *kind*, or says why it has none; simulated ones prove nothing of real ones."""
        return (bool(running.simulated) == (kind is PinFactory.MOCK)) if running.ready else bool(running.reasons)

    def _opened(self, kind: PinFactory) -> Finding:
        pins = ", ".join(f"{wire.name} = GPIO{wire.pin}" for wire in self.settings.wires)
        if kind is PinFactory.MOCK:
            do = ("không tăng âm nào được bật thật", "no amplifier is really switched")
            return Finding(Verdict.WARNING, SUBJECT, (f"mô phỏng, {pins}", f"simulated, {pins}"), ("chân thật", "real pins"), do)
        return Finding(Verdict.GOOD, SUBJECT, (pins, pins), (kind, kind))
