"""A person as a probe: what no sensor of this unit can observe, the technician is asked."""

from dataclasses import dataclass
from typing import Protocol, TypeVar

from device.errors import TechnicianDeclined
from provisioning.probe import Finding, Pair, Verdict
from provisioning.questions import Question, YesNo

A = TypeVar("A")


class Technician(Protocol):
    """Whoever stands at the unit: at a terminal, at the unit's own page, or a script that plays one."""

    def ask(self, question: Question[A]) -> A:
        """The answer, read by the question itself; waits for as long as it takes. ``TechnicianDeclined`` when it stays open."""
        ...

    def tell(self, words: Pair) -> None:
        """Say what is happening now, or what to do with one's hands; nothing is answered."""
        ...


@dataclass(frozen=True)
class Person:
    """Asks one question about *subject*; *do* is what helps when the answer is no."""

    subject: Pair
    question: YesNo
    do: Pair
    technician: Technician

    def look(self) -> tuple[Finding, ...]:
        """Ask; a no is not ready, no answer is unknown and therefore a warning."""
        wanted = ("có", "yes")
        try:
            seen = self.technician.ask(self.question)
        except TechnicianDeclined:
            return (Finding(Verdict.WARNING, self.subject, ("chưa rõ", "unknown"), wanted, self.do),)
        if seen:
            return (Finding(Verdict.GOOD, self.subject, ("có", "yes"), wanted),)
        return (Finding(Verdict.NOT_READY, self.subject, ("không", "no"), wanted, self.do),)


def questions(technician: Technician) -> tuple[Person, ...]:
    """What only a person can tell before the unit is handed over."""
    return (
        Person(
            ("Mắt người: bảng", "eyes: the board"),
            YesNo("readable", ("Đứng cách bảng 10 m có đọc được chữ không?", "Can you read the board from 10 m away?")),
            ("chỉnh màn hình, dây, độ sáng", "check the screen, its cable and brightness"),
            technician,
        ),
        Person(
            ("Mắt người: tăng âm", "eyes: the amplifier"),
            YesNo("dark", ("Đèn nguồn của mọi tăng âm có đang tắt không?", "Is the power light of every amplifier off now?")),
            ("cực tính (active_high) hoặc điện trở kéo bị sai", "polarity (active_high) or the pull resistor is wrong"),
            technician,
        ),
    )
