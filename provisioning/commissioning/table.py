"""Which steps a unit's commissioning has: a table over its settings and its enrolment."""

from collections.abc import Iterator

from device.connectors import Connectors
from device.inputs import read_inputs
from device.paths import Paths
from device.settings import Settings
from device.unit import UnitRecord
from provisioning.check import probes
from provisioning.commissioning.planning import Task
from provisioning.commissioning.step import Step, basis
from provisioning.commissioning.steps.board import Legible, Picture
from provisioning.commissioning.steps.going_on import GoingOn
from provisioning.commissioning.steps.handing_over import HandingOver
from provisioning.commissioning.steps.horns import Horn
from provisioning.commissioning.steps.people import People
from provisioning.commissioning.steps.photos import Photos
from provisioning.commissioning.steps.power_cut import PowerCut
from provisioning.commissioning.steps.service_button import ServiceButton
from provisioning.commissioning.steps.stop_switch import StopSwitch
from provisioning.commissioning.steps.together import Together

CONFIRM = "confirm"


def steps(paths: Paths, settings: Settings, record: UnitRecord) -> tuple[Step, ...]:
    """All steps of this unit in their usual order, the confirmation last, after all others.

    While it is stopped at its own switch it has one more: letting it go on, on which no confirmation rests.
    """
    found = tuple(_steps(paths, settings, record))
    before = tuple(step.task.id for step in found)
    words = ("xác nhận nơi lắp và ghi kết quả", "confirm the site and record the results")
    last = Task(CONFIRM, words, basis(paths, record.unit, record.place), before)
    return (*found, *_going_on(paths), HandingOver(last, lambda site: probes(site.paths)))


def _going_on(paths: Paths) -> Iterator[Step]:
    inputs = read_inputs(paths)
    if inputs is not None and inputs.stopped:
        words = ("mở lại thiết bị đã bị dừng tại chỗ", "let the unit go on that was stopped on site")
        yield GoingOn(Task("going-on", words, basis(paths, inputs.count), ("people",)))


def _steps(paths: Paths, settings: Settings, record: UnitRecord) -> Iterator[Step]:
    yield People(Task("people", ("ghi tên kỹ thuật viên và người phụ trách", "name the technician and the duty holders"), record.unit))
    screens = [each.edid for each in Connectors(paths.connectors).look() if each.connected]
    screen = basis(paths, settings.screen, screens)
    yield Picture(Task("picture", ("nhìn hình thử trên bảng", "look at the board's test card"), screen))
    far = basis(paths, settings.screen, screens, settings.limits.legible_m)
    yield Legible(Task("legible", ("đọc bảng từ ngoài đường", "read the board from the street"), far, ("picture",)))
    names = []
    for amplifier in settings.amplifier:
        # A line's name is free, the name of a step is not.
        names.append(f"horn-{amplifier.line}"[:50])
        words = (f"nghe riêng loa {amplifier.line}", f"hear horn {amplifier.line} alone")
        yield Horn(Task(names[-1], words, basis(paths, amplifier, settings.sound, settings.pins)), amplifier.line)
    if names:
        words = ("cho mọi loa kêu cùng lúc, đo nguồn và độ to", "let all horns sound, measure supply and loudness")
        loud = basis(paths, *settings.amplifier, settings.sound, settings.limits.loudest_dba)
        yield Together(Task("together", words, loud, tuple(names)))
    if settings.inputs.kill is not None:
        words = ("nhấn công tắc dừng, mở lại", "press the stop switch, let the unit go on")
        yield StopSwitch(Task("stop-switch", words, basis(paths, settings.inputs.kill), ("people",)))
    if (button := settings.inputs.service) is not None:
        words = ("giữ nút dịch vụ", "hold the service button")
        yield ServiceButton(Task("service-button", words, basis(paths, button)), button.hold_seconds)
    wires = [[wire.name, wire.pin, wire.active_high] for wire in settings.wires]
    yield PowerCut(Task("power-cut", ("rút điện, cắm lại", "pull the plug, plug it in again"), basis(paths, wires, settings.clock)))
    yield Photos(Task("photo", ("chụp ảnh nơi lắp", "photograph the site"), basis(paths, record.place)))
