"""What an utterance sounds from: opens the decoder that fits its source."""

from collections.abc import Callable
from pathlib import Path

from audio.decoder import Decoder
from bundle.asset import Clip
from device.candidate import whole
from device.errors import ClipUnplayable
from director.decision import Live, Tone, Utterance

Find = Callable[[Clip], Path | None]


def open_source(utterance: Utterance, find: Find, now: float) -> Decoder:
    """The decoder of *utterance*, begun at *now*; ``ClipUnplayable`` when there is nothing to decode. *find* gives a clip's file."""
    match utterance.source:
        case Clip() as clip:
            path = find(clip)
            if path is None or not whole(path, clip):
                raise ClipUnplayable(f"thiếu tệp âm thanh của {utterance.item} / its recording is missing or incomplete")
            return Decoder(path, utterance.resume, clip.gain + utterance.gain, now)
        case Live() | Tone():
            raise ClipUnplayable(f"chưa phát được nguồn này của {utterance.item} / this source cannot be played yet")
