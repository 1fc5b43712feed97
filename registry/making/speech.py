"""Speech for a horn loudspeaker: trimmed, without the deep tones a horn cannot play, at one loudness, measured at the end."""

from typing import NamedTuple

import numpy as np

from bundle.asset import MAX_BLOB, Clip, MediaType
from bundle.errors import refuse
from registry.making.blobs import Blobs
from registry.making.waves import RATE, Samples, decode, encode_opus, filtered, through

TARGET_LUFS = -16.0
CEILING_DBTP = -1.0
FAINTEST_LUFS = -55.0
SHORTEST = 0.5
_NEAR_LU = 0.3
_TOLERATED_LU = 1.0
_TRIES = 6
_WINDOW = RATE // 100
_MARGIN = 3 * _WINDOW
_AGAIN = "ghi âm lại, gần micro / record it again, nearer to the microphone"
# Fourth-order Butterworth at 250 Hz as two sections: below it a horn only heats its driver.
_HORN = (("highpass", "f=250:t=q:w=0.5412"), ("highpass", "f=250:t=q:w=1.3066"))


class Loudness(NamedTuple):
    """EBU R 128: *integrated* in LUFS, *true_peak* in dBTP."""

    integrated: float
    true_peak: float


def make_clip(data: bytes, name: str, where: str, blobs: Blobs) -> Clip:
    """A sound file's bytes as a clip for horns; ``Refused`` when it cannot be decoded or says nothing."""
    # Filtered before it is trimmed: a hum or an offset that a horn cannot play must not pass for speech.
    samples = trimmed(through(decode(data, name, where), *_HORN))
    if len(samples) < SHORTEST * RATE:
        what = f"“{name}” ngắn hơn {SHORTEST} giây hoặc không có tiếng / shorter than {SHORTEST} s or silent"
        raise refuse(where, what, _AGAIN)
    if measured(samples).integrated < FAINTEST_LUFS:
        raise refuse(where, f"“{name}” nhỏ tiếng quá, chỉ còn tạp âm / too faint, only noise would be left", _AGAIN)
    encoded, heard, result = levelled(samples)
    if abs(result.integrated - TARGET_LUFS) > _TOLERATED_LU or result.true_peak > CEILING_DBTP:
        what = f"không đưa được về {TARGET_LUFS} LUFS / cannot be levelled: {result.integrated:.1f} LUFS, {result.true_peak:.1f} dBTP"
        raise refuse(where, f"“{name}”: {what}", _AGAIN)
    if len(encoded) > MAX_BLOB:
        raise refuse(where, f"“{name}” quá lớn / too large", "chia thành nhiều bài / split it")
    return Clip(
        sha256=blobs.keep(encoded),
        size=len(encoded),
        media=MediaType.OPUS,
        duration=round(len(heard) / RATE, 3),
        loudness=round(min(result.integrated, 0.0), 2),
        true_peak=round(result.true_peak, 2),
    )


def trimmed(samples: Samples) -> Samples:
    """Without the silence before and after: what is 40 dB below the loudest 10 ms, but 30 ms of it are kept."""
    windows = samples[: len(samples) // _WINDOW * _WINDOW].reshape(-1, _WINDOW)
    power = np.mean(windows.astype(np.float64) ** 2, axis=1) if len(windows) else np.zeros(0)
    if not len(power) or power.max() < 1e-8:
        return samples[:0]
    loud = np.flatnonzero(power > power.max() * 1e-4)
    first, last = int(loud[0]) * _WINDOW, (int(loud[-1]) + 1) * _WINDOW
    return samples[max(0, first - _MARGIN) : last + _MARGIN]


def measured(samples: Samples) -> Loudness:
    """The loudness of *samples* by EBU R 128."""
    # The meter reports every 100 ms; the padding brings the last speech into a report, and its gate ignores silence.
    padded = np.concatenate([samples, np.zeros(RATE // 5, np.float32)])
    reports = [frame.metadata for frame in filtered(padded, ("ebur128", "peak=true:metadata=1")) if "lavfi.r128.I" in frame.metadata]
    last = reports[-1]
    return Loudness(float(last["lavfi.r128.I"]), decibels(float(last["lavfi.r128.true_peak"])))


def decibels(amplitude: float) -> float:
    """An amplitude in dB, never below -90."""
    return max(-90.0, 20 * float(np.log10(max(amplitude, 1e-9))))


def levelled(samples: Samples) -> tuple[bytes, Samples, Loudness]:
    """*samples* at the target loudness below the ceiling: the encoded bytes, what a unit will decode, and its measure.

    The limiter lowers the loudness and the codec raises peaks, so both are set again from what came out.
    """
    gain, ceiling = TARGET_LUFS - measured(samples).integrated, CEILING_DBTP - 0.5
    for _ in range(_TRIES):
        encoded = encode_opus(_limited(samples * np.float32(10 ** (gain / 20)), ceiling))
        heard = decode(encoded, "clip.ogg", "clip")
        result = measured(heard)
        if abs(result.integrated - TARGET_LUFS) <= _NEAR_LU and result.true_peak <= CEILING_DBTP:
            break
        gain += TARGET_LUFS - result.integrated
        ceiling -= max(0.0, result.true_peak - CEILING_DBTP + 0.1)
    return encoded, heard, result


def _limited(samples: Samples, ceiling: float) -> Samples:
    # Four times oversampled, so that the limiter sees the peaks between the samples (true peak).
    limiter = f"limit={10 ** (ceiling / 20):.5f}:attack=5:release=60:level=disabled:latency=1"
    return through(samples, ("aresample", "192000"), ("alimiter", limiter), ("aresample", str(RATE)))
