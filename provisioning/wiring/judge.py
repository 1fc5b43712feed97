"""What is wrong with a unit's pins: a pure judgement over its settings and its boot configuration."""

from collections.abc import Iterator

from device.settings import Settings, Wire
from provisioning.advice import PLUG
from provisioning.probe import Finding, Pair, Verdict
from provisioning.wiring.boot import BootConfig, changes
from provisioning.wiring.header import POSITIONS, pulled_up_at_power_on
from provisioning.wiring.others import ALWAYS, BUSES, taken

FREE = "4–6, 12, 13, 16, 17, 22–27"


def judge(settings: Settings, config: BootConfig | None) -> tuple[Finding, ...]:
    """Every finding that is not good, worst of its kind per pin; empty when the wiring is right as far as anybody can tell from here."""
    pins = [finding for wire in settings.wires for finding in (_clash(wire, config), _power_on(settings, wire)) if finding]
    return (*pins, *_boot(settings, config))


def _clash(wire: Wire, config: BootConfig | None) -> Finding | None:
    used = taken(config.foreign) if config else BUSES | ALWAYS
    if wire.pin not in used:
        return None
    sure = config is not None and wire.pin not in ALWAYS
    what = used[wire.pin]
    observed = (f"chân này cũng của {what}", f"this pin is also that of {what}")
    if sure:
        observed = (f"config.txt giao chân này cho {what}", f"config.txt gives this pin to {what}")
    do = (
        f"chọn GPIO {FREE}, đấu lại rồi sửa bangtin.toml trên thẻ",
        f"choose GPIO {FREE}, wire it there and change bangtin.toml on the card",
    )
    return Finding(Verdict.NOT_READY if sure else Verdict.WARNING, _subject(wire), observed, ("chân tự do", "a free pin"), do)


def _power_on(settings: Settings, wire: Wire) -> Finding | None:
    """Garage-door #12: until the firmware has read config.txt, some seconds after power-on, only the chip's own pull holds the line."""
    if wire.pull is not None or wire.name in settings.held_inactive or pulled_up_at_power_on(wire.pin) is not wire.active_high:
        return None
    side, fit, resistor = ("9–27", "GPIO 4–8", "lên 3V3") if not wire.active_high else ("0–8", "GPIO 9–27", "xuống GND")
    pull: Pair = ("kéo lên", "up") if wire.active_high else ("kéo xuống", "down")
    observed = (
        f"lúc có điện, Pi {pull[0]} chân {side}: đường này BẬT vài giây, mỗi lần có điện lại",
        f"at power-on the Pi pulls pins {side} {pull[1]}: this line is ON for some seconds, each time power returns",
    )
    do = (
        f"chuyển sang {fit}, hoặc thêm điện trở 4,7 kΩ {resistor} rồi ghi held_inactive = true",
        f"move it to {fit}, or fit a resistor of 4.7 kΩ {'to 3V3' if not wire.active_high else 'to GND'} and set held_inactive = true",
    )
    return Finding(Verdict.NOT_READY, _subject(wire), observed, ("tắt từ lúc có điện", "off from power-on"), do)


def _boot(settings: Settings, config: BootConfig | None) -> Iterator[Finding]:
    subject, wanted = ("Chân lúc khởi động", "pins at boot"), ("config.txt đặt mức tắt", "config.txt sets them inactive")
    if not settings.wires:
        return
    if config is None:
        yield Finding(Verdict.WARNING, subject, ("không thấy config.txt", "there is no config.txt"), wanted, PLUG)
    elif changes(config, settings):
        do = ("khởi động lại hai lần: lần đầu thiết bị tự ghi", "restart the unit twice: at the first start it writes them itself")
        yield Finding(Verdict.WARNING, subject, ("chưa đặt, hoặc đã cũ", "not set, or out of date"), wanted, do)
    elif config.fresh:
        observed = ("vừa ghi, có hiệu lực từ lần khởi động sau", "just written, they take effect at the next start")
        yield Finding(Verdict.WARNING, subject, observed, wanted, ("khởi động lại thiết bị", "restart the unit"))


def _subject(wire: Wire) -> Pair:
    where = f"GPIO{wire.pin} = chân {POSITIONS[wire.pin]} ({wire.name})"
    return where, f"GPIO{wire.pin} ({wire.name})"
