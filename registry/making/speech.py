"""Speech for a horn loudspeaker: at one loudness below one peak, as Ogg/Opus, measured at the end on what a unit will decode."""

import numpy as np

from bundle.asset import MAX_BLOB, Clip, MediaType
from bundle.errors import refuse
from registry.making.blobs import Blobs
from registry.making.sound.limits import SoundLimits
from registry.making.sound.loudness import Loudness, measured
from registry.making.sound.recording import decode
from registry.making.waves import RATE, Samples, encode_opus, through

_NEAR_LU = 0.3
_TOLERATED_LU = 1.0
_TRIES = 6
_AGAIN = "ghi âm lại, gần micrô / record it again, nearer to the microphone"


def make_clip(samples: Samples, name: str, where: str, blobs: Blobs, limits: SoundLimits) -> Clip:
    """*samples* (48 kHz, trimmed, without deep tones) as a clip for horns; ``Refused`` when they cannot be brought to its level."""
    encoded, heard, result = levelled(samples, limits)
    if abs(result.integrated - limits.target) > _TOLERATED_LU or result.true_peak > limits.ceiling:
        what = f"không đưa được về {limits.target} LUFS / cannot be levelled: {result.integrated:.1f} LUFS, {result.true_peak:.1f} dBTP"
        raise refuse(where, f"“{name}”: {what}", _AGAIN)
    if len(encoded) > MAX_BLOB:
        raise refuse(where, f"“{name}” quá lớn / too large", "chia thành nhiều bài / split it")
    # What the tries leave over, the unit's mixer gives; never so much that a peak passes the ceiling.
    gain = min(limits.target - result.integrated, limits.ceiling - result.true_peak)
    return Clip(
        sha256=blobs.keep(encoded),
        size=len(encoded),
        media=MediaType.OPUS,
        duration=round(len(heard) / RATE, 3),
        loudness=round(min(result.integrated, 0.0), 2),
        true_peak=round(result.true_peak, 2),
        gain=round(gain, 2),
    )


def levelled(samples: Samples, limits: SoundLimits) -> tuple[bytes, Samples, Loudness]:
    """*samples* at the target loudness below the ceiling: the encoded bytes, what a unit will decode, and its measure.

    The limiter lowers the loudness and the codec raises peaks, so both are set again from what came out.
    """
    gain, ceiling = limits.target - measured(samples).integrated, limits.ceiling - 0.5
    for _ in range(_TRIES):
        encoded = encode_opus(_limited(samples * np.float32(10 ** (gain / 20)), ceiling))
        heard = decode(encoded, "clip.ogg", "clip")
        result = measured(heard)
        if abs(result.integrated - limits.target) <= _NEAR_LU and result.true_peak <= limits.ceiling:
            break
        gain += limits.target - result.integrated
        ceiling -= max(0.0, result.true_peak - limits.ceiling + 0.1)
    return encoded, heard, result


def _limited(samples: Samples, ceiling: float) -> Samples:
    # Four times oversampled, so that the limiter sees the peaks between the samples (true peak).
    limiter = f"limit={10 ** (ceiling / 20):.5f}:attack=5:release=60:level=disabled:latency=1"
    return through(samples, ("aresample", "192000"), ("alimiter", limiter), ("aresample", str(RATE)))
