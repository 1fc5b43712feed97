"""The errors of this house: what others sent us and we refuse, each complaint with its place and a way out."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Complaint:
    """One thing that is wrong: *where* it stands, *what* it is, and what to *do* about it."""

    where: str
    what: str
    do: str = ""

    def __str__(self) -> str:
        advice = f" → {self.do}" if self.do else ""
        return f"{self.where}: {self.what}{advice}"


class Refused(Exception):
    """Somebody's input that we do not accept; the old stays in force, and the complaints are reported.

    Our own mistakes are never ``Refused``: they raise whatever they raise, the program ends and is restarted.
    """

    def __init__(self, *complaints: Complaint) -> None:
        if not complaints:
            raise ValueError("a refusal needs at least one complaint")
        super().__init__("; ".join(str(complaint) for complaint in complaints))
        self.complaints = complaints


def refuse(where: str, what: str, do: str = "") -> Refused:
    """A refusal with one complaint, ready to raise."""
    return Refused(Complaint(where, what, do))
