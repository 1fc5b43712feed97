"""A sound file as it was recorded: one channel of samples at its own rate, and what its reader should know about it."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from itertools import chain

import av
import numpy as np
from numpy.typing import NDArray

from bundle.errors import Refused, refuse
from registry.making.waves import MAX_SECONDS, Samples, at_our_rate

# Named demuxers only: left to guess, the library would also open playlists that name other files.
_DEMUXERS = {
    ".wav": "wav",
    ".flac": "flac",
    ".mp3": "mp3",
    ".ogg": "ogg",
    ".opus": "ogg",
    ".m4a": "mov",
    ".3gp": "mov",
    ".aac": "aac",
    ".amr": "amr",
}
# Telephones and messengers often give a recording another suffix than its content has: (offset, first bytes) tell it.
_OPENINGS = ((0, b"RIFF", "wav"), (0, b"fLaC", "flac"), (0, b"OggS", "ogg"), (4, b"ftyp", "mov"), (0, b"#!AMR", "amr"), (0, b"ID3", "mp3"))
# Containers whose header counts the samples; in the others a length is an estimate, and a wrong one no fault.
_COUNTED = ("wav", "flac", "mov")
_LOSSLESS = ("pcm_", "flac", "alac")
_HIGHEST_RATE, _MOST_CHANNELS = 192_000, 8
_DEAD_DB = 20.0
_UNKNOWN_SIZE = 0x7FFF_0000
_MISSING = 0.5
_RECIPE = "chuyển thành WAV / convert to WAV: ffmpeg -i {name} -ac 1 -ar 48000 bai-moi.wav"


class Sides(Enum):
    """Which of its channels a recording is taken from."""

    ALL = auto()
    LOUDEST_OTHERS_DEAD = auto()
    LOUDEST_OTHERS_OPPOSED = auto()


@dataclass(frozen=True)
class Recording:
    """*samples* of one channel at *rate* per second, about -1 to 1; *lossy* says that a codec has changed them."""

    samples: Samples
    rate: int
    codec: str
    lossy: bool
    sides: Sides


def read_recording(data: bytes, name: str, where: str) -> Recording:
    """The first sound track of a file called *name*; ``Refused`` if it has none, is cut short, or is far too long."""
    suffix = "." + name.rpartition(".")[2].lower()
    if suffix not in _DEMUXERS:
        known = ", ".join(_DEMUXERS)
        raise refuse(where, f"“{name}” không phải loại tệp âm thanh biết đọc / not a known kind of sound file ({known})", _recipe(name))
    if not data:
        raise refuse(where, f"“{name}” là tệp rỗng, 0 byte / is empty", "chép lại từ điện thoại / copy it from the telephone again")
    demuxer = next((kind for at, opening, kind in _OPENINGS if data[at : at + len(opening)] == opening), _DEMUXERS[suffix])
    try:
        return _read(_File(data, demuxer, name, where))
    except av.FFmpegError as problem:
        raise refuse(where, f"không giải mã được “{name}” / cannot be decoded: {problem.strerror}", _recipe(name)) from None


def _recipe(name: str) -> str:
    return _RECIPE.format(name=name)


@dataclass(frozen=True)
class _File:
    data: bytes
    demuxer: str
    name: str
    where: str

    def refused(self, what: str, do: str = "") -> Refused:
        return refuse(self.where, f"“{self.name}” {what}", do or _recipe(self.name))

    def opened(self) -> av.container.InputContainer:
        # Titles in an old encoding are common in recordings and no reason to refuse the sound.
        container = av.open(io.BytesIO(self.data), "r", format=self.demuxer, metadata_errors="ignore")
        if not container.streams.audio:
            container.close()
            raise self.refused("không có tiếng / has no sound track")
        return container

    def blocks(self) -> Iterator[NDArray[np.float32]]:
        """The samples in blocks of shape (channels, n)."""
        resampler, total = av.AudioResampler(format="fltp"), 0
        with self.opened() as container:
            for frame in chain(container.decode(audio=0), (None,)):
                for block in resampler.resample(frame):
                    total += block.samples
                    # Counted while it is read: hours of silence fit into a small file.
                    if total > MAX_SECONDS * block.sample_rate:
                        limit = MAX_SECONDS // 60
                        raise self.refused(f"dài hơn {limit} phút / longer than {limit} minutes", "chia thành nhiều bài / split it")
                    yield block.to_ndarray().astype(np.float32, copy=False)


def _read(file: _File) -> Recording:
    with file.opened() as container:
        stream = container.streams.audio[0]
        codec, rate, channels = stream.codec_context.name, stream.rate, stream.layout.nb_channels
        declared = max(_declared(stream), _promised(file.data)) if file.demuxer in _COUNTED else 0.0
    if not 0 < rate <= _HIGHEST_RATE or not 0 < channels <= _MOST_CHANNELS:
        raise file.refused(f"có {channels} kênh, {rate} Hz: không đọc được / channels and Hz that cannot be read")
    sides, chosen = _sides(file) if channels > 1 else (Sides.ALL, None)
    parts = [block.mean(axis=0) if chosen is None else block[chosen] for block in file.blocks()]
    samples: Samples = np.concatenate(parts) if parts else np.zeros(0, np.float32)
    if not len(samples):
        raise file.refused("không giải mã được / cannot be decoded: không có mẫu nào / no samples")
    if not np.isfinite(samples).all():
        raise file.refused("chứa mẫu âm thanh hỏng / holds broken samples")
    seconds = len(samples) / rate
    if seconds < declared - _MISSING:
        what = f"bị cụt: chỉ còn {seconds:.1f} trong {declared:.1f} giây / is cut short: {seconds:.1f} of {declared:.1f} s are there"
        raise file.refused(what, "chép lại cả tệp từ điện thoại / copy the whole file from the telephone again")
    return Recording(samples, rate, codec, not codec.startswith(_LOSSLESS), sides)


def _declared(stream: av.AudioStream) -> float:
    """The seconds that the header of a counted format promises; 0 when it says nothing."""
    if stream.duration is None or stream.time_base is None:
        return 0.0
    return float(stream.duration * stream.time_base)


def _promised(data: bytes) -> float:
    """The seconds that a WAV file's own header promises; 0 when it says nothing. libavformat believes the file's end instead."""
    at, per_second = 12, 0
    while data[:4] == b"RIFF" and at + 8 <= len(data):
        name, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        if name == b"fmt ":
            per_second = int.from_bytes(data[at + 16 : at + 20], "little")
        # Programs that write to a pipe cannot know the size, and write the largest one.
        if name == b"data":
            return size / per_second if per_second and size < _UNKNOWN_SIZE else 0.0
        at += 8 + size + size % 2
    return 0.0


def _sides(file: _File) -> tuple[Sides, int | None]:
    """Whether the channels may be mixed, else the number of the one to take.

    A dead channel would only halve the sound, and two microphones wired in opposite phase cancel each other.
    """
    power: NDArray[np.float64] | float = 0.0
    mixed = 0.0
    for block in file.blocks():
        exact = block.astype(np.float64)
        power = power + (exact**2).sum(axis=1)
        mixed += float((exact.mean(axis=0) ** 2).sum())
    each = np.atleast_1d(power)
    loudest = int(each.argmax())
    if (each < each[loudest] * 10 ** (-_DEAD_DB / 10)).any():
        return Sides.LOUDEST_OTHERS_DEAD, loudest
    # Unrelated channels lose 3 dB when they are mixed; what loses more cancels.
    if mixed < each[loudest] * 0.3:
        return Sides.LOUDEST_OTHERS_OPPOSED, loudest
    return Sides.ALL, None


def decode(data: bytes, name: str, where: str) -> Samples:
    """The sound of a file called *name* as mono samples at 48 kHz; errors as `read_recording`."""
    recording = read_recording(data, name, where)
    return at_our_rate(recording.samples, recording.rate)
