"""What leaves the sound process on SDL's disk driver against what was published, with the amplifier's own history beside it."""

from datetime import timedelta

import numpy as np
import pytest

from audio.driver.ring import RATE
from audio.driver.tape import intervals, read_tape, violations
from audio.source.decode import pcm
from bundle.asset import blob_path
from bundle.base import BulletinClass
from evidence.records import Outcome, Rung
from registry.making.sound.limits import SoundLimits
from registry.making.sound.loudness import measured
from registry.making.speech import levelled
from tests.audio.conftest import until
from tests.audio.test_speaking import find
from tests.audio.village import tone

pytestmark = pytest.mark.endtoend
LIMITS = SoundLimits()
HERTZ, OVER, WINDOW = 300.0, 1000.0, 0.05
"""Music and the speech over it are tones; over this window the one is orthogonal to the other."""


def speechlike(seconds, seed):
    """Noise in the band of a voice, louder and fainter four times a second, loud from its first to its last sample."""
    random = np.random.default_rng(seed)
    at = np.arange(round(seconds * RATE)) / RATE
    spectrum = np.fft.rfft(random.normal(0, 0.1, len(at)))
    frequencies = np.fft.rfftfreq(len(at), 1 / RATE)
    spectrum[(frequencies < 300) | (frequencies > 6000)] = 0
    return (np.fft.irfft(spectrum, len(at)) * (0.6 + 0.4 * np.cos(2 * np.pi * 4 * at))).astype(np.float32)


def strength(samples):
    """How loud the music is in windows that begin every millisecond, in dB."""
    width, step = round(WINDOW * RATE), RATE // 1000
    turning = np.exp(-2j * np.pi * HERTZ * np.arange(width) / RATE)
    windows = np.lib.stride_tricks.sliding_window_view(samples.astype(np.float64), width)[::step]
    return 20 * np.log10(np.maximum(np.abs(windows @ turning), 1e-3))


def test_published_speech_leaves_sample_by_sample_with_its_signed_gain_and_without_a_gap(village, bench):
    made = [levelled(speechlike(seconds, seed), LIMITS) for seed, seconds in enumerate((3.0, 2.0))]
    gains = (0.0, -3.0)
    due = (village.now() + timedelta(seconds=5)).replace(microsecond=0)
    planned = [village.announcement(f"bai-{n}", made[n][0], 3.0, gain=gain) for n, gain in enumerate(gains)]
    village.publish(planned, [village.session("buoi-sang", due, planned)])
    village.start()
    done = [village.outcome(f"bai-{n}", Outcome.COMPLETE) for n in range(len(made))]
    bench.switched_to(False)
    tape = read_tape(bench.tape)

    meant = []
    for n, (encoded, _, _) in enumerate(made):
        path = village.paths.shelf / blob_path(village.publisher.add_blob(encoded))
        decoded = np.concatenate(list(pcm(str(path), 0.0)))
        assert done[n].samples == len(decoded)
        meant.append(decoded * 10 ** (gains[n] / 20))
    both = np.concatenate(meant)
    at = find(tape.samples, both[:2400])
    # Whole: the first and the last 50 ms of each, and no sample between them; bit by bit where nothing is rounded.
    assert np.array_equal(tape.samples[at : at + len(meant[0])], meant[0])
    assert np.abs(tape.samples[at : at + len(both)] - both).max() <= 0.51

    left = at
    for n, (_, _, published) in enumerate(made):
        heard = measured(tape.samples[left : left + len(meant[n])].astype(np.float32) / 32768)
        left += len(meant[n])
        print(f"published {published} with {gains[n]} dB, on the tape {heard}, in the record {done[n].level} dBFS")
        assert heard.integrated == pytest.approx(published.integrated + gains[n], abs=0.1)
        assert abs(heard.integrated - LIMITS.target - gains[n]) < 1.0
        assert heard.true_peak <= LIMITS.ceiling + 0.1
        assert done[n].rung is Rung.LEFT_DRIVER
        rms = 20 * np.log10(np.sqrt(np.mean((meant[n] / 32768) ** 2)))
        assert done[n].level == pytest.approx(rms, abs=1.0)
        assert done[n].latency is None, "nobody has calibrated it"
    assert violations(tape, intervals(bench.look(), tape), 0.5, 1.0, 1.0) == []


