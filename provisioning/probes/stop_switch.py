"""The unit's own stop switch: is there one, does it work without software, can somebody let the unit go on. Nothing is pressed here."""

from dataclasses import dataclass

from bundle.errors import Refused
from device.clock import Clock
from device.inputs import Contact, contact, read_inputs
from device.paths import Paths
from device.settings import Settings
from provisioning.advice import PLUG
from provisioning.holders import Right, holders
from provisioning.probe import Finding, Verdict

SUBJECT = ("Công tắc dừng", "stop switch")


@dataclass(frozen=True)
class StopSwitchProbe:
    """Compares the wiring that the settings declare with what the amplifier program reads."""

    paths: Paths
    settings: Settings
    clock: Clock

    def look(self) -> tuple[Finding, ...]:
        """A unit that is stopped now is not ready; one without a switch, or whose switch needs software, is warned of."""
        wired = self.settings.inputs.kill
        if wired is None:
            do = ("lắp công tắc hai tiếp điểm, khai báo [inputs] kill", "fit a switch of two contacts and declare [inputs] kill")
            return (Finding(Verdict.WARNING, SUBJECT, ("không có", "none"), ("một công tắc tại chỗ", "a switch on the unit"), do),)
        return (self._reading(), self._supply(wired.breaks_supply), self._people())

    def _reading(self) -> Finding:
        inputs, wanted = read_inputs(self.paths), ("đang nhả", "released")
        match contact(inputs, self.clock.now()):
            case Contact.PRESSED:
                do = ("xoay hoặc kéo để nhả ra", "turn or pull it out")
                return Finding(Verdict.NOT_READY, SUBJECT, ("đang nhấn", "pressed"), wanted, do)
            case Contact.UNKNOWN | Contact.NONE:
                do = PLUG
                return Finding(Verdict.WARNING, SUBJECT, ("chưa rõ", "unknown"), wanted, do)
            case Contact.RELEASED if inputs is not None and inputs.stopped:
                do = (
                    "người phụ trách gõ PIN ở bước Mở lại thiết bị của Nghiệm thu",
                    "a duty holder types their PIN in the step that lets it go on, under Commissioning",
                )
                return Finding(Verdict.NOT_READY, SUBJECT, ("thiết bị đang bị dừng tại chỗ", "the unit is stopped on site"), wanted, do)
            case Contact.RELEASED:
                return Finding(Verdict.GOOD, SUBJECT, wanted, wanted)

    def _supply(self, breaks: bool) -> Finding:
        subject = ("Công tắc dừng: tiếp điểm nguồn", "stop switch: supply contact")
        wanted = ("ngắt nguồn rơ-le hoặc tăng âm", "breaks the supply of relay or amplifier")
        if breaks:
            return Finding(Verdict.GOOD, subject, ("khai báo là có ngắt nguồn", "declared to break the supply"), wanted)
        observed = ("chỉ dừng được khi phần mềm chạy", "stops only while the software runs")
        do = (
            "đấu tiếp điểm thứ hai vào nguồn, rồi breaks_supply = true",
            "wire the second contact into the supply, then breaks_supply = true",
        )
        return Finding(Verdict.WARNING, subject, observed, wanted, do)

    def _people(self) -> Finding:
        subject, wanted = ("Người được mở lại", "who may let it go on"), ("ít nhất một người có PIN", "at least one person with a PIN")
        do = (
            "ghi tên người phụ trách thiết bị ở Nghiệm thu; họ đặt PIN ở bước Công tắc dừng",
            "name who holds the equipment under Commissioning; they set a PIN in the step of the stop switch",
        )
        try:
            names = ", ".join(holder.name for holder in holders(self.paths) if holder.may(Right.RESET))
        except Refused as refused:
            return Finding(Verdict.NOT_READY, subject, (str(refused), str(refused)), wanted, do)
        return Finding(Verdict.GOOD if names else Verdict.WARNING, subject, (names or "chưa có ai", names or "nobody yet"), wanted, do)
