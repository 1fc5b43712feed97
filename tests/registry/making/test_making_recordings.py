"""Recordings as telephones make them: what is found is told with its place, mended where that helps, refused where it does not."""

import itertools

import numpy as np
import pytest

from bundle.errors import Refused
from registry.making.sound.levels import frame_levels
from registry.making.sound.limits import SoundLimits
from registry.making.sound.loudness import measured
from registry.making.sound.recording import read_recording
from registry.making.sound.remarks import Fault
from registry.making.sound.restoring import Restored, for_horns, restored
from registry.making.sound.trimming import trimmed
from tests.registry.making.officework import RATE, Recorder, wav
from tests.registry.making.utterances import fan, fidelity, hiss, level, mains, overdriven, said

CLEAN = said()
PAUSE = round(0.5 * RATE)


def mended(samples: np.ndarray) -> Restored:
    """*samples* as they go on to be levelled and encoded."""
    return restored(read_recording(wav(samples), "a.wav", "x"), SoundLimits(), music=False)


def like_the_clean_one(heard: np.ndarray) -> float:
    """How well *heard* is the clean recording, from the moment at which it fits best."""
    reference = for_horns(CLEAN)
    size = 2 ** int(np.ceil(np.log2(len(reference) + len(heard))))
    fit = np.fft.irfft(np.fft.rfft(reference, size) * np.conj(np.fft.rfft(heard, size)))
    start = int(np.argmax(fit[: len(reference)]))
    return fidelity(reference[start : start + len(heard)], heard[: len(reference) - start])


def refusal(recorded: Recorder, samples: np.ndarray) -> str:
    with pytest.raises(Refused) as refused:
        recorded.clip(wav(samples))
    (complaint,) = refused.value.complaints
    assert complaint.do
    return complaint.what


def test_a_clean_recording_is_left_as_it_is() -> None:
    answer = mended(CLEAN)
    assert answer.remarks == []
    assert like_the_clean_one(answer.samples) > 60


@pytest.mark.parametrize(("noise", "below"), [(hiss, 15.0), (hiss, 10.0), (fan, 15.0), (fan, 10.0), (mains, 10.0)])
def test_steady_noise_is_taken_down_as_far_as_needed_and_told(noise, below: float) -> None:
    spoilt = CLEAN + noise(CLEAN, below)
    answer, raw = mended(spoilt), trimmed(for_horns(spoilt))[0]
    told = {remark.fault: remark for remark in answer.remarks}[Fault.NOISY]
    assert told.spans
    assert "reduced" in told.do
    # The quietest frames against the loud ones: how far the noise lies below the speech, before and after.
    distances = [float(np.subtract(*np.percentile(frame_levels(each), (90, 3)))) for each in (raw, answer.samples)]
    assert distances[1] > distances[0] + 2.5
    assert distances[1] < 32, "a floor is left: a voice out of nothing sounds unnatural"
    assert like_the_clean_one(answer.samples) > like_the_clean_one(raw) + 1


