"""The microphone: can it be opened, and does it give samples. What it hears is measured and thrown away."""

from dataclasses import dataclass

from device.settings import Microphone, SoundDriver
from provisioning.probe import Finding, Verdict
from provisioning.probes.ask_child import NoAnswer, ask_child

SUBJECT = ("Micrô", "microphone")
CHECK = (
    "cắm lại micrô, xem [microphone] trong bangtin.toml trên thẻ",
    "plug the microphone in again, see [microphone] in bangtin.toml on the card",
)
DEAD = -90.0
"""dBFS: every real microphone and its amplifier hiss louder than this; less is a muted input or an open cable."""


def listen(microphone: Microphone) -> float:
    """The loudest sample of a fraction of a second in dBFS; ``NoAnswer`` when it cannot be opened or gives nothing."""
    environment = {"SDL_AUDIODRIVER": microphone.driver.value}
    if microphone.driver is SoundDriver.DISK:
        environment["SDL_DISKAUDIOFILEIN"] = str(microphone.tape)
    return float(ask_child("microphone", {"device": microphone.device}, environment)["peak"])


@dataclass(frozen=True)
class MicrophoneProbe:
    """Listens for a moment; a unit without a microphone is as it should be, it can do less."""

    settings: Microphone | None

    def look(self) -> tuple[Finding, ...]:
        """It cannot be opened: not ready; it gives digital silence or is simulated: a warning."""
        if self.settings is None:
            return ()
        wanted = ("cho mẫu âm thanh", "gives samples")
        try:
            peak = listen(self.settings)
        except NoAnswer as problem:
            return (Finding(Verdict.NOT_READY, SUBJECT, (str(problem), str(problem)), wanted, CHECK),)
        observed = (f"đỉnh {peak:.0f} dBFS", f"peak {peak:.0f} dBFS")
        if self.settings.driver is SoundDriver.DISK:
            told = (f"mô phỏng từ {self.settings.tape}, {observed[0]}", f"simulated from {self.settings.tape}, {observed[1]}")
            do = ("không ai nói vào đó được", "nobody can speak into it")
            return (Finding(Verdict.WARNING, SUBJECT, told, ("micrô thật", "a real one"), do),)
        if peak < DEAD:
            do = ("bật micrô, tăng núm mức vào; vẫn vậy thì thay", "switch it on, raise its input level; if it stays so, change it")
            return (Finding(Verdict.WARNING, SUBJECT, ("im lặng hoàn toàn", "digital silence"), wanted, do),)
        return (Finding(Verdict.GOOD, SUBJECT, observed, wanted),)
