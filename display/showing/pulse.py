"""The pulse of a screen: which of its refreshes a frame is for, found from when frames were made; late ones are counted."""

from dataclasses import dataclass

SLACK = 0.002
"""Seconds that a frame may be early or late before the pulse follows it: waking up takes a moment, and must not make it drift."""
FOLLOW = 0.1
"""The share of what exceeds the slack, and of what a refresh is away from its place, by which it follows: within a second."""
FINE = 10_000
"""Parts of a second in which intervals are told apart."""
LONGEST = 5000
"""Longer intervals than so many parts are all counted as this one."""


@dataclass(frozen=True)
class Intervals:
    """Seconds between one frame and the next while something ran: *count* of them, median, 99th percentile, longest.

    *missed* is how many refreshes went by without the frame that was due.
    """

    count: int
    p50: float
    p99: float
    longest: float
    missed: int


class Pulse:
    """A phase-locked loop at *rate* refreshes a second.

    Frames are due at even distances without drift; when the screen makes them wait for a refresh of its own (`held`), the pulse follows
    it, so that each frame counts as exactly one refresh however its moment jitters, and a line that moves by whole pixels is steady.
    """

    def __init__(self, rate: float) -> None:
        self.rate = rate
        self._beat = 0
        self._at: float | None = None
        self._before: float | None = None
        self._counts: dict[int, int] = {}
        self._longest, self._missed = 0.0, 0

    def beat(self, seconds: float, running: bool) -> float:
        """A frame is made at *seconds* since boot: the even time of its refresh. While *running* the time since the last one counts."""
        if self._at is None:
            self._at, self._beat = seconds, round(seconds * self.rate)
        refreshes = max(0, round((seconds - self._at) * self.rate))
        if not running:
            self._before = None
        elif self._before is None or refreshes:
            # Two frames for one refresh are one.
            if self._before is not None:
                self._count(seconds - self._before, refreshes)
            self._before = seconds
        self._beat += refreshes
        self._at += refreshes / self.rate
        off = seconds - self._at
        self._at += FOLLOW * (off - max(-SLACK, min(SLACK, off)))
        return self._beat / self.rate

    def held(self, seconds: float) -> None:
        """The frame of the last beat was made to wait for a refresh, which came at *seconds*: frames shall be made half way between two."""
        if self._at is not None:
            off = (seconds - self._at) * self.rate - 0.5
            self._at += FOLLOW * (off - round(off)) / self.rate

    def due(self) -> float:
        """When the next frame is to be made, in seconds since boot."""
        return 0.0 if self._at is None else self._at + 1 / self.rate

    def intervals(self) -> Intervals:
        """What was counted so far."""
        return Intervals(sum(self._counts.values()), self._part(0.5), self._part(0.99), self._longest, self._missed)

    def _count(self, interval: float, refreshes: int) -> None:
        part = min(LONGEST, max(0, round(interval * FINE)))
        self._counts[part] = self._counts.get(part, 0) + 1
        self._longest = max(self._longest, interval)
        self._missed += max(0, refreshes - 1)

    def _part(self, share: float) -> float:
        left = share * sum(self._counts.values())
        for part, count in sorted(self._counts.items()):
            left -= count
            if left <= 0:
                return part / FINE
        return 0.0


def steady(wanted: float, rate: float) -> float:
    """The speed nearest to *wanted* (both in pixels a second) at which every step is alike on a screen of *rate* refreshes a second.

    Either so many whole pixels with each refresh, or one pixel with each second, third … refresh: a line that moves by 2 pixels now
    and by 3 then trembles.
    """
    step = wanted / rate
    near = (int(step), int(step) + 1) if step >= 1 else (1 / (int(1 / step) + 1), 1 / int(1 / step))
    return rate * min(near, key=lambda each: max(each / step, step / each))
