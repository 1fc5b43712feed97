"""The maintenance log: who came, what was done, which parts were changed; on the unit's card, and home with its journal."""

from typing import Annotated, Literal

from pydantic import Field, ValidationError

from bundle.base import Model
from bundle.errors import refuse
from device.durable import replace
from device.own import read_own
from device.paths import Paths
from evidence.records import Maintained
from provisioning.journal import locked, note

MOST_VISITS = 200
"""The oldest are forgotten here; the registry has them."""


class Visits(Model):
    """``maintenance/visits.json``."""

    format: Literal[1] = 1
    visits: Annotated[tuple[Maintained, ...], Field(max_length=MOST_VISITS)] = ()


def visits(paths: Paths) -> tuple[Maintained, ...]:
    """Every visit that is remembered, the oldest first; ``Refused`` when the file cannot be read."""
    try:
        return read_own(Visits, paths.visits).visits
    except FileNotFoundError:
        return ()
    except (OSError, ValidationError):
        raise refuse(str(paths.visits), "tệp bị hỏng / the file is damaged", "xoá tệp; máy chủ có bản khác / remove it") from None


def add_visit(paths: Paths, visit: Maintained, simulated: bool) -> None:
    """Remember *visit* durably, and send it home."""
    with locked(paths.visits.parent):
        known = Visits(visits=(*visits(paths), visit)[-MOST_VISITS:])
        replace(paths.visits, known.model_dump_json().encode())
    note(paths, visit, simulated=simulated)
