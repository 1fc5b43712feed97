"""Everything that a set-up page has to say besides its sentence: what is wrong and what to do, and how the self-test went. Pure."""

import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import replace
from enum import Enum, auto
from typing import TypeAlias
from urllib.parse import urlsplit

from device.first_boot import FirstBoot, Step, Trouble
from display.page import Face, Run, plain
from display.pages import set_up_words as words
from display.pages.style import Style
from display.text.document import Block, Paragraph
from display.text.pagination import Row
from display.text.rows import body_rows
from evidence.self_test import Mark, SelfTest, Words

HANG = 1.2
"""Ems that words stand in behind their mark."""
TOLD, NAMED, LONGEST = 2, 6, 80
"""So many faults are told in words on a board with content, in so many letters each, and so many named: it is its village's board."""
_FOLDERS = re.compile(r"(?<!\S)/\S*/")


class Hand(Enum):
    """In which ink something is written."""

    FIRST = auto()
    SECOND = auto()
    WRONG = auto()


Group: TypeAlias = tuple[tuple[Block, Hand], ...]
"""What is read together."""


def entries(told: FirstBoot, face: Face, style: Style, width: int, extra: tuple[str, ...]) -> list[Row]:
    """All of it in *face*, the English below in a softer ink; *extra* lines come first."""
    theme = style.theme
    hands = {Hand.FIRST: face, Hand.SECOND: replace(face, colour=theme.page.soft), Hand.WRONG: replace(face, colour=theme.urgent)}
    rows: list[Row] = []
    for group in (*(((Paragraph(plain(line)), Hand.FIRST),) for line in extra), *_groups(told)):
        for n, (block, hand) in enumerate(group):
            made = body_rows((block,), hands[hand], width, style.measure, theme, hang=HANG)
            rows += [replace(row, glue=True) for row in made[:-1]]
            rows.append(replace(made[-1], glue=n + 1 < len(group)))
    return rows


def _groups(told: FirstBoot) -> Iterator[Group]:
    if hint := _hint(told):
        yield (Paragraph(plain(hint[0])), Hand.FIRST), (Paragraph(plain(hint[1])), Hand.SECOND)
    for trouble in told.troubles:
        yield _entry(words.TROUBLE, trouble.where, trouble.what, trouble.do, Hand.WRONG)
    for test in told.tests:
        if test.mark is not Mark.GOOD:
            hand = Hand.WRONG if test.mark is Mark.NOT_READY else Hand.FIRST
            yield _entry(words.MARKS[test.mark], test.subject, test.observed, test.do, hand)
    if good := _good(told.tests, 0):
        vietnamese, english = f"{words.GOOD[0]}: {good}", f"{words.GOOD[1]}: {_good(told.tests, 1)}"
        yield (Paragraph(plain(vietnamese), 1, words.MARKS[Mark.GOOD]), Hand.FIRST), (Paragraph(plain(english), 1), Hand.SECOND)


def _hint(told: FirstBoot) -> Words | None:
    """What to do about a step of which nothing is in the way."""
    if told.step is not Step.CONFIRM:
        return None
    return words.TO_OPEN if told.access is None else words.TO_ENTER


def _entry(mark: str, where: Words, what: Words, do: Words | None, hand: Hand) -> Group:
    first = Paragraph((Run(f"{where[0]}: ", bold=True), Run(what[0])), 1, mark), hand
    second = Paragraph(plain(_english(where, what, do)), 1), Hand.SECOND
    return (first, (Paragraph(plain(f"→ {do[0]}"), 1), Hand.FIRST), second) if do else (first, second)


def _english(where: Words, what: Words, do: Words | None) -> str:
    return f"{where[1]}: {what[1]}" + (f" → {do[1]}" if do else "")


def sentences(told: FirstBoot) -> Iterator[str]:
    """The same for a board on which words run."""
    yield from named(told, unit=True, linked=True)
    yield from _hint(told) or ()
    for trouble in told.troubles:
        yield _vietnamese(words.TROUBLE, trouble.where, trouble.what, trouble.do)
    for test in told.tests:
        if test.mark is not Mark.GOOD:
            yield _vietnamese(words.MARKS[test.mark], test.subject, test.observed, test.do)
    if told.progress:
        yield from told.progress


def troubles_said(told: FirstBoot) -> str:
    """What is wrong as a line in each language, for a board that shows content: whoever has just started the unit stands before it."""
    return " · ".join(_said(told.troubles, language) for language in (0, 1)) if told.troubles else ""


def _said(troubles: tuple[Trouble, ...], language: int) -> str:
    places = [_FOLDERS.sub("", trouble.where[language]) for trouble in troubles]
    if len(troubles) > TOLD:
        rest = len(troubles) - NAMED
        more = words.MORE[language].format(rest) if rest > 0 else ""
        found = f"{', '.join(_grouped(places[:NAMED]))}{more} → {words.SEE_PAGE[language]}"
    else:
        do = [trouble.do for trouble in troubles if trouble.do and len(troubles) == 1]
        each = (f"{place}: {trouble.what[language]}" for place, trouble in zip(places, troubles, strict=True))
        found = "; ".join(_cut(text) for text in each) + "".join(f" → {_cut(one[language])}" for one in do)
    return f"{words.TO_MEND[language]} {words.TROUBLE} {found}".replace(" · ", ", ")


def _cut(text: str) -> str:
    return textwrap.shorten(text, LONGEST, placeholder=" …")


def _grouped(places: Sequence[str]) -> Iterator[str]:
    """Each place, its file only where it is another one than before."""
    before = ""
    for place in places:
        file, _, within = place.partition(": ")
        yield within if within and file == before else place
        before = file


def _vietnamese(mark: str, where: Words, what: Words, do: Words | None) -> str:
    return f"{mark} {where[0]}: {what[0]}" + (f" → {do[0]}" if do else "")


def _good(tests: tuple[SelfTest, ...], language: int) -> str:
    return ", ".join(dict.fromkeys(test.subject[language] for test in tests if test.mark is Mark.GOOD))


def named(told: FirstBoot, unit: bool, linked: bool) -> tuple[str, ...]:
    """The *unit*'s name, and where (*linked*) its code leads, for a board on which they stand nowhere else."""
    name, address = told.unit if unit else None, _address(told) if linked else ""
    return (*((f"{words.UNIT[0]}: {name}",) if name else ()), *((f"{words.PAGE[0]}: {address}",) if address else ()))


def _address(told: FirstBoot) -> str:
    """Where the registry's page for technicians is, in letters that somebody can type."""
    if told.access is not None:
        return told.access.address
    found = urlsplit(told.link or "")
    return f"{found.netloc}{found.path}" if found.netloc else ""
