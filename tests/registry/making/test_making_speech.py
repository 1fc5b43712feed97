"""Sound for horns, measured on what a unit will decode: level, peak, missing bass, no silence, the first word whole."""

import av
import numpy as np
import pytest

from bundle.asset import blob_path
from bundle.errors import Refused
from registry.making.sound.loudness import measured
from registry.making.spoken import Words
from tests.registry.making.officework import RATE, Recorder, babble, sine, wav

SILENCE = np.zeros(RATE, np.float32)


def tone(samples: np.ndarray, hertz: float) -> float:
    """The level of one frequency in dB."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    near = round(hertz * len(samples) / RATE)
    return 20 * float(np.log10(spectrum[near - 20 : near + 20].max() + 1e-12))


def true_peak(samples: np.ndarray) -> float:
    """Peaks between the samples, by eight times as many of them (band-limited interpolation)."""
    spectrum = np.fft.rfft(samples)
    padded = np.pad(spectrum, (0, 7 * len(samples) // 2))
    return 20 * float(np.log10(8 * np.abs(np.fft.irfft(padded, 8 * len(samples))).max()))


@pytest.mark.parametrize(("samples", "lufs"), [(sine(997, 3, 0.1), -23.0), (sine(997, 3, 1.0), -3.0)])
def test_the_meter_reads_what_bs_1770_says_of_a_sine(samples: np.ndarray, lufs: float) -> None:
    assert measured(samples).integrated == pytest.approx(lufs, abs=0.15)


@pytest.mark.parametrize("level", [0.003, 0.05, 0.2])
def test_faint_and_loud_recordings_come_out_at_one_level_below_the_ceiling(recorded: Recorder, level: float) -> None:
    clip = recorded.clip(wav(babble(3, level)), "a.wav")
    result = recorded.heard(clip)
    assert measured(result).integrated == pytest.approx(-16, abs=1)
    assert clip.loudness == pytest.approx(measured(result).integrated, abs=0.05)
    assert true_peak(result) <= -1.0
    assert clip.true_peak == pytest.approx(true_peak(result), abs=0.5)
    assert clip.duration == pytest.approx(len(result) / RATE, abs=0.001)


def test_sudden_shouts_stay_below_the_ceiling(recorded: Recorder) -> None:
    samples = babble(4, 0.02)
    samples[RATE : RATE + 2400] += sine(900, 0.05, 0.9)
    result = recorded.heard(recorded.clip(wav(samples), "a.wav"))
    assert true_peak(result) <= -1.0
    assert measured(result).integrated == pytest.approx(-16, abs=1)


def test_what_a_horn_cannot_play_is_taken_away(recorded: Recorder) -> None:
    both = sine(100, 3) + sine(1000, 3)
    result = recorded.heard(recorded.clip(wav(both), "a.wav", music=True))
    assert tone(both, 1000) - tone(both, 100) == pytest.approx(0, abs=0.5)
    assert tone(result, 1000) - tone(result, 100) > 25
    speech = sine(400, 3) + sine(1000, 3)
    kept = recorded.heard(recorded.clip(wav(speech), "b.wav", music=True))
    assert tone(kept, 1000) - tone(kept, 400) < 2


@pytest.mark.parametrize("spoilt", ["nothing", "hum", "offset"])
def test_silence_goes_and_the_first_word_stays_whole(recorded: Recorder, spoilt: str) -> None:
    word = sine(800, 1.2)
    samples = np.concatenate([SILENCE, word, SILENCE])
    if spoilt == "hum":
        samples = samples + sine(50, len(samples) / RATE, 0.05)
    if spoilt == "offset":
        samples = samples + np.float32(0.05)
    result = recorded.heard(recorded.clip(wav(samples), "a.wav"))
    loud = np.flatnonzero(np.abs(result) > np.abs(result).max() * 0.1)
    assert loud[0] <= 0.05 * RATE
    assert len(result) - loud[-1] <= 0.05 * RATE
    assert loud[-1] - loud[0] >= 0.99 * len(word)


def test_the_first_50_ms_of_a_spoken_clip_hold_speech(recorded: Recorder) -> None:
    words = Words("announcements", None, "Xin chào bà con xã Mẫu.", "vi", "x", "Bài", "Vi Thị Dụ")
    result = recorded.heard(recorded.speaker.clip(words))
    assert np.abs(result[: RATE // 20]).max() > 0.003
    assert np.abs(result[-RATE // 20 :]).max() > 0.003


def test_stereo_at_another_rate_becomes_mono_opus_at_48_khz(recorded: Recorder) -> None:
    left = sine(700, 2, rate=22_050)
    clip = recorded.clip(wav(np.stack([left, left], axis=1), 22_050), "a.wav", music=True)
    with av.open(str(recorded.speaker.blobs.root / blob_path(clip.sha256))) as container:
        stream = container.streams.audio[0]
        assert (stream.codec_context.name, stream.rate, stream.layout.nb_channels) == ("opus", 48_000, 1)
    assert clip.duration == pytest.approx(2, abs=0.1)


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (b"RIFF but no sound", "a.wav", "cannot be decoded"),
        (b"", "a.mp3", "is empty"),
        (wav(babble(1)), "a.docx", "not a known kind"),
        (wav(np.zeros(RATE * 2)), "a.wav", "silent"),
        (wav(sine(800, 0.2)), "a.wav", "shorter than 0.5"),
        (wav(sine(40, 2, 0.02)), "a.wav", "too faint"),
        (wav(babble(2, 0.0007)), "a.wav", "too faint"),
        (b"fLaC" + wav(babble(1)), "a.flac", "cannot be decoded"),
    ],
)
def test_what_is_no_speech_is_refused_with_a_reason_and_a_way_out(recorded: Recorder, data: bytes, name: str, reason: str) -> None:
    with pytest.raises(Refused, match=reason) as refused:
        recorded.clip(data, name)
    assert all(complaint.do for complaint in refused.value.complaints)


def test_a_title_in_an_old_encoding_does_not_stop_a_recording(recorded: Recorder) -> None:
    data = wav(babble(1))
    info = b"LIST" + (4 + 8 + 8).to_bytes(4, "little") + b"INFOINAM" + (8).to_bytes(4, "little") + b"B\xb8n tin\x00"
    tagged = data + info
    tagged = tagged[:4] + (len(tagged) - 8).to_bytes(4, "little") + tagged[8:]
    assert recorded.clip(tagged, "a.wav").duration == pytest.approx(1, abs=0.1)
