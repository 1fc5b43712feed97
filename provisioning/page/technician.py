"""The technician at the unit's own page: questions asked in a thread of the unit's appear on the phone, and answers go back."""

import threading
from dataclasses import dataclass, field
from typing import Any, TypeVar

from bundle.errors import Refused
from device.errors import TechnicianDeclined
from provisioning.probe import Pair
from provisioning.questions import Question

A = TypeVar("A")
MOST_TOLD = 40


@dataclass(frozen=True)
class Asked:
    """Question number *n* of this piece of work, and why the answer before could not be taken."""

    n: int
    question: Question[Any]
    refused: Refused | None = None


@dataclass
class PageTechnician:
    """A :class:`provisioning.person.Technician`. Whoever shows the page looks at *asked* and *told*, and calls `answer`.

    *version* counts every change, so that a phone waits for the next one instead of asking again and again.
    """

    told: list[Pair] = field(default_factory=list)
    asked: Asked | None = None
    version: int = 0
    _count: int = 0
    _changed: threading.Condition = field(default_factory=threading.Condition, repr=False)
    _reply: str | None = None
    _open: bool = True

    def ask(self, question: Question[A]) -> A:
        """Wait for the phone's answer, however long it takes; ``TechnicianDeclined`` when it is left open, or the page is closed."""
        refused: Refused | None = None
        while True:
            with self._changed:
                self._count += 1
                self.asked, self._reply = Asked(self._count, question, refused), None
                self._tell_phone()
                self._changed.wait_for(lambda: self._reply is not None or not self._open)
                reply, self.asked = self._reply, None
                self._tell_phone()
            if not reply:
                raise TechnicianDeclined(question.words[1])
            try:
                return question.read(reply)
            except Refused as problem:
                refused = problem

    def tell(self, words: Pair) -> None:
        """One more line on the phone."""
        with self._changed:
            self.told = [*self.told, words][-MOST_TOLD:]
            self._tell_phone()

    def answer(self, n: int, text: str) -> bool:
        """Give *text* to question *n*, empty to leave it open; false when another is asked by now (the form was sent twice)."""
        with self._changed:
            if self.asked is None or self.asked.n != n or self._reply is not None:
                return False
            self._reply = text
            self._changed.notify_all()
            return True

    def close(self) -> None:
        """Nobody answers any more: what is asked stays open, and so does everything that would be asked."""
        with self._changed:
            self._open = False
            self._tell_phone()

    def wait(self, version: int, seconds: float) -> None:
        """Return when something changed since *version*, or after *seconds*."""
        with self._changed:
            self._changed.wait_for(lambda: self.version != version or not self._open, seconds)

    def _tell_phone(self) -> None:
        self.version += 1
        self._changed.notify_all()
