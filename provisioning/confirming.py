"""A technician confirms the site: from then on the unit's horns may sound there, and its board shows the commune's content."""

from datetime import datetime

from bundle.errors import refuse
from device.paths import Paths
from device.unit import UnitRecord, read_unit, write_unit


def confirm(paths: Paths, now: datetime) -> UnitRecord:
    """The record with its confirmation, durably; one that has it keeps it. ``Refused`` when the unit is not enrolled."""
    record = read_unit(paths)
    if record is None or not paths.root_json.exists():
        raise refuse(
            str(paths.unit_json),
            "thiết bị chưa ghi danh, chưa có nơi lắp để xác nhận / the unit is not enrolled, there is no site to confirm",
            "ghi danh trước / enrol it first",
        )
    if record.confirmed is None:
        record = record.model_copy(update={"confirmed": now})
        write_unit(paths, record)
    return record
