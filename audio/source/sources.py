"""What an utterance sounds from: the seam between feed and decoders, and the one that opens the decoder that fits.

A decoder is mostly a child process that writes 16-bit 48 kHz mono PCM on its standard output. A live one is joined at its present:
it is never resumed, only a few samples of it are kept in hand, and coming too late is its nature, no fault of the unit.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from audio.driver.ring import Samples
from audio.mix.tone import ToneSource
from audio.source.chain import Chain, loudest
from audio.source.decoder import Decoder
from bundle.asset import Clip
from device.candidate import whole
from device.errors import ClipUnplayable
from director.decision import MICROPHONE, Clips, Live, Source, Tone, Utterance

Find = Callable[[Clip], Path | None]
OpenLive = Callable[[Utterance, float], "SampleSource"]


class SampleSource(Protocol):
    """What the feed needs of a decoder."""

    @property
    def finished(self) -> bool:
        """Whether everything was read."""
        ...

    def read(self, frames: int, now: float) -> Samples:
        """At most *frames* more samples, perhaps none yet; ``ClipUnplayable`` when no more will come and it was not the end.

        Only called when samples are wanted: *now* is what tells a slow decoder from a hung one.
        """

    def wait_from(self, now: float) -> None:
        """Nothing was wanted until *now*: a held-back decoder is not a hung one."""

    def close(self) -> None:
        """End the child and forget it."""


def no_microphone(_utterance: Utterance, _now: float) -> SampleSource:
    """Opens nothing: ``ClipUnplayable``."""
    raise ClipUnplayable("thiết bị không có micrô / this unit has no microphone")


def no_stream(_utterance: Utterance, _now: float) -> SampleSource:
    """Hears nothing: ``ClipUnplayable``."""
    raise ClipUnplayable("không có ai nghe đài / no stream is listened to")


def open_source(
    utterance: Utterance, find: Find, now: float, microphone: OpenLive = no_microphone, tune: OpenLive = no_stream
) -> SampleSource:
    """The decoder of *utterance*, begun at *now*; ``ClipUnplayable`` when there is nothing to decode.

    *find* gives a clip's file, *microphone* opens the unit's own, *tune* joins a stream that is listened to.
    """

    def opened(clip: Clip, offset: float, at: float) -> Decoder | None:
        path = find(clip)
        if path is None or not whole(path, clip):
            return None
        return Decoder((sys.executable, "-m", "audio.source.decode", str(path), f"--offset={offset:.6f}"), at)

    match utterance.source:
        case Clip() as clip:
            decoder = opened(clip, utterance.resume, now)
            if decoder is None:
                raise ClipUnplayable("tệp âm thanh thiếu hoặc không đủ / the recording is missing or incomplete")
            return decoder
        case Clips() as clips:
            return Chain(clips, utterance.resume, opened, now)
        case Tone(seconds):
            return ToneSource(seconds)
        case Live(url=url) if url == MICROPHONE:
            return microphone(utterance, now)
        case Live():
            return tune(utterance, now)


def signed_gain(source: Source) -> float:
    """The dB that the mixer gives *source* by itself, as it was signed; the rules of the hour lower it from there."""
    match source:
        case Clip(gain=gain) | Live(gain=gain):
            return gain
        case Clips() as clips:
            return loudest(clips)
        case Tone():
            return 0.0


def unspoken(source: SampleSource, but_the_last: bool = False) -> str:
    """Which parts of *source* were not there when their turn came, by number and as the signed documents name them; empty when none."""
    if not isinstance(source, Chain):
        return ""
    passed = [(number, clip) for number, clip in source.passed.items() if number < source.count or not but_the_last]
    named = ", ".join(f"{number}/{source.count} (sha256 {clip.sha256[:16]}…)" for number, clip in passed)
    return f"không đọc vì không có trên thiết bị / not spoken, for it is not on this unit: {named}" if named else ""


def live(utterance: Utterance) -> bool:
    """Whether *utterance* is made while it is heard."""
    return isinstance(utterance.source, Live)
