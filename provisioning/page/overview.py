"""What stands on the first page: who the unit is, its next step, and everything that is wrong, from what its programs tell."""

from dataclasses import dataclass

from bundle.errors import Refused
from device.first_boot import FirstBoot, Step, read_first_boot
from device.paths import PROGRAMS, Paths
from device.status import fresh, read_status
from device.unit import UNCONFIRMED, UnitRecord, read_unit
from director.moment import Moment
from evidence.self_test import Mark, SelfTest
from provisioning.commissioning.state import read_state
from provisioning.first_boot.known import halves
from provisioning.page.wrong import Wrong, wrongs
from provisioning.probe import Pair

SAID_LATELY = 15.0
"""Seconds for which a program's word is believed; the slowest repeats itself every five."""
NAMES: dict[str, Pair] = {
    "agent": ("Liên lạc", "link"),
    "display": ("Bảng", "board"),
    "audio": ("Loa", "loudspeaker"),
    "amplifier": ("Tăng âm", "amplifier"),
}
SILENT: Pair = ("chương trình không trả lời", "its program does not answer")
STEPS: dict[Step, Pair] = {
    Step.STARTING: ("Đang khởi động", "starting"),
    Step.STORAGE: ("Thẻ nhớ", "the memory card"),
    Step.BOOT_FILE: ("Tệp bangtin.toml", "the file bangtin.toml"),
    Step.NETWORK: ("Nối mạng", "the network"),
    Step.CLOCK: ("Đồng hồ", "the clock"),
    Step.REGISTRY: ("Máy chủ của tỉnh", "the registry"),
    Step.SCAN: ("Quét mã trên bảng", "scan the code on the board"),
    Step.VILLAGE: ("Chọn thôn", "choose the village"),
    Step.CONFIRM: ("Nghiệm thu tại chỗ", "commission the site"),
    Step.DONE: ("Đã nghiệm thu", "commissioned"),
}


@dataclass(frozen=True)
class Overview:
    """The unit as a technician sees it first; *well* are the programs that are ready, *sheet* whether there is one to hand over."""

    name: str
    place: str
    step: Pair
    done: bool
    wrong: tuple[Wrong, ...]
    well: tuple[Pair, ...]
    sheet: bool


def overview(paths: Paths, moment: Moment) -> Overview:
    """The unit below *paths* at *moment*."""
    told = read_first_boot(paths)
    if told is not None and told.at.boot != moment.boot:
        told = None
    record, wrong = _record(paths)
    wrong += _of_first_boot(told)
    well: list[Pair] = []
    for program in PROGRAMS:
        found = _of_program(paths, program, moment)
        wrong += found
        well += [] if found else [NAMES[program]]
    step = Step.DONE if record is not None and record.confirmed is not None else told.step if told else Step.STARTING
    name = record.unit if record else told.unit if told and told.unit else "?"
    place = record.place_name if record else ""
    return Overview(
        name,
        place,
        STEPS[step],
        step is Step.DONE,
        tuple(sorted(dict.fromkeys(wrong), key=lambda each: not each.serious)),
        tuple(well),
        _sheet(paths),
    )


def _sheet(paths: Paths) -> bool:
    try:
        return read_state(paths).results is not None
    except Refused:
        return False


def _record(paths: Paths) -> tuple[UnitRecord | None, list[Wrong]]:
    try:
        return read_unit(paths), []
    except Refused as refused:
        return None, list(wrongs(refused.complaints))


def _of_first_boot(told: FirstBoot | None) -> list[Wrong]:
    if told is None:
        return []
    tests = (test for test in told.tests if test.mark is not Mark.GOOD)
    troubles = [Wrong(each.where, each.what, each.do) for each in told.troubles]
    return troubles + [
        Wrong(test.subject, test.observed, test.do, test.mark is Mark.NOT_READY) for test in tests if not _only_unconfirmed(test)
    ]


def _only_unconfirmed(test: SelfTest) -> bool:
    """That nobody has confirmed the site is the next step, and no fault."""
    return test.observed[1] == halves(UNCONFIRMED)[1]


def _of_program(paths: Paths, program: str, moment: Moment) -> list[Wrong]:
    status = read_status(paths, program)
    if status is None or not fresh(status, moment, SAID_LATELY):
        return [Wrong(NAMES[program], SILENT)]
    return [Wrong(NAMES[program], halves(reason)) for reason in status.reasons if reason != UNCONFIRMED]
