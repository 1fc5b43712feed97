"""The sound device: is the one that the settings name there."""

import os
from collections.abc import Sequence
from dataclasses import dataclass

from device.settings import Sound, SoundDriver
from provisioning.probe import Finding, Pair, Verdict
from provisioning.probes.ask_child import NoAnswer, ask_child

SUBJECT = ("Thiết bị âm thanh", "sound device")
CHECK = (
    "cắm lại thiết bị âm thanh, xem [sound] trong bangtin.toml trên thẻ",
    "plug the sound device in again, see [sound] in bangtin.toml on the card",
)

ONE: Pair = ("một thiết bị, hoặc nói rõ thiết bị nào", "one device, or the one that is named")
NAME_IT: Pair = (
    'chép đúng tên thiết bị nối với tăng âm: [sound] device = "tên" trong bangtin.toml trên thẻ; không thì loa có thể im sau khi mất điện',
    'copy the exact name of the one that leads to the amplifier: [sound] device = "name" in bangtin.toml on the card; else the horns may '
    "be silent after a power cut",
)


@dataclass(frozen=True)
class SoundProbe:
    """Lists the devices in a child process; *needed* is false for a board without amplifiers, which may be silent."""

    settings: Sound
    needed: bool

    def look(self) -> tuple[Finding, ...]:
        """The device is listed: good; a file instead of a device, or any of several: a warning; none: not ready."""
        if self.settings.driver is SoundDriver.DISK:
            return (self._tape(),)
        name = self.settings.device
        wanted = (name or "một thiết bị ra", name or "an output device")
        try:
            devices = ask_child("sound", {}, {"SDL_AUDIODRIVER": "alsa"})["devices"]
        except NoAnswer as problem:
            return (Finding(self._missing(), SUBJECT, (f"không mở được: {problem}", f"cannot be opened: {problem}"), wanted, CHECK),)
        return (self.judged(devices),)

    def judged(self, devices: Sequence[str]) -> Finding:
        """What it means that SDL lists these, in this order."""
        name, missing = self.settings.device, self._missing()
        listed = "; ".join(devices)
        observed = (listed or "không có thiết bị nào", listed or "no device")
        if name or not devices:
            wanted = (name or "một thiết bị ra", name or "an output device")
            there = name in devices
            return Finding(Verdict.GOOD if there else missing, SUBJECT, observed, wanted, ("", "") if there else CHECK)
        # Unnamed is the first card of the kernel's, and which is the first may change at every start.
        several = len(devices) > 1
        return Finding(Verdict.WARNING if several else Verdict.GOOD, SUBJECT, observed, ONE, NAME_IT if several else ("", ""))

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
