"""Which probes a unit needs, and how their findings are told."""

from collections.abc import Iterable

import click

from bundle.errors import Complaint, Refused
from device.clock import make_clock
from device.paths import Paths
from device.settings import Settings, load_settings
from device.status import BELIEVED, fresh, read_status
from device.unit import UnitRecord, read_unit
from evidence.report import ProgramStatus
from provisioning.person import Technician, questions
from provisioning.probe import Finding, Pair, Probe, Verdict, halves
from provisioning.probes.card import CardProbe
from provisioning.probes.clock import ClockProbe
from provisioning.probes.fonts import FontsProbe
from provisioning.probes.identity import IdentityProbe
from provisioning.probes.link import LinkProbe
from provisioning.probes.maximum_on import MaximumOnProbe
from provisioning.probes.microphone import MicrophoneProbe
from provisioning.probes.monitor import MonitorProbe
from provisioning.probes.network import NetworkProbe
from provisioning.probes.pins import PinsProbe
from provisioning.probes.screen import ScreenProbe
from provisioning.probes.sound import SoundProbe
from provisioning.probes.stop_switch import StopSwitchProbe
from provisioning.probes.storage import StorageProbe
from provisioning.probes.supply import SupplyProbe
from provisioning.probes.temperature import TemperatureProbe

SAID_LATELY = 15.0
"""Seconds: the board repeats itself every five."""
_COLOURS = {Verdict.GOOD: "green", Verdict.WARNING: "yellow", Verdict.NOT_READY: "red"}
_MARKS = {Verdict.GOOD: "✓", Verdict.WARNING: "!", Verdict.NOT_READY: "✗"}
_WORDS: dict[Verdict, Pair] = {
    Verdict.GOOD: ("Sẵn sàng", "ready"),
    Verdict.WARNING: ("Sẵn sàng, có lưu ý", "ready, with warnings"),
    Verdict.NOT_READY: ("Chưa sẵn sàng", "not ready"),
}


class SettingsProbe:
    """What is wrong in ``unit.toml``: without it no wiring can be looked at."""

    def __init__(self, complaints: tuple[Complaint, ...]) -> None:
        self._complaints = complaints

    def look(self) -> tuple[Finding, ...]:
        """Each complaint is one finding."""
        wanted = ("khai báo đúng", "correct settings")
        return tuple(
            Finding(Verdict.NOT_READY, (each.where, each.where), halves(each.what), wanted, halves(each.do)) for each in self._complaints
        )


def probes(paths: Paths, technician: Technician | None = None) -> tuple[Probe, ...]:
    """The probes for this unit; with a *technician* also those that only a person can answer."""
    found: list[Probe] = [IdentityProbe(paths)]
    try:
        settings = load_settings(paths.unit_toml)
    except Refused as refused:
        found.append(SettingsProbe(refused.complaints))
    else:
        found += [
            ScreenProbe(settings.screen, _running(paths, settings, "display", SAID_LATELY)),
            MonitorProbe(paths, settings.screen),
            FontsProbe(),
            SoundProbe(settings.sound, needed=bool(settings.amplifier)),
            MicrophoneProbe(settings.microphone),
            PinsProbe(paths, settings, _running(paths, settings, "amplifier", BELIEVED)),
            MaximumOnProbe(paths, settings),
            StopSwitchProbe(paths, settings, make_clock(settings, paths)),
            ClockProbe(make_clock(settings, paths)),
            CardProbe(paths, settings.limits),
            SupplyProbe(paths, make_clock(settings, paths)),
            TemperatureProbe(paths, settings.limits.warmest_c),
            LinkProbe(settings.limits.weakest_signal),
        ]
    found.append(StorageProbe(paths))
    record = _record(paths)
    if record:
        found.append(NetworkProbe(record))
    return (*found, *(questions(technician) if technician else ()))


def sentences(findings: Iterable[Finding]) -> Iterable[str]:
    """Each finding as coloured lines: what was observed; and, unless it is good, what was wanted and what to do."""
    for finding in findings:
        mark = click.style(_MARKS[finding.verdict], fg=_COLOURS[finding.verdict], bold=True)
        yield f"{mark} {click.style(finding.subject[0], bold=True)}: {finding.observed[0]}" + _small(
            finding.subject[1], finding.observed[1]
        )
        if finding.verdict is not Verdict.GOOD:
            yield f"    cần: {finding.wanted[0]}" + _small("wanted", finding.wanted[1])
            yield f"    → {finding.do[0]}" + _small("→", finding.do[1])


def conclusion(verdict: Verdict) -> str:
    """The last line."""
    vietnamese, english = _WORDS[verdict]
    return click.style(f"{vietnamese} · {english}", fg=_COLOURS[verdict], bold=True)


def _small(label: str, text: str) -> str:
    return click.style(f"  ({label}: {text})" if text else "", dim=True)


def _record(paths: Paths) -> UnitRecord | None:
    try:
        return read_unit(paths)
    except Refused:
        return None  # the identity probe has said so already


def _running(paths: Paths, settings: Settings, program: str, seconds: float) -> ProgramStatus | None:
    """What *program* said of itself in the last *seconds*, if it runs."""
    status = read_status(paths, program)
    return status if fresh(status, make_clock(settings, paths).now(), seconds) else None
