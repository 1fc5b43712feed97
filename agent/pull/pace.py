"""Whether bytes come fast enough to be worth waiting for. Pure: the time is an argument."""

from dataclasses import dataclass

WINDOW = 60.0
LEAST = 16 * 1024
"""Bytes in a window: 2 kbit/s. The slowest link that a village has carries ten times that; a drip that never ends does not."""


@dataclass
class Pace:
    """Counts what came since *began*, in windows of ``WINDOW`` seconds."""

    began: float
    came: int = 0

    def too_slow(self, now: float, size: int) -> bool:
        """Whether, with *size* more bytes at *now*, a window has gone by in which less than ``LEAST`` came."""
        self.came += size
        if now - self.began < WINDOW:
            return False
        slow = self.came < LEAST * int((now - self.began) / WINDOW)
        self.began, self.came = now, 0
        return slow
