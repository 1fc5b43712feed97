"""The clock: how far may it be believed."""

from dataclasses import dataclass

from device.clock import Clock
from evidence.records import ClockState
from provisioning.probe import Finding, Verdict

SUBJECT = ("Đồng hồ", "clock")
WANTED = ("đúng giờ từ mạng hoặc RTC", "set by the network or an RTC")


@dataclass(frozen=True)
class ClockProbe:
    """Reads the clock that the settings name."""

    clock: Clock

    def look(self) -> tuple[Finding, ...]:
        """Trusted: good; anything else: a warning, for the board goes on without the hour."""
        moment = self.clock.now()
        local = moment.local("Asia/Ho_Chi_Minh").strftime("%H:%M %d/%m/%Y")
        if self.clock.simulated:
            return (
                Finding(Verdict.WARNING, SUBJECT, (f"mô phỏng, {local}", f"simulated, {local}"), WANTED, ("xem [clock]", "see [clock]")),
            )
        match moment.state:
            case ClockState.TRUSTED:
                return (Finding(Verdict.GOOD, SUBJECT, (f"tin được, {local}", f"trusted, {local}"), WANTED),)
            case ClockState.HOLDOVER:
                observed = (f"chạy tự do từ lần chỉnh trước, {local}", f"holdover, {local}")
            case ClockState.UNKNOWN:
                observed = (f"chưa tin được, {local}", f"unknown, {local}")
        do = (
            "nối mạng để chỉnh giờ; nơi không có sóng cần RTC có pin, nếu không loa sẽ không phát bài thường",
            "connect once to set it; a site without coverage needs an RTC, else no routine sound",
        )
        return (Finding(Verdict.WARNING, SUBJECT, observed, WANTED, do),)
