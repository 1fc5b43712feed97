"""The lines of one paragraph in one face and width, found no further than they are asked for, and each only once. Pure."""

import re
from bisect import bisect_right
from functools import cache, partial
from itertools import accumulate

from display.page import Align, Face, Line, Rect, Run, Runs, plain, text_of
from display.text.binding import bound
from display.text.measure import Measure
from display.text.pagination import Ending, Row, Strand
from display.text.sentences import sentence_ends

LOOSEST = 0.5  # of a space's own width
BOUND = 8  # ems of a line in which figures and names stay whole
PIECE = 16  # lines that are broken at once: what a page turned at a sentence moves joins the old lines after some such
LETTERS = 2  # for each em of a line; Latin has about as many, wider scripts fewer
_BLANKS = re.compile("[ \t\u200b]*")


class Lines:
    """*runs* in *face*, *width* pixels wide, *across* pixels from the left.

    Where a line ends depends only on where it begins. So a rest that is set anew from the end of a sentence costs
    the few lines until one begins where a line began before.
    """

    def __init__(self, runs: Runs, face: Face, width: int, measure: Measure, across: int = 0, align: Align = Align.LEFT) -> None:
        self._runs = bound_in(runs, face, width)
        self._text, self._stops = text_of(self._runs), sentence_ends(text_of(self._runs))
        self._firsts = [0, *accumulate(len(run.text) for run in self._runs)]
        self._face, self._width, self._measure, self._align = face, width, measure, align
        self._box = Rect(across, 0, width, face.line)
        self._ends: dict[int, int] = {}
        self._filled: dict[int, bool] = {}
        self._strands: dict[tuple[int, bool], Strand] = {}

    def strand(self, gap: int = 0, justified: bool = False) -> Strand:
        """All its rows, *gap* pixels below what stands above; *justified* fills all lines but the last, where that leaves no holes."""
        return self._first(0, gap, justified)

    def even(self, start: int = 0) -> bool:
        """Whether all lines from *start* but the last fill the width when no space grows by more than ``LOOSEST``.

        Rivers of white are worse than a rag.
        """
        way = list[int]()
        while (filled := self._filled.get(start)) is None:
            end = self._end(start)
            if end < len(self._text) and self._fills(start, end):
                way.append(start)
                start = end
            else:
                self._filled[start] = end == len(self._text)
        self._filled.update(dict.fromkeys(way, filled))
        return filled

    def longer(self, lines: int) -> bool:
        """Whether there are more than so many *lines*."""
        place = 0
        for _ in range(lines):
            place = self._end(place)
        return place < len(self._text)

    def _first(self, start: int, gap: int, justified: bool) -> Strand:
        """From *start* as from a paragraph's beginning: the first two lines stay together."""
        justified = justified and self.even(start)
        return Strand(self._row(start, justified, gap, first=True), partial(self._following, start, justified))

    def _following(self, start: int, justified: bool) -> Strand | None:
        end = self._end(start)
        if end == len(self._text):
            return None
        if (end, justified) not in self._strands:
            self._strands[end, justified] = Strand(self._row(end, justified), partial(self._following, end, justified))
        return self._strands[end, justified]

    def _row(self, start: int, justified: bool, gap: int = 0, first: bool = False) -> Row:
        """The first two and the last two lines of a paragraph stay together."""
        end, whole = self._end(start), len(self._text)
        if end == whole:
            return Row(self._face.line, (self._line(start, end),), gap)
        ending, stop = self._sentence(start, end)
        turn = cache(partial(self._turn, start, stop, justified)) if stop and not first else None
        return Row(self._face.line, (self._line(start, end, justified),), gap, first or self._end(end) == whole, ending, turn)

    def _turn(self, start: int, stop: int, justified: bool) -> tuple[Row, Strand]:
        begin = _BLANKS.match(self._text, stop)
        anew = self._first(begin.end() if begin else stop, 0, justified)
        return Row(self._face.line, (self._line(start, stop),), ending=Ending.SENTENCE), anew

    def _line(self, start: int, end: int, justified: bool = False) -> Line:
        return Line(self._box, self._cut(start, end), self._face, self._align, justified)

    def _sentence(self, start: int, end: int) -> tuple[Ending, int | None]:
        """Whether the line from *start* to *end* ends with a sentence, and where else one ends inside it."""
        n = bisect_right(self._stops, end)
        stop = self._stops[n - 1] if n and self._stops[n - 1] > start else None
        if stop is not None and (blank := _BLANKS.match(self._text, stop)) and blank.end() >= end:
            return Ending.SENTENCE, None
        return Ending.LINE, stop

    def _fills(self, start: int, end: int) -> bool:
        end = start + len(self._text[start:end].rstrip())
        spaces = len(re.findall("[ \u00a0]", self._text[start:end]))
        space = self._measure.width(plain("n n"), self._face) - self._measure.width(plain("nn"), self._face)
        return self._width - self._measure.width(self._cut(start, end), self._face) <= spaces * space * LOOSEST

    def _end(self, start: int) -> int:
        if start not in self._ends:
            self._break(start)
        return self._ends[start]

    def _break(self, start: int) -> None:
        """Find the ends of the next lines. Of a piece of text the last lines might end elsewhere for what follows it."""
        most = max(1, round(LETTERS * self._width / self._face.size)) * PIECE
        while (last := min(start + most, len(self._text))) < len(self._text):
            lines = self._broken(start, last)
            if kept := lines[:-2] or lines[:-1]:
                break
            most *= 2
        else:
            kept = self._broken(start, last) or [0]
        for length in kept:
            if start in self._ends:
                return
            self._ends[start] = start + length
            start += length

    def _broken(self, start: int, last: int) -> list[int]:
        """How many characters each line takes."""
        lines = self._measure.break_lines(self._cut(start, last), self._face, self._width)
        return [length for line in lines if (length := len(text_of(line)))]

    def _cut(self, first: int, last: int) -> Runs:
        found, n = list[Run](), max(0, bisect_right(self._firsts, first) - 1)
        while n < len(self._runs) and self._firsts[n] < last:
            run, place = self._runs[n], self._firsts[n]
            if part := run.text[max(0, first - place) : last - place]:
                found.append(Run(part, run.bold, run.italic))
            n += 1
        return tuple(found)


def bound_in(runs: Runs, face: Face, width: int) -> Runs:
    """In a narrow column what is bound would only be torn apart at any letter."""
    return bound(runs) if width >= face.size * BOUND else runs
