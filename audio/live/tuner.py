"""All live sources that the director wants connected: what becomes of each is written down, and the feed reads from here."""

from collections.abc import Callable

import numpy as np

from audio.driver.ring import RATE, Samples
from audio.ledger import Ledger
from audio.live.listening import Listening
from audio.playing.feed import AHEAD
from device.errors import ClipUnplayable
from director.decision import Listen, Utterance
from director.moment import Moment
from evidence.records import FaultCode, SourceState

_HELD, _LEAST = round(1.0 * RATE), round(0.5 * RATE)
"""Frames that are kept in the ring, no more, because the buffer is where the jitter is evened out; and below which, when nothing
came, silence is put in their place, so that a late station is no underrun of ours."""
_JOIN = round(0.05 * RATE)


class Tuner:
    """Keeps a `Listening` for each wanted source, and tells *ledger* of every change."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._listening: dict[str, Listening] = {}
        self._told: dict[str, SourceState | None] = {}
        self._why: dict[str, str] = {}
        self.unreceived = False

    @property
    def pids(self) -> tuple[int, ...]:
        """The children that run."""
        return tuple(each.pid for each in self._listening.values() if each.pid)

    def work(self, moment: Moment, wanted: tuple[Listen, ...]) -> None:
        """Listen to what is *wanted* at *moment* and to nothing else."""
        self._keep({each.key: each for each in wanted})
        for each in wanted:
            if each.key not in self._listening:
                known = self._ledger.happened.sources.get(each.key)
                self._told[each.key] = known.state if known else None
                self._listening[each.key] = Listening(each, moment.mono, self._told[each.key])
            listening = self._listening[each.key]
            listening.work(moment.mono, moment.mono + (each.source.ends - moment.wall).total_seconds())
            self._tell(each, listening)
        lost = [each for each in self._listening.values() if each.watch.state not in (None, SourceState.GOOD)]
        self.unreceived = any(each.wanted.starts <= moment.wall for each in lost)
        self._ledger.standing(FaultCode.SOURCE_LOST, "; ".join(self._why[each.wanted.key] for each in lost))

    def open(self, utterance: Utterance, _now: float) -> "LiveSource":
        """What the feed reads *utterance* from; ``ClipUnplayable`` when nobody listens to its source."""
        if utterance.key not in self._listening:
            raise ClipUnplayable("chưa nghe đài này / nobody listens to its source")
        return LiveSource(lambda: self._listening.get(utterance.key))

    def close(self) -> None:
        """End all children."""
        self._keep({})

    def _keep(self, wanted: dict[str, Listen]) -> None:
        for key, listening in list(self._listening.items()):
            still = wanted.get(key)
            if still is None or (still.source.url, still.rules) != (listening.wanted.source.url, listening.wanted.rules):
                listening.close()
                del self._listening[key]
                self._why.pop(key, None)

    def _tell(self, wanted: Listen, listening: Listening) -> None:
        state = listening.watch.state
        if state is None or (state is self._told[wanted.key] and wanted.key in self._why):
            return
        # The sentence of the moment in which it was lost: why each further connection fails is no news.
        self._why[wanted.key] = _sentence(listening, state)
        if state is not self._told[wanted.key]:
            self._told[wanted.key] = state
            self._ledger.source(wanted.key, state, "" if state is SourceState.GOOD else listening.problem)


class LiveSource:
    """A `SampleSource` over what *present* says is listened to now: what comes too late is silence of the same length.

    Another address or other rules make another `Listening` in the middle of a slot. At its end it is over.
    """

    def __init__(self, present: Callable[[], Listening | None]) -> None:
        self._present = present
        self._begun, self._cold = False, True
        self.finished = False

    def read(self, frames: int, now: float) -> Samples:
        """At most *frames* of the present; silence until it has begun, because what is heard before that is the past by then."""
        if self.finished or frames <= 0:
            return np.empty(0, np.int16)
        if not self._begun:
            return np.zeros(frames, np.int16)
        listening = self._present()
        if listening is None or now >= listening.ends - _HELD / RATE:
            self.finished = True
            return np.empty(0, np.int16)
        listening.on_air = True
        wanted = frames - (AHEAD - _HELD)
        samples = listening.read(wanted, now) if wanted > 0 else np.empty(0, np.int16)
        if not len(samples):
            missing = max(0, frames - (AHEAD - _LEAST))
            self._cold = self._cold or missing > 0
            return np.zeros(missing, np.int16)
        if self._cold:
            # Somewhere in a word: full amplitude at once would click.
            self._cold = False
            rising = np.linspace(0, 1, _JOIN)[: len(samples)]
            samples = np.concatenate([(samples[:_JOIN] * rising).astype(np.int16), samples[_JOIN:]])
        return samples

    def wait_from(self, now: float) -> None:  # noqa: ARG002 - the seam's
        """It begins, or the ring is full."""
        self._begun = True

    def close(self) -> None:
        """Off air; the source is listened to as long as the director wants it."""
        if (listening := self._present()) is not None:
            listening.on_air = False


def _sentence(listening: Listening, state: SourceState) -> str:
    what = f"{listening.wanted.title}: {_cause(state)}"
    # Why a connection ended says nothing of one that goes on without a sound, and of the budget it says the same again.
    ended = state in (SourceState.STALLED, SourceState.UNREACHABLE)
    return f"{what}: {listening.problem}" if ended and listening.problem else what


def _cause(state: SourceState) -> str:
    match state:
        case SourceState.GOOD:
            return "thu tốt / received"
        case SourceState.SILENT:
            return "không thu được, đài im tiếng / not received, the station is silent"
        case SourceState.STALLED:
            return "không thu được, tiếng bị đứt / not received, the sound broke off"
        case SourceState.UNREACHABLE:
            return "không thu được, đài chưa gửi tiếng nào / not received, no sound has come from the station"
        case SourceState.OVER_BUDGET:
            return "không thu nữa, hết dung lượng của buổi tiếp âm / not received any more, the bytes of this rebroadcast are used up"
