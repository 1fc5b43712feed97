"""The lamp behind the board: DDC/CI, CEC and the kernel's own backlight, asked in a thread of their own and never for long."""

import logging
import shutil
import subprocess
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from device.screen import Screen
from display.light.calendar import BRIGHTEST, Lighting

PATIENCE = 2.0
ASK_RARELY = 3600.0
"""Seconds after which one that did not answer is asked again: most screens never will, and each question may disturb them."""
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Way:
    """One way to a lamp: *apply* brings it to a lighting, and says whether it answered."""

    name: str
    apply: Callable[[Lighting], bool]


def ways(backlights: Path, screen: Screen) -> tuple[Way, ...]:
    """The ways that this machine has, none when *screen* wants nothing told; *backlights* is the kernel's folder of them."""
    if not (screen.dark or screen.brightness):
        return ()
    found = [Way("backlight", partial(_backlight, path)) for path in sorted(backlights.glob("*"))]
    if shutil.which("ddcutil"):
        found.append(Way("DDC/CI", _ddc))
    if shutil.which("cec-ctl"):
        found.append(Way("CEC", _cec))
    return tuple(found)


class Lamp:
    """Brings the lamp to the lighting last wanted. `want` never waits; a way that did not answer is asked again after an hour."""

    def __init__(self, found: Sequence[Way]) -> None:
        self._ways = tuple(found)
        self._wanted: Lighting | None = None
        self._done: Lighting | None = None
        self._news, self._ended = threading.Condition(), False
        self._thread = threading.Thread(target=self._work, name="lamp", daemon=True)
        if self._ways:
            self._thread.start()

    def want(self, lighting: Lighting) -> None:
        """From now on this one; said again and again it is heard once."""
        with self._news:
            if lighting != self._wanted:
                self._wanted = lighting
                self._news.notify()

    def close(self) -> None:
        """Leave the lamp as it is."""
        with self._news:
            self._ended = True
            self._news.notify()

    def _work(self) -> None:
        silent: tuple[Way, ...] = ()
        while True:
            with self._news:
                news = self._news.wait_for(lambda: self._ended or self._wanted != self._done, ASK_RARELY)
                if self._ended:
                    return
                done = self._done = self._wanted
            if done is not None:
                # What is new is said to all, also to a television that answered nothing when it was told to sleep.
                silent = tuple(way for way in (self._ways if news else silent) if not _applied(way, done))


def _applied(way: Way, wanted: Lighting) -> bool:
    answered = way.apply(wanted)
    log.info("%s: %s%s", way.name, wanted, "" if answered else ", không trả lời / no answer")
    return answered


def _backlight(path: Path, lighting: Lighting) -> bool:
    with suppress(OSError, ValueError):
        most = int((path / "max_brightness").read_text(encoding="ascii"))
        (path / "bl_power").write_text("4" if lighting.dark else "0", encoding="ascii")
        if lighting.percent is not None:
            (path / "brightness").write_text(str(max(1, most * lighting.percent // BRIGHTEST)), encoding="ascii")
        return True
    return False


def _ddc(lighting: Lighting) -> bool:
    """VESA MCCS: feature D6 is the power mode (1 on, 4 off), 10 the luminance."""
    if lighting.dark:
        return _ran("ddcutil", "--noverify", "setvcp", "D6", "4")
    on = _ran("ddcutil", "--noverify", "setvcp", "D6", "1")
    return on and (lighting.percent is None or _ran("ddcutil", "--noverify", "setvcp", "10", str(lighting.percent)))


def _cec(lighting: Lighting) -> bool:
    """HDMI CEC: a television (logical address 0) sleeps and wakes by it, and knows nothing of brightness."""
    return _ran("cec-ctl", "--playback", "--to", "0", "--standby" if lighting.dark else "--image-view-on")


def _ran(*command: str) -> bool:
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and b"Not Acknowledged" not in done.stdout
