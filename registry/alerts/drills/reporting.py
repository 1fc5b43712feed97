"""The table of an exercise: every addressed unit with how far it came there, as it is kept and as it is printed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from registry.alerts.confirmation.ladder import Ladder, Reach, delay
from registry.alerts.confirmation.steps import Step
from registry.alerts.confirmation.tally import Confirmation
from registry.web.alerts.words import MARKS, REACHES, STEPS
from registry.web.templating import environment
from registry.web.words import local_time


def table_of(confirmations: Sequence[Confirmation], now: datetime) -> dict[str, Any]:
    """What is kept of one exercise that left in several channels: villages by how far it came, and each unit's steps in seconds."""
    alert = confirmations[0].raised.alert
    return {
        "made": now.isoformat(),
        "sent": alert.sent.isoformat(),
        "event": alert.event,
        "channel": ", ".join(each.raised.channel for each in confirmations),
        "villages": {reach.value: sum(each.by_village[reach] for each in confirmations) for reach in Reach},
        "units": [_unit(ladder, alert.sent) for each in confirmations for ladder in each.ladders],
    }


def _unit(ladder: Ladder, sent: datetime) -> dict[str, Any]:
    facts = ladder.facts
    return {
        "unit": facts.unit,
        "place": facts.place_name,
        "reach": ladder.reach.value,
        "simulated": ladder.simulated,
        "steps": {step.name.lower(): delay(proof, sent) for step, proof in sorted(ladder.first.items())},
        "why": ladder.why,
        "call": [f"{phone.who} {phone.number}" for phone in facts.phones],
    }


def lines_of(table: Mapping[str, Any]) -> list[list[str]]:
    """One line for each unit, as it is printed: those that it did not reach come first."""
    order = [reach.value for reach in REACHES]
    rows = sorted(table["units"], key=lambda unit: (-order.index(unit["reach"]), unit["place"], unit["unit"]))
    return [_line(unit) for unit in rows]


HEAD = (
    ("Nơi", "place"),
    ("Thiết bị", "unit"),
    ("Tới đâu", "how far"),
    *STEPS.values(),
    ("Vì sao", "why"),
    ("Gọi", "call"),
)


def counts(table: Mapping[str, Any]) -> list[tuple[str, str, str, int]]:
    """How many villages it reached how far: mark, words, number."""
    found = ((reach, int(table["villages"].get(reach.value, 0))) for reach in REACHES)
    return [(MARKS[reach], *REACHES[reach], count) for reach, count in found if count]


def heading(table: Mapping[str, Any]) -> str:
    """The same in one line."""
    return " · ".join(f"{mark} {vi} / {en}: {count}" for mark, vi, en, count in counts(table))


def page_of(table: Mapping[str, Any]) -> str:
    """The table as a page to be printed and signed."""
    at, made = (datetime.fromisoformat(table[name]) for name in ("sent", "made"))
    values = {"head": HEAD, "counts": counts(table), "lines": lines_of(table), "at": local_time(at), "made": local_time(made)}
    return environment().get_template("alerts/drill.html").render(table=table, **values)


def _line(unit: Mapping[str, Any]) -> list[str]:
    reach = next(each for each in REACHES if each.value == unit["reach"])
    steps = [_seconds(unit["steps"], step) for step in STEPS]
    simulated = " (mô phỏng · simulated)" if unit["simulated"] else ""
    return [
        unit["place"],
        unit["unit"] + simulated,
        f"{MARKS[reach]} {REACHES[reach][0]}",
        *steps,
        unit["why"] or "",
        "; ".join(unit["call"]),
    ]


def _seconds(steps: Mapping[str, float | None], step: Step) -> str:
    """Seconds after the exercise's time; empty when the step is not proven, a mark when it is and nobody knows when it was."""
    name = step.name.lower()
    value = steps.get(name)
    return "" if name not in steps else "✓" if value is None else f"{value:.1f}".replace(".", ",")
