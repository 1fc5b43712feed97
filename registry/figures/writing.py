"""A sheet of numbers as CSV and as a workbook: the same figures, shares with what they were divided from."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import xlsxwriter

from registry.figures.period import Period
from registry.figures.sheet import Column, Measure, Share, Sheet, Value

_FORMATS = {
    Measure.COUNT: "#,##0",
    # A spreadsheet shows parts of a day as hours, and divides by 1000 for each comma.
    Measure.HOURS: "[h]:mm:ss",
    Measure.MINUTES: "[h]:mm:ss",
    Measure.MEGABYTES: "#,##0.0,,",
    Measure.SHARE: "0.0%",
}
_IN_CSV = {Measure.COUNT: "", Measure.HOURS: "s", Measure.MINUTES: "s", Measure.MEGABYTES: "byte", Measure.SHARE: "%"}
_IN_BOOK = {**_IN_CSV, Measure.HOURS: "h:mm:ss", Measure.MINUTES: "h:mm:ss", Measure.MEGABYTES: "MB"}
_DAY = 86_400
TOTAL = "Tổng · total"


@dataclass(frozen=True)
class Heading:
    """What stands above the figures: of whom they are and of which time, and by whom they were made."""

    title: str
    period: Period
    made: str


def label(column: Column, units: Mapping[Measure, str]) -> str:
    """A column's name in both languages, with its unit."""
    vietnamese, english = column.value.words
    unit = units[column.value.measure]
    return f"{vietnamese} · {english}" + (f" ({unit})" if unit else "")


def no_longer_whole(lacking: int) -> str:
    """What is said of figures that *lacking* units should have been counted into."""
    return (
        f"Không còn đủ: trạng thái cũ của {lacking} thiết bị đã thay đã hết hạn lưu, các cột trạng thái không tính đến"
        f" · no longer whole: old states of replaced units ({lacking}) were let go of; the columns of states leave them out"
    )


def as_csv(sheet: Sheet) -> str:
    """UTF-8 with a byte order mark, so that a spreadsheet reads its letters; whole seconds and bytes, shares divided as well."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["Mã · code", "Tên · name", *(name for column in Column for name in _names(column, _IN_CSV))])
    for key, name, values in _lines(sheet):
        writer.writerow([_harmless(key), _harmless(name), *(cell for column in Column for cell in _cells(values[column]))])
    if sheet.lacking:
        writer.writerow(["", no_longer_whole(sheet.lacking)])
    return "\ufeff" + out.getvalue()


def _lines(sheet: Sheet) -> Iterator[tuple[str, str, dict[Column, Value]]]:
    for row in sheet.rows:
        yield row.key, row.label, dict(row.values)
    yield "", TOTAL, dict(sheet.total)


def _names(column: Column, units: Mapping[Measure, str]) -> list[str]:
    if column.value.measure is not Measure.SHARE:
        return [label(column, units)]
    vietnamese, english = column.value.words
    return [f"{vietnamese} · {english} (s)", f"{vietnamese}: trong · of (s)", label(column, units)]


def _cells(value: Value) -> list[float | str]:
    if isinstance(value, Share):
        return [value.part, value.whole, "" if value.ratio is None else round(value.ratio, 4)]
    return [value]


def _harmless(text: str) -> str:
    """A cell that a spreadsheet takes for words and not for a formula, whoever chose the name of a village."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def as_workbook(sheet: Sheet, heading: Heading) -> bytes:
    """XLSX; totals and shares are formulas over the cells, so that whoever changes one sees what follows."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        page = book.add_worksheet("Số liệu")
        bold, wrapped = book.add_format({"bold": True}), book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        page.write(0, 0, heading.title, bold)
        page.write(1, 0, f"{heading.period.first:%d/%m/%Y} – {heading.period.last:%d/%m/%Y}")
        page.write(2, 0, heading.made)
        if sheet.lacking:
            page.write(3, 0, no_longer_whole(sheet.lacking), bold)
        names = ["Mã · code", "Tên · name", *(name for column in Column for name in _names(column, _IN_BOOK))]
        for at, name in enumerate(names):
            page.write(_HEAD, at, name, wrapped)
        formats = {measure: book.add_format({"num_format": text}) for measure, text in _FORMATS.items()}
        totals = {measure: book.add_format({"num_format": text, "bold": True, "top": 1}) for measure, text in _FORMATS.items()}
        for number, row in enumerate(sheet.rows, _HEAD + 1):
            page.write_string(number, 0, row.key)
            page.write_string(number, 1, row.label)
            _write_row(page, number, [row.values[column] for column in Column], formats)
        last = _HEAD + len(sheet.rows)
        page.write_string(last + 1, 1, TOTAL, bold)
        _write_total(page, last, totals, sheet)
        page.freeze_panes(_HEAD + 1, 2)
        page.set_column(0, 0, 22)
        page.set_column(1, 1, 28)
        page.set_column(2, len(names) - 1, 13)
        page.set_landscape()
        page.repeat_rows(_HEAD)
        page.fit_to_pages(1, 0)
    return out.getvalue()


_HEAD = 4


def _write_row(page: xlsxwriter.worksheet.Worksheet, number: int, values: Sequence[Value], formats: dict[Measure, object]) -> None:
    at = 2
    for column, value in zip(Column, values, strict=True):
        if isinstance(value, Share):
            page.write_number(number, at, value.part, formats[Measure.COUNT])
            page.write_number(number, at + 1, value.whole, formats[Measure.COUNT])
            _write_ratio(page, number, at, value, formats[Measure.SHARE])
            at += 3
        else:
            page.write_number(number, at, _in_book(column, value), formats[column.value.measure])
            at += 1


def _in_book(column: Column, value: int) -> float:
    return value / _DAY if column.value.measure in (Measure.HOURS, Measure.MINUTES) else value


def _write_ratio(page: xlsxwriter.worksheet.Worksheet, number: int, at: int, value: Share, style: object) -> None:
    part, whole = (xlsxwriter.utility.xl_rowcol_to_cell(number, at + step) for step in (0, 1))
    page.write_formula(number, at + 2, f'=IF({whole}=0,"",{part}/{whole})', style, "" if value.ratio is None else value.ratio)


def _write_total(page: xlsxwriter.worksheet.Worksheet, last: int, formats: dict[Measure, object], sheet: Sheet) -> None:
    at, number = 2, last + 1
    for column, value in sheet.total.items():
        parts: list[tuple[float, Measure]]
        match value:
            case Share():
                parts = [(value.part, Measure.COUNT), (value.whole, Measure.COUNT)]
            case _:
                parts = [(_in_book(column, value), column.value.measure)]
        for amount, measure in parts:
            cells = xlsxwriter.utility.xl_range(_HEAD + 1, at, max(last, _HEAD + 1), at)
            page.write_formula(number, at, f"=SUM({cells})" if sheet.rows else "=0", formats[measure], amount)
            at += 1
        if isinstance(value, Share):
            _write_ratio(page, number, at - 2, value, formats[Measure.SHARE])
            at += 1
