"""Numbers add up by construction: the total is the sum of the rows, however the units are grouped, on the page and in every file."""

import csv
import io
from datetime import date, timedelta

import openpyxl
from hypothesis import given
from hypothesis import strategies as st

from registry.figures.gathering import UnitFigures
from registry.figures.period import Period
from registry.figures.sheet import UNCOUNTED, Column, Measure, by_area, by_unit
from registry.figures.writing import Heading, as_csv, as_workbook
from registry.fleet.states import State

MONTH = Heading("Bảng tin: xã An Phú", Period(date(2026, 11, 1), date(2026, 11, 30)), "Lê Thị Xem")
SECONDS = st.floats(0, 3_000_000).map(lambda value: round(value, 1))


@st.composite
def fleets(draw):
    found = []
    for number in range(draw(st.integers(0, 8))):
        unit = UnitFigures(f"bt-{number}", f"vn.20.{draw(st.integers(1, 3))}.{number}", f"Thôn {number}")
        unit.seconds.update(draw(st.dictionaries(st.sampled_from(State), SECONDS, max_size=5)))
        keys = st.tuples(st.sampled_from(["board", "speaker"]), st.sampled_from(["emergency", "priority", "routine", "unknown"]))
        unit.air.update(draw(st.dictionaries(keys, SECONDS, max_size=4)))
        unit.begun, unit.faulty = draw(st.integers(0, 9)), draw(SECONDS)
        unit.received, unit.sent = draw(st.integers(0, 10**10)), draw(st.integers(0, 10**10))
        found.append(unit)
    return found


@given(fleets())
def test_the_total_is_the_sum_of_the_rows_and_the_same_however_units_are_grouped(fleet):
    one_by_one, grouped = by_unit(fleet), by_area(fleet, {}, lambda unit: unit.commune)
    assert one_by_one.total == grouped.total
    there = [unit for unit in fleet if any(unit.seconds.values())]
    assert one_by_one.total[Column.UNITS] == len(there), "one that was not there in that time is no unit of it"
    for row in grouped.rows:
        behind = by_unit([unit for unit in fleet if unit.commune == row.key])
        assert row.values == behind.total, "a figure opens to the units behind it"


@given(fleets())
def test_the_shares_of_states_are_of_one_whole_and_leave_out_what_nobody_knows(fleet):
    for row, unit in zip(by_unit(fleet).rows, fleet, strict=True):
        whole = sum(round(seconds) for state, seconds in unit.seconds.items() if state not in UNCOUNTED)
        shares = [row.values[column] for column in (Column.UPTIME, Column.SILENT, Column.OVERDUE)]
        assert all(share.whole == whole for share in shares)
        silenced = round(unit.seconds.get(State.SILENCED, 0))
        assert sum(share.part for share in shares) + silenced == whole
        assert all(share.ratio is None or 0 <= share.ratio <= 1 for share in shares)


@given(fleets())
def test_what_stands_in_a_file_adds_up_to_what_it_calls_the_total(fleet):
    _, *rows, total = csv.reader(io.StringIO(as_csv(by_unit(fleet)).removeprefix("\ufeff")))
    ratios = {at for at, name in enumerate(_head(fleet)) if name.endswith("(%)")}
    for at in set(range(2, len(total))) - ratios:
        assert sum(int(row[at]) for row in rows) == int(total[at])
    page = openpyxl.load_workbook(io.BytesIO(as_workbook(by_unit(fleet), MONTH)), data_only=True).active
    _, *cells, last = list(page.iter_rows(min_row=5, min_col=3, values_only=True))
    for at in set(range(len(last))) - {each - 2 for each in ratios}:
        assert sum(_counted(row[at]) for row in cells) == _counted(last[at])


def _counted(cell):
    """What a reader sees in a cell: whole seconds of a time, else the number."""
    return round(cell.total_seconds()) if isinstance(cell, timedelta) else cell


def _head(fleet):
    return next(csv.reader(io.StringIO(as_csv(by_unit(fleet)).removeprefix("\ufeff"))))


def example():
    names = ("Thôn Bản Mẫu", "=CMD()")
    found = [UnitFigures(f"bt-{n}", f"vn.20.06001.0{n}", name) for n, name in enumerate(names)]
    found[0].seconds.update({State.PLAYING: 3600.0, State.OVERDUE: 1200.0, State.MAINTENANCE: 600.0})
    found[1].seconds.update({State.DEGRADED: 1200.0})
    found[0].air["speaker", "routine"] = 90.0
    found[1].received = 2_500_000
    return by_unit(found)


def test_a_spreadsheet_gets_the_same_figures_and_no_formula_of_a_villages_name():
    sheet = example()
    table = list(csv.reader(io.StringIO(as_csv(sheet).removeprefix("\ufeff"))))
    head, first, second, total = table
    assert first[:2] == ["bt-0", "Thôn Bản Mẫu"]
    assert second[1] == "'=CMD()"
    uptime = head.index("Hoạt động · working (s)")
    assert [row[uptime : uptime + 3] for row in (first, second, total)] == [
        ["3600", "4800", "0.75"],
        ["1200", "1200", "1.0"],
        ["4800", "6000", "0.8"],
    ]


def test_a_workbook_computes_its_totals_from_its_cells_and_says_the_same():
    sheet = example()
    raw = as_workbook(sheet, MONTH)
    formulas = openpyxl.load_workbook(io.BytesIO(raw)).active
    values = openpyxl.load_workbook(io.BytesIO(raw), data_only=True).active
    names = [cell.value for cell in values[5]]
    at = names.index("Hoạt động · working (s)") + 1
    assert formulas.cell(8, at).value == "=SUM(C6:C7)".replace("C", formulas.cell(8, at).column_letter)
    assert [values.cell(8, at + step).value for step in range(3)] == [4800, 6000, 0.8]
    assert formulas.cell(7, 2).value == "=CMD()"
    assert formulas.cell(7, 2).data_type == "s"
    assert values["A1"].value == MONTH.title


def test_every_column_says_in_what_it_is_counted():
    assert {column.value.measure for column in Column} == set(Measure)
