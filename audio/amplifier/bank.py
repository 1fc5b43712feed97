"""All lines of one unit: requests and time go through the lease rules to the pins, and every change is handed on."""

from collections.abc import Callable

from audio.amplifier import lease as rules
from audio.amplifier.beacon import BeaconLine
from audio.amplifier.change import Change, Pin
from audio.amplifier.lease import Cause, Lease, Limits, Verdict
from audio.amplifier.request import Ask, LineState, Reply, Request
from audio.amplifier.senses import Senses
from device.settings import BEACON, Settings

_SOUNDS = frozenset({Verdict.HELD, Verdict.WAITING})


class Bank:
    """The leases of the lines *pins*, the light among them, and what their *senses* say of them.

    *handed* takes each `Change` and must not block. *rested* is carried over a restart.
    """

    def __init__(
        self, settings: Settings, pins: dict[str, Pin], handed: Callable[[Change], None], rested: dict[str, float], senses: Senses
    ) -> None:
        self._pins, self._handed, self._senses = {name: pin for name, pin in pins.items() if name != BEACON}, handed, senses
        self._beacon = BeaconLine(settings.beacon, pins[BEACON], handed) if settings.beacon else None
        self._limits = {
            amplifier.line: Limits(amplifier.maximum_on, amplifier.minimum_off, amplifier.emergency_skips_minimum_off)
            for amplifier in settings.amplifier
        }
        self._supplies = {amplifier.line: amplifier.supply for amplifier in settings.amplifier}
        self._stagger, self._free = settings.pins.stagger, dict.fromkeys(self._supplies.values(), 0.0)
        self._leases = {line: Lease(rested=rested.get(line, 0.0)) for line in self._pins}
        self._since = dict.fromkeys(self._pins, 0.0)
        self._still = False

    def answer(self, request: Request, now: float, simulated: bool) -> Reply:
        """Obey or refuse *request* and say what the lines really do."""
        verdicts = {line: self._obey(line, request, now) for line in self._pins}
        self._light(request, verdicts, now)
        self.look(now)
        states = {}
        for line, verdict in verdicts.items():
            lease, active = self._leases[line], bool(self._pins[line].value)
            states[line] = LineState(active, lease.activation, self._since[line], lease.rested, verdict, *self._senses.proof(line, now))
        return Reply(states, simulated)

    def show(self, alarm: float | None, now: float) -> None:
        """On a unit without loudspeaker the light goes with the board, which presents an emergency since *alarm*, or none."""
        if self._beacon and alarm is not None and not self._pins and not self._still:
            self._beacon.ask(round(alarm * 1000), now)

    def look(self, now: float) -> None:
        """Compare what the lines were told with what is sensed of them and how their pins stand: a pin may be shorted."""
        self._senses.look({line: lease.active for line, lease in self._leases.items()}, now)

    def tick(self, now: float) -> None:
        """End what ran out and start what was staggered."""
        for line, lease in self._leases.items():
            self._become(line, rules.tick(lease, self._limits[line], now), now)
        if self._beacon:
            self._beacon.tick(now)

    def lose(self, activation: int, now: float) -> None:
        """The holder of *activation* is gone: as if it had released."""
        for line, lease in self._leases.items():
            self._become(line, rules.release(lease, self._limits[line], now, activation), now)
        if self._beacon:
            self._beacon.end(activation, now)

    def stop(self, now: float) -> None:
        """Everything inactive, for good."""
        for line, lease in self._leases.items():
            self._become(line, rules.stop(lease, self._limits[line], now), now)
        if self._beacon:
            self._beacon.dark(now, Cause.STOPPED)

    def stand_still(self, still: bool, now: float) -> None:
        """While *still* no line is active and no lease begins, not even for an emergency: the unit was stopped at its own switch."""
        self._still = still
        for line, lease in self._leases.items():
            if still:
                self._become(line, rules.stop(lease, self._limits[line], now, Cause.SWITCH), now)
        if still and self._beacon:
            self._beacon.dark(now, Cause.SWITCH)

    def deadline(self, now: float) -> float | None:
        """When `tick` and `look` must come next."""
        due = [rules.deadline(lease, self._limits[line]) for line, lease in self._leases.items()]
        due += [self._senses.deadline(), self._beacon.deadline(now) if self._beacon else None]
        return min((moment for moment in due if moment is not None), default=None)

    def _light(self, request: Request, verdicts: dict[str, str], now: float) -> None:
        if self._beacon is None or self._still:
            return
        match request.ask:
            case Ask.RENEW if request.emergency and any(verdict in _SOUNDS for verdict in verdicts.values()):
                self._beacon.ask(request.activation, now)
            case Ask.RELEASE:
                self._beacon.end(request.activation, now)
            case Ask.RENEW | Ask.READ:
                pass

    def _obey(self, line: str, request: Request, now: float) -> str:
        lease, limits = self._leases[line], self._limits[line]
        match request.ask:
            case Ask.RENEW if self._still:
                return Verdict.STOPPED
            case Ask.RENEW if request.lines and line not in request.lines:
                self._become(line, rules.leave(lease, limits, now, request.activation), now)
                return Verdict.OUTSIDE
            case Ask.RENEW:
                supply = self._supplies[line]
                after, verdict = rules.renew(lease, limits, now, request.activation, request.emergency, self._free[supply])
                if after.activation is not None and (after.activation, after.starts) != (lease.activation, lease.starts):
                    self._free[supply] = after.starts + self._stagger
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
