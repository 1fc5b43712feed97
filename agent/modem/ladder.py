"""Which step comes next for a modem that hangs: a pure decision over what was seen and what was done, with a cap a day on each step.

1. Nothing is done while something sounds, before a step had its time to work, and for what only a person can mend.
2. An outage begins with the first request that fails and ends with one that succeeds; within it each step comes once before any again.
3. A step counts for a day from when it was done. Without a clock that can be believed it counts on: no reboot makes budget.
4. The unit is rebooted only for a modem that does not answer, never for a registry that does not.
"""

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from bundle.base import Model
from device.service import ModemSettings
from director.age import usable
from director.moment import Moment
from evidence.records import Stamp

DAY = 86400.0
MOST_REMEMBERED = 100


class Rung(StrEnum):
    """The steps, the gentlest first."""

    RESET = "reset"
    POWER_CYCLE = "power-cycle"
    REBOOT = "reboot"


class Modem(StrEnum):
    """How the modem answers: it is *online* and yet nothing is reached; it has *no coverage*; a *person* must act; it *hangs*."""

    ONLINE = "online"
    NO_COVERAGE = "no-coverage"
    PERSON = "person"
    HANGS = "hangs"


class Taken(Model):
    """One step that was begun *at*; *outage* counts those in which any was."""

    rung: Rung
    at: Stamp
    outage: Annotated[int, Field(ge=0)] = 0


class Memory(Model):
    """``modem.json``: what was done lately, and the number of the present outage."""

    format: Literal[1] = 1
    taken: Annotated[tuple[Taken, ...], Field(max_length=MOST_REMEMBERED)] = ()
    outage: Annotated[int, Field(ge=0)] = 0


@dataclass(frozen=True)
class Seen:
    """*failing* for so many seconds (None: the registry is reached); how the *modem* answers; whether something *sounds*."""

    failing: float | None
    modem: Modem
    sounds: bool


def decide(seen: Seen, memory: Memory, settings: ModemSettings, moment: Moment) -> Rung | None:
    """The step to take now, None for none."""
    if seen.failing is None or seen.failing < settings.silent_seconds or seen.sounds:
        return None
    if seen.modem in (Modem.NO_COVERAGE, Modem.PERSON) or _settling(memory, settings, moment):
        return None
    left = [rung for rung in _rungs(seen.modem, settings) if within(memory, rung, moment) < _budget(rung, settings)]
    done = Counter(each.rung for each in memory.taken if each.outage == memory.outage)
    return min(left, key=lambda rung: (done[rung], list(Rung).index(rung)), default=None)


def exhausted(seen: Seen, memory: Memory, settings: ModemSettings, moment: Moment) -> bool:
    """Whether today's budget has no step left for what is seen."""
    return all(within(memory, rung, moment) >= _budget(rung, settings) for rung in _rungs(seen.modem, settings))


def with_step(memory: Memory, rung: Rung, moment: Moment) -> Memory:
    """*memory* after *rung* was begun; what no longer counts is forgotten."""
    kept = [each for each in memory.taken if _counts(each, moment)]
    return Memory(taken=(*kept, Taken(rung=rung, at=moment.stamp(), outage=memory.outage))[-MOST_REMEMBERED:], outage=memory.outage)


def recovered(memory: Memory) -> Memory:
    """*memory* after the registry was reached: the next outage begins at the gentlest step, with what the day has left."""
    if not any(each.outage == memory.outage for each in memory.taken):
        return memory
    return memory.model_copy(update={"outage": memory.outage + 1})


def within(memory: Memory, rung: Rung, moment: Moment) -> int:
    """How often *rung* was taken within a day of *moment*."""
    return sum(each.rung is rung and _counts(each, moment) for each in memory.taken)


def _counts(taken: Taken, moment: Moment) -> bool:
    if taken.at.boot == moment.boot:
        return moment.mono - taken.at.mono < DAY
    if usable(taken.at.state) and usable(moment.state):
        return (moment.wall - taken.at.wall).total_seconds() < DAY
    return moment.mono < DAY


def _settling(memory: Memory, settings: ModemSettings, moment: Moment) -> bool:
    last = memory.taken[-1] if memory.taken else None
    if last is None:
        return False
    # After a reboot the modem starts with the unit.
    since = moment.mono - last.at.mono if last.at.boot == moment.boot else moment.mono
    return since < settings.settle_seconds


def _rungs(modem: Modem, settings: ModemSettings) -> tuple[Rung, ...]:
    power = (Rung.POWER_CYCLE,) if settings.power is not None else ()
    return (Rung.RESET, *power, *((Rung.REBOOT,) if modem is Modem.HANGS else ()))


def _budget(rung: Rung, settings: ModemSettings) -> int:
    match rung:
        case Rung.RESET:
            return settings.resets_a_day
        case Rung.POWER_CYCLE:
            return settings.power_cycles_a_day
        case Rung.REBOOT:
            return settings.reboots_a_day
