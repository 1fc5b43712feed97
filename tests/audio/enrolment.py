"""A unit that is enrolled and whose ear a technician has calibrated."""

from device.unit import EarCalibration, UnitRecord, write_unit
from tests.simulators.publisher import START


def enrol_with_ear(paths, tone):
    """Write the record of a unit that hears its own signals at *tone* dBFS over a quiet room."""
    record = UnitRecord(
        unit="loa-1",
        registry="http://127.0.0.1:1",
        content="http://127.0.0.1:1",
        place="vn.20.06001.01",
        place_name="Bản Mẫu",
        channels=("vn.20.06001",),
        languages=("vi",),
        enrolled_at=START,
        confirmed=START,
        root_fingerprint="0" * 64,
        ear=EarCalibration(tone=tone, noise=-90.0, at=START, person="Đinh Thị Gió"),
    )
    write_unit(paths, record)