def test_denoising_leaves_no_musical_noise() -> None:
    """What tinkles comes and goes in single tones: the spread of each tone's level over time would grow."""

    def restlessness(samples: np.ndarray) -> float:
        frames = np.lib.stride_tricks.sliding_window_view(samples, 1024)[::512] * np.hanning(1024)
        return float(np.std(np.log10(np.abs(np.fft.rfft(frames))[:, 8:170] + 1e-9), axis=0).mean())

    still = np.zeros(2 * RATE, np.float32)
    spoken = np.concatenate((CLEAN, still, CLEAN))
    spoilt = spoken + hiss(spoken, 12)
    answer = mended(spoilt)
    assert Fault.NOISY in [remark.fault for remark in answer.remarks]
    middle = slice(len(CLEAN) + RATE // 2, len(CLEAN) + RATE)
    before, after = restlessness(for_horns(spoilt)[middle]), restlessness(answer.samples[middle])
    assert after < before * 1.15


def test_mains_hum_is_named_and_hiss_is_not_called_hum() -> None:
    assert Fault.HUM in [remark.fault for remark in mended(CLEAN + mains(CLEAN, 15) + hiss(CLEAN, 45)).remarks]
    assert Fault.HUM not in [remark.fault for remark in mended(CLEAN + hiss(CLEAN, 15)).remarks]


@pytest.mark.parametrize("noise", [hiss, fan])
def test_noise_that_drowns_the_words_is_refused(recorded: Recorder, noise) -> None:
    assert "below speech" in refusal(recorded, CLEAN + noise(CLEAN, 2))


def test_noise_without_any_speech_is_refused(recorded: Recorder) -> None:
    assert "no speech" in refusal(recorded, hiss(CLEAN, 10))


@pytest.mark.parametrize("decibels", [2.0, 4.0, 6.0])
def test_a_little_clipping_is_mended_and_told_with_its_seconds(decibels: float) -> None:
    spoilt = overdriven(CLEAN, decibels)
    answer = mended(spoilt)
    (told,) = answer.remarks
    assert told.fault is Fault.CLIPPED
    cut = np.flatnonzero(np.abs(spoilt) >= 1) / RATE
    marked = [any(span.start - 0.001 <= at <= span.end + 0.001 for span in told.spans) for at in cut]
    assert np.mean(marked) > 0.9
    assert like_the_clean_one(answer.samples) > like_the_clean_one(trimmed(for_horns(spoilt))[0]) + 3


def test_much_clipping_is_refused_and_the_seconds_are_told(recorded: Recorder) -> None:
    what = refusal(recorded, overdriven(CLEAN, 14))
    assert "% of the samples are cut off" in what
    assert "giây / at second" in what


def test_clicks_go_and_the_words_stay() -> None:
    spoilt, places = CLEAN.copy(), [30_000, 150_000, 300_000]
    for place, strength in zip(places, (0.5, -0.3, 0.8), strict=True):
        spoilt[place : place + 4] += strength
    answer = mended(spoilt)
    (told,) = answer.remarks
    assert [span.start for span in told.spans] == pytest.approx([place / RATE for place in places], abs=0.001)
    assert like_the_clean_one(answer.samples) > like_the_clean_one(trimmed(for_horns(spoilt))[0]) + 15


def test_an_offset_is_told_and_is_no_sound(recorded: Recorder) -> None:
    straight = recorded.clip(wav(CLEAN))
    clip = recorded.clip(wav(CLEAN * 0.8 + 0.1))
    assert Fault.OFFSET in recorded.told()
    assert clip.duration == pytest.approx(straight.duration, abs=0.05)


def test_a_quiet_recording_is_raised_and_told(recorded: Recorder) -> None:
    clip = recorded.clip(wav(CLEAN * 0.03))
    assert "raised" in recorded.told()[Fault.QUIET].do
    assert clip.loudness + clip.gain == pytest.approx(-16, abs=0.1)


def test_long_silence_goes_also_under_noise_and_no_word_with_it(recorded: Recorder) -> None:
    late = np.concatenate((np.zeros(6 * RATE, np.float32), CLEAN))
    bare = recorded.clip(wav(CLEAN))
    for spoilt in (late, late + hiss(late, 30)):
        clip = recorded.clip(wav(spoilt))
        (span,) = recorded.told()[Fault.SILENCE].spans
        assert (span.start, span.end) == (0, pytest.approx(6.5, abs=0.2))
        assert clip.duration == pytest.approx(bare.duration, abs=0.35)


def test_two_voices_of_very_different_level_are_brought_together(recorded: Recorder) -> None:
    near, far = (
        said("Mời bác trưởng thôn nói về lịch tiêm chủng tuần này."),
        said("Cảm ơn cô, tuần này tiêm vào sáng thứ bảy, tại nhà văn hóa."),
    )
    both = np.concatenate((near, far * 0.2, near))
    heard = mended(both).samples
    (span,) = mended(both).remarks[0].spans
    assert span.start * RATE == pytest.approx(len(near) + PAUSE, abs=0.3 * RATE)
    start = round(0.6 * RATE)
    parts = [heard[: len(near) - start], heard[len(near) : len(near) + len(far) - start]]
    assert level(parts[0]) - level(parts[1]) < 6
    assert "fainter" in refusal(recorded, np.concatenate((near, far * 0.05, near)))


def test_every_finding_is_one_sentence_in_two_languages_with_what_to_do() -> None:
    spoilt = overdriven(CLEAN, 3) * 0.9 + 0.05 + mains(CLEAN, 30) + hiss(CLEAN, 18)
    spoilt[40_000:40_003] += 0.4
    told = mended(np.concatenate((hiss(CLEAN, 18)[: 3 * RATE], spoilt))).remarks
    assert len(told) >= 3
    for remark, part in itertools.product(told, ("what", "do")):
        assert " / " in getattr(remark, part)


def test_noisy_clipped_and_quiet_recordings_come_out_as_loud_as_a_horn_wants(recorded: Recorder) -> None:
    for spoilt in (CLEAN + hiss(CLEAN, 15), overdriven(CLEAN, 6), CLEAN * 0.03):
        clip = recorded.clip(wav(spoilt))
        result = measured(recorded.heard(clip) * np.float32(10 ** (clip.gain / 20)))
        assert result.integrated == pytest.approx(-16, abs=0.1)
        assert result.true_peak <= -1
