"""The screen: does it open in the mode that the settings name, and does the canvas lie inside it."""

from collections.abc import Sequence
from dataclasses import dataclass

from device.screen import Canvas, Screen, ScreenDriver
from device.unit import NOT_ENROLLED, UNCONFIRMED
from evidence.report import ProgramStatus
from provisioning.advice import PAGE
from provisioning.probe import Finding, Pair, Verdict, halves
from provisioning.probes.ask_child import NoAnswer, ask_child

SUBJECT = ("Màn hình", "screen")


@dataclass(frozen=True)
class ScreenProbe:
    """Opens the screen that the settings name, in a child process, and closes it again; or believes the board that holds it already.

    *running* is what the board's program said within the last seconds: only one can hold a screen of the kernel.
    """

    settings: Screen
    running: ProgramStatus | None = None

    def look(self) -> tuple[Finding, ...]:
        """What the running board says of it, or what opening it came to."""
        return (_told(self.running),) if self.running is not None else self._opened()

    def _opened(self) -> tuple[Finding, ...]:
        """Opened in the wanted mode with the canvas inside: good; simulated, another mode or outside: a warning; not opened: not ready."""
        mode, canvas = self.settings.mode, self.settings.canvas
        wanted = " ".join(
            [self.settings.driver, *([_sides(mode)] if mode else []), *([f"canvas = {list(canvas)}"] if canvas else [])],
        )
        headless = self.settings.driver is ScreenDriver.HEADLESS
        options = {"mode": mode, "fullscreen": self.settings.fullscreen and not headless}
        try:
            found = ask_child("screen", options, {"SDL_VIDEODRIVER": "dummy"} if headless else {})
        except NoAnswer as problem:
            return (self._finding(Verdict.NOT_READY, (f"không mở được: {problem}", f"cannot be opened: {problem}"), wanted),)
        observed = f"{found['driver']} {_sides(found['size'])}"
        if headless or found["driver"] in ("dummy", "offscreen"):
            return (self._finding(Verdict.WARNING, (f"mô phỏng, {observed}", f"simulated, {observed}"), wanted),)
        good = mode in (None, tuple(found["size"])) and _inside(canvas, *found["size"])
        return (self._finding(Verdict.GOOD if good else Verdict.WARNING, (observed, observed), wanted),)

    def _finding(self, verdict: Verdict, observed: Pair, wanted: str) -> Finding:
        do = {
            Verdict.GOOD: ("", ""),
            Verdict.WARNING: (
                "không ai nhìn thấy gì nếu là mô phỏng; sửa [screen] trong bangtin.toml trên thẻ",
                "correct [screen] in bangtin.toml on the card",
            ),
            Verdict.NOT_READY: (
                "kiểm tra dây HDMI, nguồn màn hình và [screen] driver",
                "check the cable, the screen's power and [screen] driver",
            ),
        }
        return Finding(verdict, SUBJECT, observed, (wanted, wanted), do[verdict])


def _told(running: ProgramStatus) -> Finding:
    wanted = ("bảng tin đang hiện", "the board is showing")
    # A board that waits to be let in or confirmed shows how to get there, and nothing is wrong with its screen.
    reasons = [reason for reason in running.reasons if reason not in (NOT_ENROLLED, UNCONFIRMED)]
    if not running.ready and (reasons or running.showing is None):
        vietnamese, english = zip(*(halves(reason) for reason in reasons or ("?",)), strict=True)
        told = "; ".join(vietnamese), "; ".join(english)
        return Finding(Verdict.NOT_READY, SUBJECT, told, wanted, PAGE)
    if running.simulated:
        simulated = ", ".join(running.simulated)
        do = ("không ai nhìn thấy gì", "nobody sees anything")
        return Finding(Verdict.WARNING, SUBJECT, (f"mô phỏng: {simulated}", f"simulated: {simulated}"), wanted, do)
    showing = running.showing or "; ".join(running.reasons) or "?"
    return Finding(Verdict.GOOD, SUBJECT, (f"đang hiện {showing}", f"it shows {showing}"), wanted)


def _sides(size: Sequence[int]) -> str:
    return f"{size[0]}×{size[1]}"


def _inside(canvas: Canvas | None, width: int, height: int) -> bool:
    return canvas is None or (canvas[0] + canvas[2] <= width and canvas[1] + canvas[3] <= height)
