"""Asking another program for something and looking for its answer: one question at a time of each kind, for so many seconds."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from agent.orders.due import Said
from bundle.orders import LogOrder
from device.excerpts import Excerpt, excerpt_for, request_excerpt
from device.paths import Paths
from device.screenshot import NO_ANSWER, PATIENCE, picture_for, request_picture, sentence
from evidence.excerpt import packed
from evidence.records import Obedience
from evidence.report import Screenshot

A = TypeVar("A")
LOG_PATIENCE = 90.0
"""Seconds: systemd starts the caretaker for it, which rests ten seconds after each answer."""
NO_LOG = "không ai đọc nhật ký cho / nobody read the log in time"


@dataclass(frozen=True)
class _Question:
    order: str
    name: str
    at: float


class Errand(Generic[A]):
    """*answer* looks for the answer to a question, which *told* makes that of the order; after *patience* seconds *silence* does."""

    def __init__(self, answer: Callable[[str], A | None], told: Callable[[A], Said], patience: float, silence: str) -> None:
        self._answer, self._told, self._patience, self._silence = answer, told, patience, silence
        self._open: _Question | None = None

    def step(self, order: str, ask: Callable[[], str], now: float) -> Said | None:
        """The answer to *order*, None while there is none; *ask* puts the question when no other order's is open."""
        question = self._open
        if question is None or (question.order != order and now - question.at > self._patience):
            self._open = _Question(order, ask(), now)
            return None
        if question.order != order:
            return None
        found = self._answer(question.name)
        if found is None and now - question.at <= self._patience:
            return None
        self._open = None
        return Said(Obedience.FAILED, self._silence) if found is None else self._told(found)


class Pictures:
    """Pictures of the board at *paths*, by the board's program."""

    def __init__(self, paths: Paths) -> None:
        self._paths = paths
        self._errand: Errand[Screenshot] = Errand(lambda name: picture_for(paths, name), _picture, PATIENCE, NO_ANSWER)

    def step(self, order: str, now: float) -> Said | None:
        """As `Errand.step`."""
        return self._errand.step(order, lambda: request_picture(self._paths), now)


class Excerpts:
    """Ends of the logs at *paths*, by the caretaker."""

    def __init__(self, paths: Paths) -> None:
        self._paths = paths
        self._errand: Errand[Excerpt] = Errand(lambda name: excerpt_for(paths, name), _excerpt, LOG_PATIENCE, NO_LOG)

    def step(self, order: str, wanted: LogOrder, now: float) -> Said | None:
        """As `Errand.step`."""
        return self._errand.step(order, lambda: request_excerpt(self._paths, wanted.program, wanted.lines), now)


def _picture(answer: Screenshot) -> Said:
    outcome = Obedience.FAILED if answer.picture is None else Obedience.DONE
    return Said(outcome, sentence(answer), picture=answer.picture, simulated=bool(answer.simulated))


def _excerpt(answer: Excerpt) -> Said:
    if answer.failure:
        return Said(Obedience.FAILED, f"không đọc được nhật ký / the log cannot be read: {answer.failure}")
    lines = len(answer.text.splitlines())
    return Said(Obedience.DONE, f"{lines} dòng cuối từ lần khởi động này / last lines of this boot", excerpt=packed(answer.text))
