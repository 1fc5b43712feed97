"""The wiring of one unit as a picture: from each pin over its relay to the amplifier, with the resistor that keeps it off. Pure."""

from device.settings import ServiceButton, Settings, StopSwitch, Wire
from provisioning.wiring.header import POSITIONS, POWER
from provisioning.wiring.pen import BAD, GOOD, SOFT, Pen

WIDTH, LANE, HEAD, FIRST = 1400, 250, 120, 210
_PI, _RELAY, _LOAD, _SUPPLY = 330, 760, 1090, 1350
"""From left to right: where the Pi ends, where relay board and load begin, where the loads' supply comes down."""
_THREE_VOLTS, _GROUND = (next(position for position, name in POWER.items() if name == wanted) for wanted in ("3V3", "GND"))


def diagram(settings: Settings) -> str:
    """An SVG of every line that the unit drives, of its stop switch and of its service button."""
    pen, outputs, switch, button = Pen(WIDTH), settings.outputs, settings.inputs.kill, settings.inputs.service
    height = HEAD + FIRST + LANE * (len(outputs) + bool(switch) + bool(button) - 1) + 140
    pen.text(40, 50, "Sơ đồ đấu dây · wiring diagram", size=32, bold=True)
    pen.text(40, 85, "Vẽ lúc đang TẮT, như phải thấy khi vừa có điện · drawn INACTIVE, as it must be when power returns", colour=SOFT)
    pen.box(40, HEAD, _PI, height - 30, "#e6f2e8")
    pen.text(60, HEAD + 40, "Raspberry Pi", size=26, bold=True)
    pen.text(60, HEAD + 68, "số chân trên đầu nối 40", size=18, colour=SOFT)
    pen.text(60, HEAD + 92, "position on the header", size=18, colour=SOFT)
    for number, wire in enumerate(outputs):
        _lane(pen, HEAD + FIRST + LANE * number, wire)
    if outputs:
        _supply(pen, HEAD + FIRST + LANE * (len(outputs) - 1) - 60, switch)
    y = HEAD + FIRST + LANE * len(outputs)
    if switch:
        _stop_switch(pen, y, switch)
        y += LANE
    if button:
        _service_button(pen, y, button)
    return pen.svg(height, "Sơ đồ đấu dây · wiring diagram")


def _lane(pen: Pen, y: float, wire: Wire) -> None:
    pen.text(_PI + 20, y - 118, f"{wire.name}: {_level(wire)[0]}", bold=True)
    pen.text(_PI + 20, y - 94, _level(wire)[1], size=18, colour=SOFT)
    _pin(pen, y, f"GPIO{wire.pin}", POSITIONS[wire.pin])
    pen.wire((_PI, y), (_RELAY, y))
    # The resistor goes to the level at which the relay is off; that rail also feeds the relay board's input side.
    rail = y + 60 if wire.active_high else y - 60
    name, position = ("GND", _GROUND) if wire.active_high else ("3V3", _THREE_VOLTS)
    _pin(pen, rail, name, position)
    pen.wire((_PI, rail), (_RELAY, rail))
    pen.resistor(_PI + 120, min(y, rail), max(y, rail))
    for height in (y, rail):
        pen.joint(_PI + 120, height)
    beside = (y + rail) / 2 + 7
    off = "xuống GND · to GND" if wire.active_high else "lên 3V3 · to 3V3"
    pen.text(_PI + 145, beside, f"4,7 kΩ {off}", bold=True, colour=GOOD)
    _relay(pen, y, wire)
    pen.box(_LOAD, y - 20, _LOAD + 200, y + 60, "#fdf3e3")
    pen.text(_LOAD + 100, y + 15, wire.name, anchor="middle", bold=True)
    pen.text(_LOAD + 100, y + 42, "đang TẮT · OFF", size=18, anchor="middle", colour=GOOD)


