"""The voice's view of the amplifier lines: which are wanted, and what the amplifier program says that they really do.

The rules:
1. One activation is one use from warm-up to off; zones may change within it, and the amplifier program lets lines join and leave.
2. Nothing sounds before every wanted line has been active for its own warm-up, and all horns begin at that one instant.
3. Nothing sounds either while a line of this activation that is not wanted any more has not fallen inactive.
4. An emergency takes every zone. It does not wait for a line that must rest or has overrun; the others carry it.
5. A line that does not become active although nothing forbids it, or falls while others carry on, is broken: they do without it.
6. What would not end before the maximum on-time of the running activation gets one of its own: the maximum cuts no word that it need not.
"""

from collections.abc import Iterable

from audio.amplifier.lease import Verdict
from audio.amplifier.request import LineState
from audio.driver.speaker import Speaker
from bundle.base import BulletinClass
from device.settings import Settings
from director.decision import Utterance

ANSWERED = 0.3
"""Seconds after which what the amplifier program says is surely its answer to what was asked last."""
PATIENCE = 3.0
"""Seconds beyond the usual after which a line that should be active is not waited for any more."""


_FORBIDDEN = frozenset({Verdict.RESTING, Verdict.STOPPED, Verdict.OVERRUN})


class Lines:
    """The lines of one unit; *tail* and *hold* are the longest of them, *run_up* what all of them together take to be warm.

    They are counted from what left the driver, so that the tail also bridges the calibrated way from there to the horn.
    *zones* is where the horns of each line are.
    """

    def __init__(self, settings: Settings, speaker: Speaker) -> None:
        lines = settings.amplifier
        self._speaker = speaker
        self._warm_ups = {line.line: line.warm_up for line in lines}
        self.zones = {line.line: line.zone for line in lines}
        self.tail = max((line.tail for line in lines), default=1.0) + (settings.sound.latency_ms or 0.0) / 1000
        self.hold = max((line.hold for line in lines), default=5.0)
        self.run_up = max(self._warm_ups.values(), default=0.0) + settings.pins.stagger * len(lines)
        self._minimum_off = max((line.minimum_off for line in lines), default=0.0)
        self._maximum_on = min((line.maximum_on for line in lines), default=0.0)
        self._wanted: frozenset[str] = frozenset()
        self._emergency = False
        self._activation: int | None = None
        self._asked = self._began = 0.0
        self._newest = 0
        self._rested = 0.0

    def of(self, utterance: Utterance) -> frozenset[str]:
        """The lines in the zones of *utterance*, of which a test names some; those of an emergency are all."""
        everywhere = not utterance.zones or utterance.bulletin_class is BulletinClass.EMERGENCY
        within = frozenset(line for line, zone in self.zones.items() if everywhere or zone in utterance.zones)
        return within & frozenset(utterance.lines) if utterance.lines else within

    def everywhere(self, utterance: Utterance) -> bool:
        """Whether *utterance* is for all lines of the unit."""
        return self.of(utterance) == frozenset(self.zones)

    def suit(self, utterance: Utterance) -> bool:
        """Whether exactly the lines of *utterance* are leased now."""
        return self._activation is not None and self._wanted == self.of(utterance)

    def last(self, until: float) -> bool:
        """Whether the activation that runs may go on *until* then (seconds since boot), the tail included; true when none runs."""
        return self._activation is None or until + self.tail < self._began + self._maximum_on

    def lease(self, utterance: Utterance, now: float) -> None:
        """Have the lines of *utterance* leased and no others, within the activation that runs or a new one."""
        self._wanted, self._asked = self.of(utterance), now
        self._emergency = utterance.bulletin_class is BulletinClass.EMERGENCY
        if self._activation is None:
            self._began = now
            # Milliseconds since boot: larger than any number of an earlier run of this program within this boot.
            self._activation = self._newest = max(self._newest + 1, int(now * 1000))
        everywhere = self._emergency or not (utterance.zones or utterance.lines)
        # A name that nobody here has must not become none at all, which means all of them.
        named = tuple(sorted(self._wanted)) or utterance.lines or utterance.zones
        self._speaker.hold(self._activation, self._emergency, () if everywhere else named)

    def release(self, now: float) -> None:
        """Have them given up."""
        self._speaker.release()
        self.rest(now)

    def drop(self, now: float) -> None:
        """Have them given up at once, and everything in the ring forgotten."""
        self._speaker.drop()
        self.rest(now)

    def rest(self, now: float) -> None:
        """They are given up or lost: they rest from *now* on."""
        self._activation, self._rested = None, now + self._minimum_off

    def warm_at(self, now: float) -> float | None:
        """When the last of them will have been active for its warm-up; None while one is missing, or one too many is on."""
        states = self._states()
        carrying = {name: state.since + self._warm_ups[name] for name, state in states.items() if self._ours(state)}
        missing = [name for name in self._wanted - set(carrying) if name not in states or self._is_waited_for(states[name], now)]
        if not carrying or missing or not self._wanted.issuperset(carrying):
            return None
        return max(carrying.values())

    def silenced(self) -> bool:
        """Whether none of them is active for us, although the amplifier program answers."""
        states = self._states()
        return not any(self._ours(states[name]) for name in self._wanted if name in states)

    def overran(self) -> bool:
        """Whether the maximum on-time of one of them ended the activation."""
        return any(state.verdict == Verdict.OVERRUN for name, state in self._states().items() if name in self._wanted)

    def ended(self, now: float) -> bool:
        """Whether the activation is over for one of them: the lease ended by itself just before it was asked for again."""
        answered = now >= self._asked + ANSWERED
        return answered and any(state.verdict == Verdict.OLD for name, state in self._states().items() if name in self._wanted)

    def carrying(self) -> frozenset[str]:
        """The lines that are active for us."""
        return frozenset(name for name, state in self._states().items() if self._ours(state))

    def silent(self) -> frozenset[str]:
        """The wanted lines that are not active for us while others are."""
        carrying = self.carrying()
        return self._wanted - carrying if carrying else frozenset()

    def fallen(self) -> frozenset[str]:
        """Those of them that nothing forbids, once the lines are warm and something sounds."""
        return self.silent() - {name for name, state in self._states().items() if state.verdict in _FORBIDDEN | {Verdict.WAITING}}

    def broken(self, now: float) -> frozenset[str]:
        """The wanted lines that did not become active although nothing forbids it."""
        if now < self._asked + self.run_up + PATIENCE:
            return frozenset()
        forbidden = {name for name, state in self._states().items() if state.verdict in _FORBIDDEN}
        return self._wanted - self.carrying() - forbidden

    def dead(self, now: float) -> bool:
        """Whether none of them became active although nothing forbids it."""
        states = [state for name, state in self._states().items() if name in self._wanted]
        waits = any(self._ours(state) or state.verdict in (Verdict.RESTING, Verdict.STOPPED) for state in states)
        return not waits and now >= self._asked + self.run_up + PATIENCE

    def stopped_on_site(self) -> bool:
        """Whether the amplifier program refuses because the unit was stopped at its own switch: no fault of any line."""
        return any(state.verdict == Verdict.STOPPED for state in self._states().values())

    def rested(self, now: float) -> bool:
        """Whether every line, of whatever zone, has been off for its minimum."""
        return now >= max([self._rested, *(state.rested for state in self._states().values())])

    def electrical(self) -> bool | None:
        """Whether every amplifier that carries us has power, by read-back or current; None where that cannot be sensed."""
        return all_of(state.electrical for state in self._states().values() if self._ours(state))

    def _is_waited_for(self, state: LineState, now: float) -> bool:
        if state.verdict == Verdict.RESTING:
            return not self._emergency
        return state.verdict != Verdict.OVERRUN and now < self._asked + self.run_up + PATIENCE

    def _ours(self, state: LineState) -> bool:
        return state.active and state.activation is not None and state.activation == self._activation

    def _states(self) -> dict[str, LineState]:
        return self._speaker.amplifier.lines if self._speaker.amplifier else {}


def all_of(senses: Iterable[bool | None]) -> bool | None:
    """True when all sensors say so, None when there are none or one is missing, else False."""
    known = list(senses)
    if not known or None in known:
        return None
    return all(known)
