"""Commissioning as it is run: what is left of this unit, and doing it with a technician at hand."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from bundle.errors import refuse
from device.clock import Clock, make_clock
from device.errors import TechnicianDeclined
from device.paths import Paths
from device.settings import Settings, load_settings
from device.unit import UnitRecord, read_unit
from provisioning.advice import AGAIN, ENROL
from provisioning.commissioning.planning import Task, plan
from provisioning.commissioning.sounding import sound
from provisioning.commissioning.state import Commissioning, read_state, writing
from provisioning.commissioning.step import CutAwaited, Horns, Outcome, Site, Step, checked, unknown
from provisioning.commissioning.table import steps
from provisioning.person import Technician
from provisioning.probe import Finding

Told = Callable[[tuple[Finding, ...]], None]
"""Hears of each step what it found."""


@dataclass(frozen=True)
class Left:
    """What is *left* of a unit's steps, and the *state* of those that were done."""

    left: tuple[Task, ...]
    state: Commissioning


def left(paths: Paths) -> Left:
    """What is left to do; ``Refused`` when the unit is not wired or not enrolled, or its state cannot be read."""
    settings, record = _unit(paths)
    state = read_state(paths)
    return Left(plan([step.task for step in steps(paths, settings, record)], state.done), state)


def apply(paths: Paths, technician: Technician, told: Told, horns: Horns | None = None, clock: Clock | None = None) -> Left:
    """Do what is left, each step once, each durable before the next; afterwards what is left then.

    It ends early when the power must go (``Commissioning.cut`` is set then). ``Refused`` when somebody else is at it.
    """
    settings, record = _unit(paths)
    with writing(paths) as book:
        site = Site(paths, settings, record, clock or make_clock(settings, paths), book, technician, horns or partial(sound, paths))
        found = {step.task.id: step for step in steps(paths, settings, record)}
        for task in plan([step.task for step in found.values()], book.state.done):
            try:
                _do(found[task.id], site, told)
            except CutAwaited:
                break
    return left(paths)


def _do(step: Step, site: Site, told: Told) -> None:
    try:
        outcome = step.do(site)
    except TechnicianDeclined:
        outcome = Outcome((unknown(step.task.words, ("một câu trả lời", "an answer"), AGAIN),), settled=False)
    task = step.task
    site.book.finish(task.id, task.basis, outcome.settled, checked(task.id, outcome.findings), site.clock.now().stamp(), **outcome.answers)
    told(outcome.findings)


def _unit(paths: Paths) -> tuple[Settings, UnitRecord]:
    settings, record = load_settings(paths.unit_toml), read_unit(paths)
    if record is None or not paths.root_json.exists():
        raise refuse(str(paths.unit_json), "thiết bị chưa ghi danh / the unit is not enrolled", " / ".join(ENROL))
    return settings, record
