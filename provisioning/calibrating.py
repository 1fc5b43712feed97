"""Calibrating the unit's ear: how loud its own horn is at its microphone, so that silence can be told from speech later."""

from bundle.errors import refuse
from device.clock import Clock
from device.ear import read_ear
from device.paths import Paths
from device.unit import EarCalibration, UnitRecord, read_unit, write_unit
from provisioning.advice import ENROL

WHERE = "micrô / microphone"


def keep_calibration(paths: Paths, clock: Clock, occurrence: str, person: str, clear_db: float) -> EarCalibration:
    """Keep what the ear heard of the tone *occurrence* that *person* had sound in ``unit.json``.

    ``Refused`` unless its signal stood out by *clear_db*.
    """
    reading = read_ear(paths)
    if reading is None or reading.occurrence != occurrence or not reading.whole:
        what = "micrô chưa nghe trọn tín hiệu / the microphone did not take in the whole signal"
        raise refuse(WHERE, what, "làm lại / do it again")
    if reading.contrast < clear_db:
        what = f"tín hiệu chỉ hơn tiếng ồn {reading.contrast:.0f} dB / the signal stands out by {reading.contrast:.0f} dB only"
        do = f"đặt micrô gần loa hơn, hoặc tăng mức vào; cần {clear_db:.0f} dB / move it or raise its level; it takes {clear_db:.0f} dB"
        raise refuse(WHERE, what, do)
    calibration = EarCalibration(tone=reading.tone - reading.gain, noise=reading.noise, at=clock.now().wall, person=person)
    write_unit(paths, _record(paths).model_copy(update={"ear": calibration}))
    return calibration


def _record(paths: Paths) -> UnitRecord:
    record = read_unit(paths)
    if record is None:
        raise refuse(str(paths.unit_json), "thiết bị chưa ghi danh / the unit is not enrolled", " / ".join(ENROL))
    return record
