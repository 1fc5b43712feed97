"""What the board's monitor says of itself, and what holds its picture when it says nothing: forced modes, EDID, and its lamp."""

import re
import shutil
import subprocess
from dataclasses import dataclass

from device.connectors import Connector, Connectors
from device.paths import Paths
from device.screen import Screen, ScreenDriver
from provisioning.probe import Finding, Pair, Verdict

SOCKET: Pair = ("Cổng màn hình", "the screen's socket")
LAMP: Pair = ("Đèn nền màn hình", "the screen's lamp")
PATIENCE = 5.0
"""Seconds: a monitor answers DDC/CI slowly."""
_HELD = re.compile(r"\bvideo=([A-Za-z]+-[A-Z]+-\d+|[A-Za-z]+-\d+):(\d+x\d+)\S*[De]\b")
_QUESTIONS: dict[str, tuple[str, ...]] = {
    "DDC/CI": ("ddcutil", "getvcp", "10", "--brief"),
    "CEC": ("cec-ctl", "--playback", "--to", "0", "--give-device-power-status"),
}


@dataclass(frozen=True)
class MonitorProbe:
    """Reads the kernel's connectors and its command line, and asks the lamp only when the settings want it told something."""

    paths: Paths
    settings: Screen

    def look(self) -> tuple[Finding, ...]:
        """Everything here is a warning at most: a board without it shows, but perhaps not after every power cut, or too brightly."""
        connectors = Connectors(self.paths.connectors).look()
        if self.settings.driver is ScreenDriver.HEADLESS or not connectors:
            return ()
        found = [plugged(connectors, self._command_line()), *silent(connectors)]
        if self.settings.dark or self.settings.brightness:
            found.append(self._lamp())
        return tuple(found)

    def _command_line(self) -> str:
        try:
            return self.paths.kernel_line.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""

    def _lamp(self) -> Finding:
        wanted = ("một cách chỉnh được", "one way that answers")
        answering = [name for name, command in _QUESTIONS.items() if _answers(command)]
        answering += [path.name for path in sorted(self.paths.backlights.glob("*"))]
        if answering:
            return Finding(Verdict.GOOD, LAMP, (", ".join(answering), ", ".join(answering)), wanted)
        observed = ("không cách nào trả lời: giờ tối chỉ hiện màu đen", "nothing answers: in dark hours it is only black")
        do = (
            "bật DDC/CI hoặc HDMI-CEC trong menu màn hình; cài ddcutil, v4l-utils",
            "switch on DDC/CI or HDMI-CEC in the screen's menu; install ddcutil, v4l-utils",
        )
        return Finding(Verdict.WARNING, LAMP, observed, wanted, do)


LINE = "/boot/firmware/cmdline.txt (Debian: /etc/default/raspi-extra-cmdline)"
"""Plain Debian makes the first anew from the second at each update of its kernel (raspi-firmware)."""


def plugged(connectors: tuple[Connector, ...], command_line: str) -> Finding:
    """Whether the picture comes up with any screen at any time: by hot plug, or because a connector is held on for one that is mute."""
    names = {connector.name.partition("-")[2]: connector for connector in connectors}
    wanted = ("cắm lúc nào cũng nhận", "noticed whenever it is plugged in")
    held = [match[0] for match in _HELD.finditer(command_line) if match[1] in names]
    if held:
        observed = (f"{held[0]}: luôn bật, không biết khi màn hình tắt", f"{held[0]}: always on, a screen that is off goes unnoticed")
        return Finding(Verdict.GOOD, SOCKET, observed, wanted)
    there = [name for name, connector in names.items() if connector.connected]
    if there:
        return Finding(Verdict.GOOD, SOCKET, (f"đã cắm: {', '.join(there)}", f"plugged in: {', '.join(there)}"), wanted)
    force = f"video={next(iter(names))}:1920x1080@60D"
    do = (
        f"bật màn hình, kiểm tra dây; thẻ LED không báo đã cắm: thêm {force} vào cuối dòng {LINE}",
        f"switch the screen on, check the cable; for an LED card that never reports itself append {force} to {LINE}",
    )
    return Finding(Verdict.WARNING, SOCKET, ("không có màn hình nào được cắm", "no screen is plugged in"), wanted, do)


def silent(connectors: tuple[Connector, ...]) -> list[Finding]:
    """Screens that are plugged in and do not say which modes they have: the kernel guesses 1024x768 for them."""
    do = (
        "đặt [screen] width, height; dùng drm.edid_firmware nếu dây hoặc bộ chia làm mất EDID (docs/screen.md)",
        "set [screen] width, height; use drm.edid_firmware where cable or splitter lose it (docs/screen.md)",
    )
    return [
        Finding(Verdict.WARNING, (f"EDID {each.name}", f"EDID of {each.name}"), ("không có", "none"), ("đọc được", "readable"), do)
        for each in connectors
        if each.connected and not each.edid
    ]


def _answers(command: tuple[str, ...]) -> bool:
    if shutil.which(command[0]) is None:
        return False
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and b"Not Acknowledged" not in done.stdout
