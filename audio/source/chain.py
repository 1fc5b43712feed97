"""Several recordings as one source: the next one's decoder runs before it is needed, and no sample lies between two of them."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from audio.driver.ring import Samples
from audio.mix.level import amplified
from audio.source.decoder import Decoder
from bundle.asset import Clip
from device.errors import ClipUnplayable
from director.decision import Clips

OpenClip = Callable[[Clip, float, float], Decoder | None]
"""The decoder of a clip from an offset (seconds) on, begun now; None when the clip is not on the unit."""


@dataclass
class _Link:
    decoder: Decoder
    gain: float


class Chain:
    """The parts of *clips* one after the other, from *offset* seconds of the whole on; *finished* after the last.

    A part is looked for until its turn comes: a recording that is still on its way when the first ones sound may follow them.
    Each part keeps the loudness that was signed for it: the mixer gives all of them the gain of the loudest, and here the others
    are lowered, which never clips. ``ClipUnplayable`` when no part is there. *passed* are those of the
    *count* parts, by their number from 1 on, that were not there when their turn came.
    """

    def __init__(self, clips: Clips, offset: float, open_clip: OpenClip, now: float) -> None:
        self._open, self._loudest, self.count = open_clip, loudest(clips), len(clips.parts)
        self._left, self._offset = deque(clips.parts), offset
        self.passed: dict[int, Clip] = {}
        while len(self._left) > 1 and self._offset >= self._left[0].duration:
            self._offset -= self._left.popleft().duration
        self._following: _Link | None = None
        self._present = self._after(now)
        self.finished = False
        if self._present is None:
            raise ClipUnplayable("không có tệp âm thanh nào / none of the recordings is here")

    def read(self, frames: int, now: float) -> Samples:
        """At most *frames* more samples, perhaps none yet; ``ClipUnplayable`` when a part will not come to its end."""
        found: list[Samples] = [np.empty(0, np.int16)]
        while frames > 0 and self._present is not None:
            samples = self._present.decoder.read(frames, now)
            found.append(amplified(samples, self._present.gain))
            frames -= len(samples)
            if self._present.decoder.finished:
                self._present.decoder.close()
                self._present = self._after(now)
                self.finished = self._present is None
            elif not len(samples):
                break
            elif self._following is None and self._left:
                # Not before the present one gives samples: the first word must not wait for two decoders that start.
                self._following = self._link(self._left[0], now)
                if self._following is not None:
                    self._left.popleft()
        return np.concatenate(found)

    def wait_from(self, now: float) -> None:
        """Nothing was wanted until *now*."""
        for link in (self._present, self._following):
            if link is not None:
                link.decoder.wait_from(now)

    def close(self) -> None:
        """End the children."""
        for link in (self._present, self._following):
            if link is not None:
                link.decoder.close()
        self._present = self._following = None

    def _after(self, now: float) -> _Link | None:
        """What follows; parts that are not here are passed over."""
        following, self._following = self._following, None
        while following is None and self._left:
            number, part = self.count - len(self._left) + 1, self._left.popleft()
            following = self._link(part, now)
            if following is None:
                self.passed[number] = part
        if following is not None:
            following.decoder.wait_from(now)
        return following

    def _link(self, part: Clip, now: float) -> _Link | None:
        decoder = self._open(part, self._offset, now)
        if decoder is None:
            return None
        self._offset = 0.0
        return _Link(decoder, part.gain - self._loudest)


def loudest(clips: Clips) -> float:
    """The largest gain (dB) that was signed for one of the parts."""
    return max(part.gain for part in clips.parts)
