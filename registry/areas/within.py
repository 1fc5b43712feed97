"""Which rows of a table lie in certain areas."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, false, or_

from bundle.area import AreaCode


def lies_within(column: ColumnElement[Any], areas: Iterable[AreaCode]) -> ColumnElement[bool]:
    """Whether the place in *column* is one of *areas* or lies below one; of no areas nothing is."""
    return or_(false(), *(either for area in areas for either in (column == area, column.startswith(f"{area}.", autoescape=True))))
