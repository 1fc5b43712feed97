"""The night replayed on one unit: for each minute what was on the board, in which colour, what was heard, and whether the light was lit."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.storm.story import HOURS, MINUTE, Story
from tests.storm.unit import LEVELS_OF, Unit, clip

LOOK = timedelta(seconds=50)
"""When in a minute board and light are looked at."""
SETTLED = 1.0
"""Seconds after the first word from which on the board must show what is said."""


@dataclass
class Seen:
    """One night as it was, by minute of the true time.

    *turns* is all that the board showed in a minute, one after the other. *with_hour* are the airings that said when the alert was
    sent, *wrong* is what disagreed while something sounded.
    """

    board: dict[datetime, str] = field(default_factory=dict)
    turns: dict[datetime, set[str]] = field(default_factory=lambda: defaultdict(set))
    level: dict[datetime, int | None] = field(default_factory=dict)
    lit: dict[datetime, bool] = field(default_factory=dict)
    heard: dict[datetime, list[str]] = field(default_factory=lambda: defaultdict(list))
    with_hour: list[tuple[datetime, str]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


class Night:
    """Lets *unit* live through *story*."""

    def __init__(self, unit: Unit, story: Story) -> None:
        self.unit, self.story, self.seen, self.now = unit, story, Seen(), story.begins
        self._left = list(story.sent)
        self._cut, self._back = False, False
        self._said: tuple[str, float] = "", 0.0

    def replay(self) -> Seen:
        """The whole night."""
        for minute in self.story.minutes():
            self._run_to(minute + LOOK)
            if self._cut and not self._back:
                self.seen.board[minute], self.seen.level[minute], self.seen.lit[minute] = "-", None, False
            else:
                self.seen.board[minute], self.seen.level[minute] = self.unit.showing(), self.unit.level()
                self.seen.lit[minute] = bool(self.unit.light.value)
            self._run_to(minute + MINUTE)
            for kept in (self.unit.chunks, self.unit.lines_at, self.unit.lit_at, self.unit.times):
                kept.clear()
        return self.seen

    def _run_to(self, moment: datetime) -> None:
        while self.now < moment:
            if not self._cut and self.now >= self.story.off:
                self.unit.power_off()
                self._cut = True
            if self._cut and not self._back:
                self.now = min(moment, self.story.on)
                if self.now == self.story.on:
                    self.unit.power_on(self.now)
                    self._back = True
                continue
            while self._left and self._left[0].when <= self.now:
                self.unit.receive(self._left.pop(0))
            if self._back and self.unit.behind and self.now >= self.story.clock:
                self.unit.learn_the_time()
            self._round()

    def _round(self) -> None:
        said, now = self.unit.tick(), self.unit.clock.now().mono
        self.now = self.unit.true
        self.seen.turns[self.now.replace(second=0, microsecond=0)].add(self.unit.showing())
        if said is None:
            self._said = "", 0.0
            return
        name, minute = said.item.split(",")[1], self.now.replace(second=0, microsecond=0)
        if self._said[0] != said.key:
            self._said = said.key, now
            self.seen.heard[minute].append(name)
        if (self.unit.chunks[-1] == LEVELS_OF[clip(HOURS).sha256]).all() and (minute, name) not in self.seen.with_hour:
            self.seen.with_hour.append((minute, name))
        if not self.unit.light.value:
            self.seen.wrong.append(f"{self.now:%H:%M:%S} {name} sounds and the light is dark")
        if now > self._said[1] + SETTLED and not self.unit.shows_words():
            self.seen.wrong.append(f"{self.now:%H:%M:%S} {name} sounds and the board shows {self.unit.showing()}")
