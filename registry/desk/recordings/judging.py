"""One recording from a phone, judged by the same steps as a recording in an officer's folder, and made into what horns will play."""

import wave
from dataclasses import dataclass
from pathlib import Path

from bundle.asset import Clip
from bundle.errors import Complaint, Refused, refuse
from registry.making.blobs import Blobs
from registry.making.sound.limits import SoundLimits
from registry.making.sound.remarks import Remark
from registry.making.spoken import Speaker, Words
from registry.making.voice import Voice
from registry.making.waves import RATE

WHERE = "bản ghi / recording"
_AGAIN = "mở lại trang rồi ghi lại / open the page again and record again"


@dataclass(frozen=True)
class Judged:
    """*seconds* as it was sent, the *clip* as horns will play it, and what was found; *picture* is an SVG of the wave before and after."""

    seconds: float
    clip: Clip
    remarks: tuple[Remark, ...]
    picture: str


def judged(path: Path, speaker: str, voice: Voice, blobs: Blobs) -> Judged:
    """The WAV at *path*, said by *speaker*, its clip kept in *blobs*; ``Refused`` with each reason for which none can be made."""
    seconds = seconds_of(path)
    maker = Speaker(path.parent.parent, voice, blobs, SoundLimits())
    words = Words(path.parent.name, path.name, "", "vi", WHERE, speaker, speaker)
    try:
        clip = maker.clip(words)
    except Refused as refused:
        # The name of the file says nothing to whoever held the phone.
        raise Refused(*(Complaint(WHERE, each.what.removeprefix(f"“{path.name}”: "), each.do) for each in refused.complaints)) from None
    heard = maker.review.heard[-1]
    return Judged(seconds, clip, heard.remarks, heard.picture)


def seconds_of(path: Path) -> float:
    """How long the recording at *path* is; ``Refused`` unless it is what our page sends: WAV, one channel of 16 bits at 48 kHz."""
    try:
        with wave.open(str(path)) as file:
            kind = (file.getnchannels(), file.getsampwidth(), file.getframerate())
            # A header may promise more than there is.
            if kind == (1, 2, RATE) and 2 * file.getnframes() <= path.stat().st_size:
                return float(file.getnframes() / RATE)
    except (wave.Error, EOFError, RuntimeError):
        pass
    raise refuse(WHERE, "không phải WAV một kênh, 16 bit, 48 kHz / not WAV of one channel, 16 bits, 48 kHz", _AGAIN)
