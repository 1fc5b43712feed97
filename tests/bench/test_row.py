"""What a row of the benches may say: a ratio is the value over its peer's, and nothing is kept that was not asked for."""

import importlib
import json

import pytest
from pydantic import ValidationError

from bench.__main__ import BENCHES, merged
from bench.row import Row

PLAIN = {"name": "start", "value": 3.0, "unit": "s", "method": "by hand"}


def test_a_ratio_is_the_value_over_the_peer_s() -> None:
    assert Row(**PLAIN, peer="another", peer_value=12.0).ratio == 0.25


def test_a_row_without_a_peer_has_no_ratio() -> None:
    assert Row(**PLAIN).ratio is None


def test_a_written_row_has_every_field() -> None:
    written = json.loads(Row(**PLAIN, peer="another", peer_value=12.0, budget="≤ 4 s", holds=True).model_dump_json())
    assert set(written) == {"name", "value", "unit", "peer", "peer_value", "ratio", "budget", "holds", "method"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"holds": True},
        {"peer": "another"},
        {"peer_value": 2.0},
        {"peer": "another", "peer_value": 0.0},
        {"peer": "another", "peer_value": 2.0, "ratio": 0.1},
        {"value": float("nan")},
    ],
)
def test_half_a_statement_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Row(**{**PLAIN, **wrong})


@pytest.mark.parametrize("name", BENCHES)
def test_every_bench_has_rows(name: str) -> None:
    assert callable(importlib.import_module(name).rows)


def test_what_is_measured_again_takes_its_own_place_and_nothing_else_is_lost() -> None:
    before = [{"name": "a", "value": 1.0}, {"name": "b", "value": 2.0}]
    found = merged(before, [Row(name="a", value=3.0, unit="ms", method="m"), Row(name="c", value=4.0, unit="ms", method="m")])
    assert [(row["name"], row["value"]) for row in found] == [("a", 3.0), ("b", 2.0), ("c", 4.0)]
