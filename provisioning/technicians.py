"""Two technicians: one at a terminal, and one who is a script."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import click

from bundle.errors import Refused, refuse
from device.errors import TechnicianDeclined
from provisioning.photo import small_photo
from provisioning.probe import Pair
from provisioning.questions import Choice, Form, Line, Number, Photo, Question, YesNo

A = TypeVar("A")
Reply = str | Callable[[Question[Any]], str]
"""What a script answers: the text, or what makes it when it is asked."""


class Terminal:
    """A person at a keyboard; Enter alone leaves a question open."""

    def ask(self, question: Question[A]) -> A:
        """Ask until the answer can be taken."""
        click.secho("\n" + " · ".join(question.words), bold=True)
        if question.hint[0]:
            click.secho("  " + " · ".join(question.hint), dim=True)
        while True:
            try:
                return question.read(self._typed(question))
            except Refused as refused:
                click.secho(f"  {refused}", fg="yellow")

    def tell(self, words: Pair) -> None:
        """One line."""
        click.echo("… " + " · ".join(words))

    def _typed(self, question: Question[Any]) -> str:
        match question:
            case Form(blanks=blanks):
                lines = {blank.id: _line(" · ".join(blank.words), blank.usual) for blank in blanks}
                if not any(lines.values()):
                    raise TechnicianDeclined(question.words[1])
                return Form.written(lines)
            case Choice(options=options):
                for number, (_, words) in enumerate(options, 1):
                    click.echo(f"  {number}  {' · '.join(words)}")
                return _given(question, f"1–{len(options)}")
            case Photo():
                return _photo(question)
            case YesNo():
                return _given(question, "c = có/yes, k = không/no")
            case Number(unit=unit):
                return _given(question, unit)
            case Line(usual=usual, secret=secret):
                return _line("", usual, secret) or _declined(question)
        raise TypeError(f"no terminal can ask a {type(question).__name__}")


@dataclass
class Scripted:
    """Plays a technician by *replies* to question ids, and counts what a person would have had to decide.

    An id that has no reply is left open; a sequence of replies answers the first time, the second, and so on.
    """

    replies: Mapping[str, Reply | Sequence[Reply]]
    asked: list[str] = field(default_factory=list)
    told: list[Pair] = field(default_factory=list)

    def ask(self, question: Question[A]) -> A:
        """The reply in the script, read as a person's would be; ``Refused`` is the script's own mistake."""
        before = self.asked.count(question.id)
        self.asked.append(question.id)
        reply = self.replies.get(question.id)
        if reply is not None and not isinstance(reply, str) and not callable(reply):
            reply = reply[before] if before < len(reply) else None
        if reply is None:
            raise TechnicianDeclined(question.words[1])
        return question.read(reply if isinstance(reply, str) else reply(question))

    def tell(self, words: Pair) -> None:
        """Remember it."""
        self.told.append(words)


def _given(question: Question[Any], form: str) -> str:
    return _line(f"[{form}, Enter = ?]") or _declined(question)


def _declined(question: Question[Any]) -> str:
    raise TechnicianDeclined(question.words[1])


def _line(words: str, usual: str = "", secret: bool = False) -> str:
    typed: str = click.prompt(f"  {words}".rstrip() or " ", default=usual, show_default=bool(usual), hide_input=secret)
    return typed.strip()


def _photo(question: Photo) -> str:
    path = Path(_given(question, "tệp ảnh · picture file"))
    try:
        return question.written(small_photo(path.read_bytes(), question.largest))
    except OSError as problem:
        raise refuse(str(path), f"không đọc được / cannot be read: {problem.strerror}", "xem lại tên tệp / check its name") from None
