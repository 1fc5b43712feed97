"""Files as they really come: empty, huge, misnamed, one-sided, cut short, of odd rates, and hours of silence in a few bytes."""

import io
import wave

import numpy as np
import pytest

from bundle.errors import Refused
from registry.making.sound.limits import SoundLimits
from registry.making.sound.recording import Sides, read_recording
from registry.making.sound.remarks import Fault
from registry.making.sound.restoring import restored
from registry.making.waves import MAX_SECONDS
from tests.registry.making.officework import RATE, Recorder, wav
from tests.registry.making.utterances import as_file, hiss, said

CLEAN = said()
SECONDS = len(CLEAN) / RATE


def read(data: bytes, name: str = "a.wav") -> np.ndarray:
    return read_recording(data, name, "x").samples


def reason(data: bytes, name: str) -> str:
    with pytest.raises(Refused) as refused:
        read_recording(data, name, "x")
    (complaint,) = refused.value.complaints
    assert complaint.do
    return complaint.what


@pytest.mark.parametrize(("left", "right"), [(1, 0), (0.001, 1), (1, -1)])
def test_a_dead_channel_or_an_opposed_one_does_not_take_the_sound_away(left: float, right: float) -> None:
    recording = read_recording(wav(np.stack((CLEAN * left, CLEAN * right), axis=1)), "a.wav", "x")
    assert np.abs(recording.samples).max() == pytest.approx(np.abs(CLEAN).max(), abs=0.001)
    assert [remark.fault for remark in restored(recording, SoundLimits(), music=False).remarks] == [Fault.ONE_SIDED]


def test_two_good_channels_are_mixed() -> None:
    one, other = CLEAN + hiss(CLEAN, 20, seed=1), CLEAN + hiss(CLEAN, 20, seed=2)
    recording = read_recording(wav(np.stack((one, other), axis=1)), "a.wav", "x")
    assert recording.sides is Sides.ALL
    assert recording.samples == pytest.approx((one + other) / 2, abs=1e-4)


@pytest.mark.parametrize("options", [("-c:a", "pcm_s24le", "-ar", "96000"), ("-c:a", "pcm_f32le"), ("-c:a", "pcm_u8", "-ar", "22050")])
def test_every_kind_of_wav_is_read(recorded: Recorder, options: tuple[str, ...]) -> None:
    clip = recorded.clip(as_file(CLEAN, "wav", *options))
    assert clip.duration == pytest.approx(SECONDS - 1.2, abs=0.4)
    assert clip.loudness + clip.gain == pytest.approx(-16, abs=0.1)


@pytest.mark.parametrize(("written", "named"), [("m4a", "a.wav"), ("wav", "a.mp3"), ("mp3", "a.m4a"), ("ogg", "a.aac")])
def test_a_wrong_suffix_is_no_reason_to_refuse(written: str, named: str) -> None:
    assert len(read(as_file(CLEAN, written, *(("-c:a", "libopus") if written == "ogg" else ())), named)) > 0


@pytest.mark.parametrize("share", [0.3, 0.9])
def test_a_file_that_was_cut_short_is_refused(share: float) -> None:
    m4a = as_file(CLEAN, "m4a", "-movflags", "+faststart")
    cut = reason(m4a[: int(len(m4a) * share)], "a.m4a")
    assert "cut short" in cut or "cannot be decoded" in cut
    assert "cannot be decoded" in reason(as_file(CLEAN, "m4a")[: int(len(m4a) * share)], "a.m4a"), "its index stood at the end"
    data = wav(CLEAN)
    assert "cut short" in reason(data[: int(len(data) * share)], "a.wav")


def test_an_mp3_of_variable_rate_with_a_wrong_length_is_heard_to_its_end() -> None:
    mp3 = bytearray(as_file(CLEAN, "mp3", "-q:a", "6"))
    at = mp3.index(b"Xing") + 8
    mp3[at : at + 4] = (5).to_bytes(4, "big")
    assert len(read(bytes(mp3), "a.mp3")) / RATE == pytest.approx(SECONDS, abs=0.3)
    untold = bytes(mp3).replace(b"Xing", b"\0\0\0\0").replace(b"Info", b"\0\0\0\0")
    assert len(read(untold, "a.mp3")) / RATE == pytest.approx(SECONDS, abs=0.3)


def test_hours_of_silence_in_a_small_file_are_refused_before_they_fill_the_memory() -> None:
    hours = as_file(np.zeros(RATE // 10, np.float32), "flac", "-af", f"apad=whole_dur={3 * MAX_SECONDS}", "-ar", "8000")
    assert len(hours) < 2_000_000
    assert "longer than 30 minutes" in reason(hours, "a.flac")


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.mp3", "a.ogg", "a.m4a", "a.aac", "a.amr"])
def test_noise_instead_of_a_file_is_refused(name: str) -> None:
    assert "“" in reason(np.random.default_rng(1).bytes(4000), name)


def test_rates_and_channels_beyond_all_reason_are_refused() -> None:
    data = io.BytesIO()
    with wave.open(data, "wb") as file:
        file.setnchannels(32)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(bytes(64_000))
    assert "cannot be read" in reason(data.getvalue(), "a.wav")
    assert "cannot be read" in reason(wav(CLEAN, rate=900_000), "a.wav")


def test_telephone_sound_is_used_and_told(recorded: Recorder) -> None:
    recorded.clip(as_file(CLEAN, "wav", "-ar", "8000"))
    assert "8000 Hz" in recorded.told()[Fault.NARROW].what
