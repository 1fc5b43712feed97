"""The mixer's arithmetic: nothing passes the ceiling, nothing quiet is touched, and pieces leave no trace."""

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from audio.driver.ring import RATE
from audio.mix.limiter import CEILING, Limiter
from audio.mix.mixer import Envelope, Lane

RNG = np.random.default_rng(7)


def interpolated(samples, times=8, taps=24):
    """True peak by another filter than the limiter's: a longer one with another window, eight times oversampled."""
    wave = np.concatenate([np.zeros(taps), samples.astype(np.float64), np.zeros(taps)])
    at = np.arange(-taps * times, taps * times + 1) / times
    kernel = np.sinc(at) * np.hanning(len(at) + 2)[1:-1]
    return max(np.abs(np.convolve(wave, kernel[phase::times])).max() for phase in range(times))


def waves():
    """Whatever may come out of a decoder: noise, square and sine waves of any pitch a horn can give, clicks, and their sums."""
    noise = st.integers(0, 10_000).map(lambda seed: smooth(np.random.default_rng(seed).uniform(-32768, 32767, 4000)))
    sines = st.tuples(st.floats(20, 16_000), st.floats(0, 6.3)).map(
        lambda a: 32767 * np.sin(a[0] * 2 * np.pi * np.arange(4000) / RATE + a[1])
    )
    squares = st.integers(4, 200).map(lambda half: smooth(np.where(np.arange(4000) // half % 2, 32767.0, -32768.0)))
    clicks = st.integers(1, 60).map(lambda width: smooth(np.where(np.abs(np.arange(4000) - 2000) < width, 32767.0, 0.0)))
    return st.one_of(noise, sines, squares, clicks).map(lambda wave: np.clip(np.rint(wave), -32768, 32767).astype(np.int16))


def smooth(wave):
    """Without what lies above 16 kHz: no codec and no horn passes it, and meters differ there."""
    spectrum = np.fft.rfft(wave)
    spectrum[round(len(wave) * 16_000 / RATE) :] = 0
    return np.fft.irfft(spectrum, len(wave))


def mixed(samples, gain, cuts=(), under=None):
    lane, edges = Lane(gain), [0, *sorted(cut % len(samples) for cut in cuts), len(samples)]
    out = [lane.mix(samples[a:b], None if under is None else under[a:b]) for a, b in itertools.pairwise(edges)]
    return np.concatenate([*out, lane.finish()])


@given(waves(), st.floats(-12, 24), st.lists(st.integers(0, 3999), max_size=6))
@settings(deadline=None)
def test_the_true_peak_stays_below_the_ceiling_whatever_comes_and_nothing_wraps(samples, gain, cuts):
    out = mixed(samples, gain, cuts)
    assert len(out) == len(samples)
    assert interpolated(out) <= CEILING * 10 ** (0.1 / 20)
    meant = samples * 10 ** (gain / 20)
    loud = np.abs(meant) > 200
    assert (np.sign(out[loud]) * np.sign(meant[loud]) >= 0).all(), "a sample that changed its sign has wrapped"


@given(waves(), waves(), st.floats(-3, 12))
@settings(deadline=None, max_examples=40)
def test_so_does_speech_over_music(speech, music, gain):
    assert interpolated(mixed(speech, gain, (), music.astype(np.float32))) <= CEILING * 10 ** (0.1 / 20)


@given(st.lists(st.integers(-10_000, 10_000), min_size=1, max_size=3000), st.lists(st.integers(0, 2999), max_size=5))
@settings(deadline=None)
def test_what_is_quiet_passes_bit_by_bit(samples, cuts):
    samples = np.array(samples, np.int16)
    assert np.array_equal(mixed(samples, 0.0, cuts), samples)


@given(st.lists(st.integers(-32768, 32767), min_size=1, max_size=2000), st.floats(-40, -13))
@settings(deadline=None)
def test_a_gain_that_leaves_it_quiet_is_all_that_happens(samples, gain):
    samples = np.array(samples, np.int16)
    assert np.abs(mixed(samples, gain) - samples * 10 ** (gain / 20)).max() <= 0.51


@given(waves(), st.floats(0, 18), st.lists(st.integers(0, 3999), max_size=8))
@settings(deadline=None, max_examples=40)
def test_how_it_came_in_pieces_leaves_no_trace(samples, gain, cuts):
    assert np.array_equal(mixed(samples, gain, cuts), mixed(samples, gain))


def test_published_speech_at_minus_one_db_true_peak_is_not_touched():
    speech = smooth(RNG.normal(0, 3000, RATE))
    speech = np.rint(speech * CEILING * 10 ** (-0.2 / 20) / interpolated(speech)).astype(np.int16)
    assert np.array_equal(mixed(speech, 0.0), speech)


def test_a_new_gain_is_eased_and_only_reaches_what_comes_after():
    lane, ones = Lane(0.0), np.full(RATE, 1000, np.int16)
    before = lane.mix(ones)
    lane.set_gain(-6.0)
    out = np.concatenate([before, lane.mix(ones), lane.finish()])
    assert (out[:RATE] == 1000).all()
    assert np.abs(np.diff(out.astype(int))).max() <= 1
    assert out[-1] == round(1000 * 10 ** (-6 / 20))


def test_an_envelope_that_turns_back_on_its_way_makes_no_step():
    envelope = Envelope()
    envelope.move(1000, -15.0, 24_000)
    envelope.move(13_000, 0.0, 72_000)
    levels = 20 * np.log10(envelope.factors(13_000, 72_001))
    assert levels[0] == np.float32(levels.min())
    assert abs(levels[0] + 7.5) < 0.01
    assert abs(levels[-1]) < 0.001


def test_the_limiter_holds_back_no_more_than_it_says():
    limiter = Limiter()
    for count in (1, 10, 5000):
        limiter.push(np.zeros(count, np.float32))
    assert limiter.held == len(limiter.flush())
    assert limiter.held == 0
