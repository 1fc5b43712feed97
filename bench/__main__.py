"""``make bench``: every row of every bench in one run, as a table for people and as ``bench/results.json``."""

import importlib
import json
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.row import Row

BENCHES = (
    "bench.board",
    "bench.film",
    "bench.scene",
    "bench.overlay",
    "bench.turns",
    "bench.unit",
    "bench.sound",
    "bench.starts",
    "bench.queue",
    "bench.speaking",
    "bench.loaded",
    "bench.playing",
    "bench.check",
    "bench.reports",
    "bench.registry_reports",
    "bench.day",
    "bench.alerts",
)
RESULTS = Path(__file__).parent / "results.json"


def main(names: list[str]) -> None:
    """Run the benches named on the command line (``alerts`` or ``bench.alerts``), or all. What was not run again stands as it was."""
    console, rows = Console(), list[Row]()
    for name in names or BENCHES:
        console.print(f"… {name}")
        rows += importlib.import_module(name if name.startswith("bench.") else f"bench.{name}").rows()
    kept = merged(json.loads(RESULTS.read_text(encoding="utf-8")) if names and RESULTS.exists() else [], rows)
    RESULTS.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    console.print(_table(rows))


def merged(before: list[dict[str, Any]], rows: list[Row]) -> list[dict[str, Any]]:
    """The rows of *before*, each in its place, with what was measured again; new ones at the end."""
    found = {row["name"]: row for row in before} | {row.name: row.model_dump() for row in rows}
    return list(found.values())


def _table(rows: list[Row]) -> Table:
    table = Table("what", "value", "peer", "peer's", "ratio", "budget", "holds")
    for row in rows:
        figures = (f"{row.value:.4g} {row.unit}", row.peer or "", _number(row.peer_value), _number(row.ratio))
        table.add_row(row.name, *figures, row.budget, {True: "yes", False: "NO", None: ""}[row.holds])
    return table


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4g}"


if __name__ == "__main__":
    main(sys.argv[1:])
