"""Whether the version on trial is good: a judgement over what was seen of it, by the code of the version before. Pure.

Of what the version on trial writes, only this little is read, because its files may say more than the old code knows: of
``status/<program>.json`` the fields ``at.boot``, ``at.mono``, ``ready`` and, of the agent's, ``reported``.
"""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bundle.software import Health

FRESH = 30.0
"""Seconds for which a program's last word counts; each repeats itself more often than every fifteen."""


@dataclass(frozen=True)
class Said:
    """What one program says of itself: when (seconds of this boot), whether it is *ready*, and when a report was taken last."""

    mono: float
    ready: bool
    reported: float | None = None


@dataclass(frozen=True)
class Seen:
    """One look at the unit at *mono* seconds of this boot: what programs say, and how often systemd restarted each service."""

    mono: float
    programs: Mapping[str, Said]
    restarts: Mapping[str, int]

    def ready(self, program: str) -> bool:
        """Whether *program* says so, lately."""
        said = self.programs.get(program)
        return said is not None and said.ready and self.mono - said.mono <= FRESH


@dataclass(frozen=True)
class Verdict:
    """The end of a trial: *good*, or *why* not in Vietnamese and English."""

    good: bool
    why: str = ""


@dataclass
class Judge:
    """Judges by *health* a trial that began at *began* seconds of this boot; *programs* were ready before, there was a *link* or not."""

    health: Health
    began: float
    programs: frozenset[str]
    link: bool
    _last_ready: dict[str, float] = field(default_factory=dict)
    _counted: Mapping[str, int] | None = None
    _deaths: Counter[str] = field(default_factory=Counter)

    def verdict(self, seen: Seen) -> Verdict | None:
        """What is clear after this look; ``None`` while it is not."""
        for program in self.programs:
            said = seen.programs.get(program)
            # What the version before said last is no word of the one on trial.
            if seen.ready(program) and said is not None and said.mono >= self.began:
                self._last_ready[program] = seen.mono
        why = self._died(seen) or self._not_ready(seen)
        if why:
            return Verdict(False, why)
        if seen.mono - self.began < self.health.settle + self.health.trial or any(
            self._last_ready.get(p) != seen.mono for p in self.programs
        ):
            return None
        return self._reported(seen)

    def _died(self, seen: Seen) -> str:
        before, self._counted = self._counted, seen.restarts
        if before is None:
            return ""
        for service, count in seen.restarts.items():
            # Whoever starts a service by hand has systemd count from nought again.
            known = before.get(service, 0)
            self._deaths[service] += count - known if count >= known else count
            if self._deaths[service] > self.health.restarts:
                return f"{service} tắt {self._deaths[service]} lần / died {self._deaths[service]} times"
        return ""

    def _not_ready(self, seen: Seen) -> str:
        for program in sorted(self.programs):
            since = self._last_ready.get(program, self.began)
            if seen.mono - since > self.health.settle:
                return f"{program} không sẵn sàng quá {self.health.settle:g} giây / not ready for longer than that"
        return ""

    def _reported(self, seen: Seen) -> Verdict | None:
        agent = seen.programs.get("agent")
        if not self.link or (agent is not None and agent.reported is not None and agent.reported >= self.began):
            return Verdict(True)
        if seen.mono - self.began > self.health.report:
            return Verdict(False, "không báo cáo được về máy chủ / no report reached the registry")
        return None


def read_said(raw: bytes, boot: str) -> Said | None:
    """What a status file of any version says; ``None`` when it says nothing of this *boot*."""
    try:
        said = json.loads(raw)
        if said["at"]["boot"] != boot:
            return None
        return Said(float(said["at"]["mono"]), said["ready"] is True, _reported(said.get("reported"), boot))
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _reported(stamp: Any, boot: str) -> float | None:
    return float(stamp["mono"]) if stamp and stamp["boot"] == boot else None
