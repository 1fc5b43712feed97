"""The screen: does it open, and is it as large as the settings say."""

from dataclasses import dataclass

from device.settings import Screen, ScreenDriver
from provisioning.probe import Finding, Pair, Verdict
from provisioning.probes.ask_child import NoAnswer, ask_child

SUBJECT = ("Màn hình", "screen")


@dataclass(frozen=True)
class ScreenProbe:
    """Opens the screen that the settings name, in a child process, and closes it again."""

    settings: Screen

    def look(self) -> tuple[Finding, ...]:
        """Opened at the wanted size: good; simulated or another size: a warning; not opened: not ready."""
        wanted = f"{self.settings.driver} {self.settings.width}×{self.settings.height}"
        headless = self.settings.driver is ScreenDriver.HEADLESS
        options = {"size": [self.settings.width, self.settings.height], "fullscreen": self.settings.fullscreen and not headless}
        try:
            found = ask_child("screen", options, {"SDL_VIDEODRIVER": "dummy"} if headless else {})
        except NoAnswer as problem:
            return (self._finding(Verdict.NOT_READY, (f"không mở được: {problem}", f"cannot be opened: {problem}"), wanted),)
        observed = f"{found['driver']} {found['size'][0]}×{found['size'][1]}"
        if headless or found["driver"] in ("dummy", "offscreen"):
            return (self._finding(Verdict.WARNING, (f"mô phỏng, {observed}", f"simulated, {observed}"), wanted),)
        same = found["size"] == [self.settings.width, self.settings.height]
        return (self._finding(Verdict.GOOD if same else Verdict.WARNING, (observed, observed), wanted),)

    def _finding(self, verdict: Verdict, observed: Pair, wanted: str) -> Finding:
        do = {
            Verdict.GOOD: ("", ""),
            Verdict.WARNING: ("không ai nhìn thấy gì nếu là mô phỏng; sửa [screen] trong unit.toml", "correct [screen] in unit.toml"),
            Verdict.NOT_READY: (
                "kiểm tra dây HDMI, nguồn màn hình và [screen] driver",
                "check the cable, the screen's power and [screen] driver",
            ),
        }
        return Finding(verdict, SUBJECT, observed, (wanted, wanted), do[verdict])
