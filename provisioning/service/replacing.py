"""A new unit takes the place of a broken one: it says so when it asks to be let in, and a technician or the registry must agree."""

from typing import Literal

from pydantic import ValidationError

from bundle.base import Model, UnitId
from bundle.errors import refuse
from device.durable import replace, sync_folder
from device.own import read_own
from device.paths import Paths
from device.unit import stored_unit

WHERE = "thay thế / replacement"


class Replaces(Model):
    """``replaces.json``: the *unit* whose place this one takes."""

    format: Literal[1] = 1
    unit: UnitId


def replaces(paths: Paths) -> str | None:
    """Whose place this unit takes, None when it takes nobody's."""
    try:
        return read_own(Replaces, paths.replaces).unit
    except (OSError, ValidationError):
        return None


def take_place(paths: Paths, old: str) -> None:
    """Ask to be let in as the replacement of *old*; ``Refused`` for a unit that is enrolled already, and for no name of a unit."""
    record = stored_unit(paths)
    if record is not None:
        what = f"thiết bị này đã đăng ký là {record.unit} / this unit is enrolled as {record.unit}"
        do = f"xác nhận ở sổ trung tâm / confirm it at the registry: bangtin registry replace {old} {record.unit}"
        raise refuse(WHERE, what, do)
    try:
        wanted = Replaces(unit=old.strip().lower())
    except ValidationError:
        do = "xem tên trên nhãn hoặc trên trang của máy chủ / see its label or the registry's page"
        raise refuse(WHERE, f"{old!r} không phải tên thiết bị / is no name of a unit", do) from None
    replace(paths.replaces, wanted.model_dump_json().encode())
    # What was asked before was asked as somebody else.
    paths.pairing.unlink(missing_ok=True)


def take_nobodys(paths: Paths) -> None:
    """Be a unit of its own again."""
    for path in (paths.replaces, paths.pairing):
        path.unlink(missing_ok=True)
    sync_folder(paths.state)
