"""A person as a probe: what no sensor of this unit can observe, the technician is asked."""

from collections.abc import Callable
from dataclasses import dataclass

from device.errors import TechnicianDeclined
from provisioning.probe import Finding, Pair, Verdict

Ask = Callable[[Pair], bool]


@dataclass(frozen=True)
class Person:
    """Asks one question; *ask* answers yes or no, and raises ``TechnicianDeclined`` when there is no answer."""

    subject: Pair
    question: Pair
    do: Pair
    ask: Ask

    def look(self) -> tuple[Finding, ...]:
        """Ask; a no is not ready, no answer is unknown and therefore a warning."""
        wanted = ("có", "yes")
        try:
            seen = self.ask(self.question)
        except TechnicianDeclined:
            return (Finding(Verdict.WARNING, self.subject, ("chưa rõ", "unknown"), wanted, self.do),)
        if seen:
            return (Finding(Verdict.GOOD, self.subject, ("có", "yes"), wanted),)
        return (Finding(Verdict.NOT_READY, self.subject, ("không", "no"), wanted, self.do),)


def questions(ask: Ask) -> tuple[Person, ...]:
    """What only a person can tell before the unit is handed over."""
    return (
        Person(
            ("Mắt người: bảng", "eyes: the board"),
            ("Đứng cách bảng 10 m có đọc được chữ không?", "Can you read the board from 10 m away?"),
            ("chỉnh màn hình, dây, độ sáng", "check the screen, its cable and brightness"),
            ask,
        ),
        Person(
            ("Mắt người: tăng âm", "eyes: the amplifier"),
            ("Đèn nguồn của mọi tăng âm có đang tắt không?", "Is the power light of every amplifier off now?"),
            ("cực tính (active_high) hoặc điện trở kéo bị sai", "polarity (active_high) or the pull resistor is wrong"),
            ask,
        ),
    )
