"""The pure looks at samples: what is never found in a good recording, and always in a spoilt one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.making.sound.faults import click_runs, clipped_runs, clipped_share, hum, piled_up
from registry.making.sound.levels import FRAME, Span, frame_levels, longest_quiet, noise_level, phrases, true_runs
from registry.making.sound.remarks import places
from registry.making.sound.repair import denoised, evened, without_clicks
from registry.making.sound.trimming import trimmed
from tests.registry.making.officework import RATE, sine
from tests.registry.making.utterances import fidelity, hiss, overdriven, said

CLEAN = said()
TONES = st.lists(st.tuples(st.floats(90, 3500), st.floats(0.05, 1), st.floats(0, 6.3)), min_size=1, max_size=6)


def chord(tones: list[tuple[float, float, float]], seconds: float = 0.5) -> np.ndarray:
    time = np.arange(round(seconds * RATE)) / RATE
    total = np.sum([level * np.sin(2 * np.pi * hertz * time + phase) for hertz, level, phase in tones], axis=0)
    return (0.99 * total / np.abs(total).max()).astype(np.float32)


def stepped(samples: np.ndarray) -> np.ndarray:
    """As 16-bit files hold it."""
    return (np.round(samples * 32767) / 32768).astype(np.float32)


@given(TONES)
def test_no_mixture_of_tones_is_taken_for_clipped_or_clicking(tones: list[tuple[float, float, float]]) -> None:
    samples = stepped(chord(tones))
    assert clipped_runs(samples, RATE) == []
    # The very first and last samples are steps out of nothing.
    assert click_runs(samples, RATE, lossy=False) == []


@given(TONES, st.floats(1, 12))
def test_what_is_cut_off_is_found_and_only_there(tones: list[tuple[float, float, float]], decibels: float) -> None:
    samples = stepped(overdriven(chord(tones), decibels))
    runs = clipped_runs(samples, RATE)
    size = np.abs(samples)
    flat = true_runs(size >= size.max())
    for first, last in flat:
        assert last - first < 4 or any(start <= first and last <= end for start, end in runs)
    for first, last in runs:
        assert (size[first:last] > 0.99).all()
    assert (clipped_share(samples, runs) > 0) == bool(runs)


@given(st.lists(st.integers(2_000, 22_000), min_size=1, max_size=5, unique=True), st.floats(0.1, 0.9), st.integers(1, 8))
def test_every_click_far_from_another_is_found_and_interpolated(places: list[int], strength: float, width: int) -> None:
    apart = [place for at, place in enumerate(sorted(places)) if at == 0 or place - sorted(places)[at - 1] > 2_000]
    clean = chord([(200, 0.5, 0), (730, 0.3, 1), (2400, 0.1, 2)]) * np.float32(0.4)
    spoilt = clean.copy()
    for place in apart:
        spoilt[place : place + width] += strength
    runs = click_runs(spoilt, RATE, lossy=False)
    for place in apart:
        assert any(first <= place + 3 and last >= place - 3 for first, last in runs)
    assert fidelity(clean, without_clicks(spoilt, runs)) > fidelity(clean, spoilt) + 3


def test_a_click_at_the_very_edge_is_mended_without_reaching_beyond() -> None:
    spoilt = chord([(200, 0.5, 0)])
    for run in ((0, 5), (len(spoilt) - 4, len(spoilt) + 3)):
        assert len(without_clicks(spoilt, [run])) == len(spoilt)
    assert not np.isnan(without_clicks(np.zeros(3000, np.float32), [(1000, 1005)])).any()


def test_the_level_of_noise_is_known_only_where_there_is_steady_noise() -> None:
    assert noise_level(frame_levels(CLEAN)) is None
    noisy = CLEAN + hiss(CLEAN, 20)
    noise = noise_level(frame_levels(noisy))
    assert noise == pytest.approx(float(np.median(frame_levels(hiss(CLEAN, 20)))), abs=0.5)
    quiet = longest_quiet(frame_levels(noisy), noise)
    assert quiet.stop - quiet.start > 0.4 * RATE
    assert np.abs(CLEAN[quiet]).max() < 0.02, "no speech in it"


def test_denoising_keeps_every_sample_in_its_place() -> None:
    pulse = np.zeros(2 * RATE, np.float32)
    pulse[RATE : RATE + 2400] = sine(800, 0.05)
    cleaned = denoised(pulse + 1e-4 * np.random.default_rng(1).normal(0, 1, len(pulse)).astype(np.float32), pulse[:4800] + 1e-4, -80, 6)
    assert len(cleaned) == len(pulse)
    loud = np.flatnonzero(np.abs(cleaned) > 0.05)
    assert loud[0] == pytest.approx(RATE, abs=48)
    assert loud[-1] == pytest.approx(RATE + 2400, abs=48)


def test_hum_is_told_from_hiss_and_from_tones_between() -> None:
    second = np.random.default_rng(2).normal(0, 0.001, RATE).astype(np.float32)
    assert hum(second, RATE) < 6
    assert hum(second + sine(150, 1, 0.01) + sine(350, 1, 0.01), RATE) > 15
    assert hum(second + sine(175, 1, 0.02), RATE) < 0
    assert hum(second[:100], RATE) == 0


def test_amplitudes_pile_up_only_where_they_were_cut_off() -> None:
    assert piled_up(CLEAN) < 0.7
    assert piled_up(overdriven(CLEAN, 12)) > 1.8
    assert piled_up(np.zeros(100, np.float32)) == 0


def test_phrases_are_the_speech_between_pauses() -> None:
    one, two = said("Xin chào bà con, hôm nay có tin."), said("Mời bà con nghe tin buổi sáng.")
    found = phrases(frame_levels(np.concatenate((one, two))), None)
    assert len(found) == 2
    assert found[0].span.end * RATE < len(one) < found[1].span.start * RATE
    raised = evened(np.concatenate((one, two)), found, [0.0, 6.0])
    assert raised[: len(one) - RATE // 2] == pytest.approx(one[: len(one) - RATE // 2])
    assert np.abs(raised[len(one) + RATE // 2 :]).max() == pytest.approx(2 * np.abs(two).max(), rel=0.01)


@given(st.integers(0, 3 * RATE), st.integers(RATE // 2, RATE), st.integers(0, 2 * RATE))
def test_trimming_takes_the_silence_and_no_sound(before: int, lasts: int, after: int) -> None:
    word = sine(700, lasts / RATE)
    samples = np.concatenate((np.zeros(before, np.float32), word, np.zeros(after, np.float32)))
    kept, span = trimmed(samples)
    assert len(kept) <= len(word) + 2 * 0.04 * RATE
    assert float(np.sum(kept.astype(float) ** 2)) == pytest.approx(float(np.sum(word.astype(float) ** 2)), rel=0.01)
    assert span.start <= before / RATE <= (before + lasts) / RATE <= span.end + 0.01


def test_places_are_told_in_seconds_and_not_all_of_many() -> None:
    assert places([Span(1.04, 1.05)]) == "giây / at second 1.0"
    told = places([Span(at, at + 0.5) for at in range(9)])
    assert "0.0–0.5, 1.0–1.5" in told
    assert "and 5 more" in told


@given(st.lists(st.booleans(), max_size=40))
def test_runs_cover_exactly_what_is_true(mask: list[bool]) -> None:
    array = np.array(mask, dtype=np.bool_)
    covered = np.zeros_like(array)
    for first, last in true_runs(array):
        assert first < last
        covered[first:last] = True
    assert (covered == array).all()


def test_what_is_left_over_after_whole_frames_does_not_count() -> None:
    assert len(frame_levels(np.ones(FRAME - 1, np.float32))) == 0
    assert frame_levels(np.ones(2 * FRAME + 5, np.float32)) == pytest.approx([0, 0], abs=1e-6)
