"""An alert from its release to board and amplifier: real programs, on several roads, and a thousand units at once."""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bench.alerts.settings import ROUND_TRIP, SETTINGS, WARM_UP, Setting
from bench.link import NAMESPACE
from bench.row import Row

COUNT = int(os.environ.get("BENCH_ALERTS", "200"))
"""Alerts under each setting; a peer stands beside them with a tenth, polling with fewer still."""
WORDS = 5
UNITS, TOGETHER = 1000, 20
STEPS = (
    ("renamed", "signed by all → timestamp renamed"),
    ("hint", "→ hint at a listener beside the registry"),
    ("pack", "→ hint read, verified and handed over in RAM"),
    ("shown", "→ noticed, verified again and painted"),
    ("commanded", "→ noticed, verified again and commanded"),
)
PROGRAMS = (
    "registry, agent, display under Xvfb (memory read every 4 ms), voice, sound process into a file, amplifier on mock pins: all real"
)


@dataclass(frozen=True)
class Series:
    """What one setting brought: every alert's steps in seconds after its release began."""

    setting: Setting
    alerts: list[dict[str, float]]
    words: list[float]
    link_bytes: int
    load: float

    def all(self, step: str) -> list[float]:
        """One step of every alert, in milliseconds."""
        return [1000 * alert[step] for alert in self.alerts if step in alert]

    @property
    def method(self) -> str:
        """How it was measured."""
        return f"{len(self.alerts)} alerts from rest, {self.setting.how}; from the start of the release; {PROGRAMS}; load {self.load:.1f}"


def rows() -> list[Row]:
    """All rows of this bench."""
    found = {name: _series(name, setting) for name, setting in SETTINGS.items()}
    return [
        *_beside(found["loopback"], found["loopback, plain hints"], 300.0),
        *_beside(found["loopback"], found["loopback, polling"], None),
        *_beside(found["slow card"], found["loopback"], 300.0),
        *_beside(found["thin link"], found["thin link, plain hints"], 2000 * ROUND_TRIP + 200),
        *(row for name in ("loopback", "slow card", "thin link") for row in _first_sounds(found[name])),
        *(row for name in ("loopback", "slow card", "thin link") for row in _stops(found[name])),
        *(row for name in ("loopback", "thin link") for row in _steps(found[name])),
        *_bytes(found["thin link"], found["thin link, plain hints"]),
        *_crowd(),
    ]


def _series(name: str, setting: Setting) -> Series:
    count = max(3, COUNT // setting.fewer)
    found = _run([*(NAMESPACE if setting.url else ()), sys.executable, "-m", "bench.alerts.run", name, str(count), str(WORDS)])
    return Series(setting, found["alerts"], found["words"], found["link bytes"], found["load"])


def _run(line: Sequence[str]) -> dict[str, Any]:
    done = subprocess.run(line, capture_output=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr.decode())
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _beside(series: Series, peer: Series, most: float | None) -> list[Row]:
    """Until presented and until commanded, beside another road; *most* is the budget of the 99th percentile in milliseconds."""
    found: list[Row] = []
    for step, what in (("shown", "presented"), ("commanded", "amplifier commanded")):
        for which, share in (("p50", 0.5), ("p99", 0.99)):
            value, judged = _quantile(series.all(step), share), most is not None and share > 0.9
            found.append(
                Row(
                    name=f"alert → {what}, {series.setting.name}, {which}, beside {peer.setting.name}",
                    value=value,
                    unit="ms",
                    peer=f"{peer.setting.name}, {which} of {len(peer.alerts)}",
                    peer_value=_quantile(peer.all(step), share),
                    budget=f"≤ {most:.0f} ms" if judged else "",
                    holds=value <= (most or 0) if judged else None,
                    method=series.method,
                )
            )
    return found


def _first_sounds(series: Series) -> list[Row]:
    slowest = 1000 * max(series.words)
    most = 1000 * WARM_UP + 1000
    method = (
        f"slowest of {len(series.words)} alerts that speak a stored phrase, {series.setting.how}; release → first sample at the driver, on "
        f"the tape; it is the siren's, and the first word follows it after 3.85 s; warm-up {WARM_UP} s; load {series.load:.1f}"
    )
    return [
        Row(
            name=f"alert → first sound, {series.setting.name}",
            value=slowest,
            unit="ms",
            peer="warm-up",
            peer_value=1000 * WARM_UP,
            budget=f"≤ {most:.0f} ms",
            holds=slowest <= most,
            method=method,
        )
    ]


def _stops(series: Series) -> list[Row]:
    value = _quantile(series.all("stopped"), 0.99)
    return [
        Row(
            name=f"stop by one person → amplifier let go, {series.setting.name}, p99",
            value=value,
            unit="ms",
            budget="≤ 5000 ms",
            holds=value <= 5000,
            method=f"stop.json released while the alert's amplifier is on; {series.method}",
        )
    ]


def _steps(series: Series) -> list[Row]:
    """Where the time goes: medians from step to step, as shares of the way to the board."""
    medians = {step: statistics.median(found) for step, _ in STEPS if (found := series.all(step))}
    before = {"hint": "renamed", "pack": "hint", "shown": "pack", "commanded": "pack"}
    return [
        Row(
            name=f"alert's steps, {series.setting.name}: {what}",
            value=medians[step] - medians.get(before.get(step, ""), 0.0),
            unit="ms",
            peer="release → presented",
            peer_value=medians["shown"],
            method=f"difference of medians; {series.method}",
        )
        for step, what in STEPS
        if step in medians
    ]


def _bytes(carried: Series, plain: Series) -> list[Row]:
    each, beside = (series.link_bytes / len(series.alerts) for series in (carried, plain))
    hint = statistics.median(carried.all("hint bytes")) / 1000
    method = (
        f"all IP packets of the link, both ways, over {len(carried.alerts)} rounds of an alert and its stop, with the unit's reports and "
        "polls; an alert of one language that speaks a stored phrase, signed by two persons"
    )
    return [
        Row(name="alert and stop, on the wire", value=each, unit="B", peer="plain hints and requests", peer_value=beside, method=method),
        Row(name="alert, its hint alone", value=hint, unit="B", method="the line of the stream: metadata, content and their names, packed"),
    ]


def _crowd() -> list[Row]:
    many, one = (_run([sys.executable, "-m", "bench.alerts.crowd", str(units), str(TOGETHER)]) for units in (UNITS, 1))
    method = (
        f"median of {TOGETHER} alerts, {UNITS} real streams to one registry process, every hint read and unpacked by the unit's own code "
        f"in one process on the same machine, 10 units verify; load {many['load']:.1f}"
    )
    figures = {
        name: [1000 * statistics.median(alert[name] for alert in run["alerts"]) for run in (many, one)] for name in many["alerts"][0]
    }
    names = {"last": f"alert → read by the last of {UNITS} units", "released": f"publisher's own time with {UNITS} listeners"}
    return [
        Row(name=what, value=figures[name][0], unit="ms", peer="one unit", peer_value=figures[name][1], method=method)
        for name, what in names.items()
    ]


def _quantile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