def _relay(pen: Pen, y: float, wire: Wire) -> None:
    pen.box(_RELAY, y - 80, _RELAY + 220, y + 80)
    pen.text(_RELAY + 12, y + 7, "IN", bold=True)
    if wire.active_high:
        pen.text(_RELAY + 12, y + 67, "GND", bold=True)
        pen.text(_RELAY, y + 104, "VCC: nguồn 5 V riêng, chung GND · own 5 V supply, GND joined", size=16, colour=SOFT)
    else:
        pen.text(_RELAY + 12, y - 53, "VCC", bold=True)
        pen.text(_RELAY, y + 104, "Bỏ cầu JD-VCC; JD-VCC: nguồn 5 V riêng · jumper off; JD-VCC: own 5 V", size=16, colour=SOFT)
    # The contact as it stands without current in the coil: open, so the amplifier has no power.
    x, edge = _RELAY + 140, _RELAY + 220
    pen.wire((_SUPPLY, y - 60), (x, y - 60), (x, y - 30))
    pen.wire((x, y - 30), (x + 26, y + 8))
    pen.wire((x, y + 20), (_LOAD, y + 20))
    for height in (y - 30, y + 20):
        pen.joint(x, height)
    pen.text(edge + 8, y - 68, "COM", size=18)
    pen.text(edge + 8, y + 12, "NO", size=18)


def _supply(pen: Pen, last: float, switch: StopSwitch | None) -> None:
    """The one wire that brings power to all relays, through the switch that breaks it when there is one."""
    top = HEAD - 20
    pen.text(_SUPPLY + 20, top - 15, "nguồn tăng âm + · amplifiers' supply +", anchor="end", size=18)
    if not (switch and switch.breaks_supply):
        pen.wire((_SUPPLY, top), (_SUPPLY, last))
        return
    pen.wire((_SUPPLY, top), (_SUPPLY, top + 25))
    pen.wire((_SUPPLY, top + 25), (_SUPPLY - 8, top + 78), colour=BAD)
    pen.wire((_SUPPLY, top + 75), (_SUPPLY, last))
    for height in (top + 25, top + 75):
        pen.joint(_SUPPLY, height)
    pen.text(_SUPPLY - 25, top + 48, "công tắc dừng, tiếp điểm 1: nhấn thì ngắt", anchor="end", size=18, colour=BAD)
    pen.text(_SUPPLY - 25, top + 72, "stop switch, contact 1: breaks when pressed", anchor="end", size=18, colour=BAD)


def _stop_switch(pen: Pen, y: float, switch: StopSwitch) -> None:
    opens = switch.active_high
    pen.text(_PI + 20, y - 62, "Công tắc dừng, tiếp điểm 2 (chỉ để báo) · stop switch, contact 2 (it only tells)", bold=True)
    pen.text(
        _PI + 20,
        y - 36,
        f"nhấn thì {'mở' if opens else 'đóng'}; Pi tự kéo lên · {'opens' if opens else 'closes'} when pressed; the Pi itself pulls up",
        size=18,
        colour=SOFT,
    )
    _input(pen, y, switch.pin, closed=opens)


def _service_button(pen: Pen, y: float, button: ServiceButton) -> None:
    seconds = f"{button.hold_seconds:g}"
    pen.text(_PI + 20, y - 62, "Nút dịch vụ (mở trang của thiết bị) · service button (it opens the unit's own page)", bold=True)
    pen.text(_PI + 20, y - 36, f"giữ {seconds} giây · hold it for {seconds} seconds", size=18, colour=SOFT)
    _input(pen, y, button.pin, closed=button.active_high)


def _input(pen: Pen, y: float, pin: int, *, closed: bool) -> None:
    """A contact between *pin* and ground, as it rests."""
    _pin(pen, y, f"GPIO{pin}", POSITIONS[pin])
    _pin(pen, y + 60, "GND", _GROUND)
    pen.wire((_PI, y), (_PI + 300, y))
    pen.contact(_PI + 300, y, closed=closed)
    pen.wire((_PI + 360, y), (_PI + 480, y), (_PI + 480, y + 60), (_PI, y + 60))


def _pin(pen: Pen, y: float, name: str, position: int) -> None:
    pen.text(_PI - 14, y + 7, f"{name} · chân {position}", anchor="end", bold=True)
    pen.joint(_PI, y)


def _level(wire: Wire) -> tuple[str, str]:
    if wire.active_high:
        return "rơ-le tác động mức CAO (active_high = true)", "active high: the relay pulls while its pin is HIGH; at LOW it is off"
    return "rơ-le tác động mức THẤP (active_high = false)", "active low: the relay pulls while its pin is LOW; at HIGH it is off"
