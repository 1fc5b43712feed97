"""The bench of what reports weigh: its reports are real ones, and each budget of bytes holds on them."""

from bench.weights import HEALTH, START, weights
from evidence.health import Health


def test_every_budget_of_bytes_holds_and_packing_beats_plain_zlib():
    rows = {row.name: row for row in weights()}
    assert [name for name, row in rows.items() if row.holds is False] == []
    assert sum(row.holds is True for row in rows.values()) >= 8
    packed = [row.ratio for row in rows.values() if row.name.endswith("packed")]
    assert packed
    assert max(packed) < 1


def test_the_full_report_of_the_bench_tells_all_that_a_unit_can_know():
    """One that left something out would weigh too little; only what an eMMC alone tells is missing, as on a card."""
    assert set(Health.model_fields) - HEALTH.known().keys() == {"reserve", "life"}
    assert START.wall.microsecond, "a clock without fractions packs too well"
