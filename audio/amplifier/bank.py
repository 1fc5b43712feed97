"""All lines of one unit: requests and time go through the lease rules to the pins, and every change is handed on."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from audio.amplifier import lease as rules
from audio.amplifier.lease import Cause, Lease, Limits, Verdict
from audio.amplifier.request import Ask, LineState, Reply, Request
from device.settings import Settings


class Pin(Protocol):
    """What a line needs of gpiozero's OutputDevice."""

    @property
    def value(self) -> int:
        """1 while the line is active, read back from the pin."""
        ...

    def on(self) -> None:
        """Drive it active."""

    def off(self) -> None:
        """Drive it inactive."""


@dataclass(frozen=True)
class Change:
    """A line was driven at *at* (seconds since boot)."""

    line: str
    active: bool
    activation: int
    cause: Cause
    at: float


class Bank:
    """The leases of the lines *pins*; *handed* takes each `Change` and must not block. *rested* is carried over a restart."""

    def __init__(self, settings: Settings, pins: dict[str, Pin], handed: Callable[[Change], None], rested: dict[str, float]) -> None:
        self._pins, self._handed = pins, handed
        self._limits = {
            amplifier.line: Limits(amplifier.maximum_on, amplifier.minimum_off, amplifier.emergency_skips_minimum_off)
            for amplifier in settings.amplifier
        }
        self._zones = {amplifier.line: amplifier.zone for amplifier in settings.amplifier}
        self._stagger, self._free = settings.pins.stagger, 0.0
        self._leases = {line: Lease(rested=rested.get(line, 0.0)) for line in pins}
        self._since = dict.fromkeys(pins, 0.0)
        self._still = False

    def answer(self, request: Request, now: float, simulated: bool) -> Reply:
        """Obey or refuse *request* and say what the lines really do."""
        states = {}
        for line in self._pins:
            verdict = self._obey(line, request, now)
            lease, active = self._leases[line], bool(self._pins[line].value)
            states[line] = LineState(active, lease.activation, self._since[line], lease.rested, verdict)
        return Reply(states, simulated)

    def tick(self, now: float) -> None:
        """End what ran out and start what was staggered."""
        for line, lease in self._leases.items():
            self._become(line, rules.tick(lease, self._limits[line], now), now)

    def lose(self, activation: int, now: float) -> None:
        """The holder of *activation* is gone: as if it had released."""
        for line, lease in self._leases.items():
            self._become(line, rules.release(lease, self._limits[line], now, activation), now)

    def stop(self, now: float) -> None:
        """Everything inactive, for good."""
        for line, lease in self._leases.items():
            self._become(line, rules.stop(lease, self._limits[line], now), now)

    def stand_still(self, still: bool, now: float) -> None:
        """While *still* no line is active and no lease begins, not even for an emergency: the unit was stopped at its own switch."""
        self._still = still
        for line, lease in self._leases.items():
            if still:
                self._become(line, rules.stop(lease, self._limits[line], now, Cause.SWITCH), now)

    def deadline(self) -> float | None:
        """When `tick` must come next."""
        due = [rules.deadline(lease, self._limits[line]) for line, lease in self._leases.items()]
        return min((moment for moment in due if moment is not None), default=None)

    def _obey(self, line: str, request: Request, now: float) -> str:
        lease, limits = self._leases[line], self._limits[line]
        match request.ask:
            case Ask.RENEW if self._still:
                return Verdict.STOPPED
            case Ask.RENEW if request.zones and self._zones[line] not in request.zones:
                self._become(line, rules.leave(lease, limits, now, request.activation), now)
                return Verdict.OUTSIDE
            case Ask.RENEW:
                after, verdict = rules.renew(lease, limits, now, request.activation, request.emergency, self._free)
                if after.activation is not None and (after.activation, after.starts) != (lease.activation, lease.starts):
                    self._free = after.starts + self._stagger
                self._become(line, after, now)
                return verdict
            case Ask.RELEASE:
                self._become(line, rules.release(lease, limits, now, request.activation), now)
                return ""
            case Ask.READ:
                self._become(line, rules.tick(lease, limits, now), now)
                return ""

    def _become(self, line: str, after: Lease, now: float) -> None:
        before, self._leases[line] = self._leases[line], after
        changed = before.active != after.active
        if before.active and (changed or before.activation != after.activation):
            self._drive(line, False, before.activation or 0, after.cause, now)
        if after.active and (changed or before.activation != after.activation):
            self._drive(line, True, after.activation or 0, after.cause, now)

    def _drive(self, line: str, active: bool, activation: int, cause: Cause, now: float) -> None:
        if active:
            self._pins[line].on()
        else:
            self._pins[line].off()
        self._since[line] = now
        self._handed(Change(line, active, activation, cause, now))
