"""How numbers are written on a page: Vietnamese marks, one unit for a column, a dash where there is nothing to divide."""

from registry.figures.sheet import Column, Measure, Share, Value

NONE = "–"
_SHOWN = {
    Measure.COUNT: (1, 0),
    Measure.HOURS: (3600, 1),
    Measure.MINUTES: (60, 1),
    Measure.MEGABYTES: (1_000_000, 1),
}


def written(column: Column, value: Value) -> str:
    """*value* as people here read it: 1.234,5 and 98,7 %."""
    if isinstance(value, Share):
        return NONE if value.ratio is None else f"{_marked(value.ratio * 100, 1)} %"
    divisor, places = _SHOWN[column.value.measure]
    return _marked(value / divisor, places)


def of_what(value: Value) -> str:
    """A share's part and whole, for whoever wants to know what was divided; empty for what is no share."""
    return f"{_marked(value.part / 3600, 1)} / {_marked(value.whole / 3600, 1)} giờ" if isinstance(value, Share) else ""


def minutes(seconds: float) -> str:
    """Minutes, to a tenth."""
    return _marked(seconds / 60, 1)


def unit_of(column: Column) -> str:
    """In what it is counted."""
    match column.value.measure:
        case Measure.HOURS:
            return "giờ"
        case Measure.MINUTES:
            return "phút"
        case Measure.MEGABYTES:
            return "MB"
        case Measure.COUNT | Measure.SHARE:
            return ""


def _marked(number: float, places: int) -> str:
    return f"{number:,.{places}f}".translate(str.maketrans(",.", ".,"))
