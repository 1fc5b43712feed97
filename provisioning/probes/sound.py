"""The sound device: is the one that the settings name there."""

import os
from dataclasses import dataclass

from device.settings import Sound, SoundDriver
from provisioning.probe import Finding, Verdict
from provisioning.probes.ask_child import NoAnswer, ask_child

SUBJECT = ("Thiết bị âm thanh", "sound device")
CHECK = (
    "cắm lại thiết bị âm thanh, xem [sound] trong bangtin.toml trên thẻ",
    "plug the sound device in again, see [sound] in bangtin.toml on the card",
)


@dataclass(frozen=True)
class SoundProbe:
    """Lists the devices in a child process; *needed* is false for a board without amplifiers, which may be silent."""

    settings: Sound
    needed: bool

    def look(self) -> tuple[Finding, ...]:
        """The device is listed: good; a file instead of a device: a warning; none: not ready."""
        if self.settings.driver is SoundDriver.DISK:
            return (self._tape(),)
        name = self.settings.device
        wanted = (name or "một thiết bị ra", name or "an output device")
        try:
            devices = ask_child("sound", {}, {"SDL_AUDIODRIVER": "alsa"})["devices"]
        except NoAnswer as problem:
            return (Finding(self._missing(), SUBJECT, (f"không mở được: {problem}", f"cannot be opened: {problem}"), wanted, CHECK),)
        listed = ", ".join(devices)
        observed = (listed or "không có thiết bị nào", listed or "no device")
        there = name in devices if name else bool(devices)
        return (Finding(Verdict.GOOD if there else self._missing(), SUBJECT, observed, wanted, ("", "") if there else CHECK),)

    def _missing(self) -> Verdict:
        return Verdict.NOT_READY if self.needed else Verdict.WARNING

    def _tape(self) -> Finding:
        folder = self.settings.tape.parent if self.settings.tape else None
        wanted = ("thư mục ghi được", "a folder that can be written")
        if folder is None or not os.access(folder, os.W_OK):
            return Finding(Verdict.NOT_READY, SUBJECT, (f"{folder}: không ghi được", f"{folder}: not writable"), wanted, CHECK)
        observed = (f"mô phỏng, ghi vào {self.settings.tape}", f"simulated, written to {self.settings.tape}")
        return Finding(
            Verdict.WARNING, SUBJECT, observed, ("thiết bị thật", "a real device"), ("không ai nghe thấy gì", "nobody hears anything")
        )