def test_music_goes_down_below_speech_and_comes_back_and_an_emergency_ends_it_within_50_ms(village, bench):
    due = (village.now() + timedelta(seconds=5)).replace(microsecond=0)
    music = village.announcement("dan-tinh", tone(26.0, level=0.25, hertz=HERTZ), music=True)
    speech = village.announcement("hop-dan", tone(3.0, level=0.3, hertz=OVER))
    playing = village.session("nhac", due, [music])
    village.publish([music], [playing])
    village.start()
    until(village.sounding, "the music")
    later = (village.now() + timedelta(seconds=10)).replace(microsecond=0)
    over = village.session("hop", later, [speech], bulletin_class=BulletinClass.PRIORITY, window=60.0)
    village.publish([music, speech], [playing, over], version=2)
    village.outcome("hop-dan", Outcome.STARTED)
    spoken = village.outcome("hop-dan", Outcome.COMPLETE)
    # The music comes back in 1.5 s, and is heard at its own level for a while before the emergency.
    until(lambda: read_tape(bench.tape).marks[-1][0] > spoken.at.mono + 4.0, "the music to be back")
    village.raise_alert(tone(1.0, hertz=700.0))
    cut = village.outcome("dan-tinh", Outcome.INTERRUPTED)
    village.outcome("alert:", Outcome.COMPLETE)
    tape = read_tape(bench.tape)

    the_speech = tone(3.0, level=0.3, hertz=OVER)
    begin, end = span_of(tape.samples, the_speech)
    full = strength(tape.samples[begin - 5 * RATE :][:RATE])
    down = strength(tape.samples[begin - 4 * RATE : begin]) - full.mean()
    below = strength(tape.samples[begin + RATE // 2 : end - RATE // 2]) - full.mean()
    up = strength(tape.samples[end : end + 3 * RATE]) - full.mean()
    fall, rise = crossing(down, -2.0, -13.0), crossing(up, -13.0, -2.0)
    print(f"duck {below.mean():.2f} dB; {fall:.0f} ms for 11 dB down, {rise:.0f} ms for 11 dB up")
    assert below == pytest.approx(-15.0, abs=0.3)
    assert fall == pytest.approx(11 / 15 * 500, rel=0.1)
    assert rise == pytest.approx(11 / 15 * 1500, rel=0.1)
    assert up[-1] == pytest.approx(0.0, abs=0.1)

    faded = fade_after(tape.samples, end + 2 * RATE, 0.24 * 32767)
    print(f"the emergency's fade: {1000 * faded / RATE:.1f} ms")
    assert 0 < faded <= 0.05 * RATE
    assert cut.rung is Rung.LEFT_DRIVER
    # What was left of the music is heard after the emergency; then the line falls, and every sound lay inside its interval.
    village.outcome("dan-tinh", Outcome.COMPLETE)
    bench.switched_to(False)
    tape = read_tape(bench.tape)
    assert violations(tape, intervals(bench.look(), tape), 0.5, 1.0, 1.0) == []


def span_of(samples, speech):
    """First and last sample of the tone of the speech, by its own strength."""
    width, step = RATE // 100, RATE // 1000
    turning = np.exp(-2j * np.pi * OVER * np.arange(width) / RATE)
    found = np.abs(np.lib.stride_tricks.sliding_window_view(samples.astype(np.float64), width)[::step] @ turning)
    loud = found > 0.9 * 0.3 * 32767 * width / 2
    edges = np.flatnonzero(np.diff(np.concatenate([[False], loud, [False]]).astype(int)))
    first, last = max(edges.reshape(-1, 2), key=lambda edge: edge[1] - edge[0])
    assert abs((last - first) * step + width - len(speech)) < 0.02 * RATE, "the speech lies whole over the music"
    return int(first) * step, int(first) * step + len(speech)


def crossing(levels, start, stop):
    """Milliseconds from where *levels* leave *start* to where they first reach *stop*."""
    towards = np.sign(stop - start)
    there = int(np.flatnonzero(towards * (levels - stop) > 0)[0])
    return there - int(np.flatnonzero(towards * (levels[:there] - start) < 0)[-1])


def fade_after(samples, start, level):
    """Samples from the last that reaches *level* to the silence after it."""
    peak = np.abs(samples[start:].astype(int))
    silent = runs_of_zero(peak)
    return silent - int(np.flatnonzero(peak[:silent] > level)[-1])


def runs_of_zero(peak):
    """Where the first 50 ms of silence begin."""
    return int(np.flatnonzero(np.convolve(peak == 0, np.ones(RATE // 20), "valid") >= RATE // 20 - 0.5)[0])
