"""The parts that handle samples: ring, device clock, decoder children, signals and tape."""

import json
import os
import sys
import tempfile
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.driver.ring import CAPACITY, CHUNK, RATE, Ring, make
from audio.driver.tape import Interval, Tape, intervals, read_tape, violations
from audio.driver.timeline import exactly, fit
from audio.mix.level import amplified
from audio.mix.signals import LEVEL, length, longest, signal
from audio.source.decoder import FILE, Decoder
from device.boottime import boottime
from device.errors import ClipUnplayable
from director.decision import Attention
from evidence.records import ClockState, Stamp, Switched
from tests.audio.conftest import until
from tests.audio.village import tone, wav


@given(st.lists(st.integers(1, 3 * CHUNK), max_size=12), st.integers(0, CAPACITY))
def test_what_is_written_ahead_leaves_in_order_once_and_then_zeros(counts, ahead):
    with tempfile.TemporaryDirectory() as folder:
        descriptor = make(Path(folder, "ring"))
    ring, written = Ring(descriptor), {}
    os.close(descriptor)
    out = np.empty(CHUNK, np.int16)
    for value, count in enumerate(counts, 1):
        start = ring.position + ahead % (CAPACITY - 4 * CHUNK)
        ring.write(start, np.full(count, value, np.int16))
        written.update(dict.fromkeys(range(start, start + count), value))
        before = ring.position
        ring.take(memoryview(out).cast("B"), 0.0)
        assert list(out) == [written.get(position, 0) for position in range(before, before + CHUNK)]
    for _ in range(CAPACITY // CHUNK + 1):
        ring.take(memoryview(out).cast("B"), 0.0)
    ring.take(memoryview(out).cast("B"), 0.0)
    assert not out.any(), "what has left never comes again"


@given(st.floats(0.97, 1.03), st.floats(10, 1e6), st.lists(st.floats(0, 0.002), min_size=40, max_size=200))
def test_a_device_that_drifts_is_followed(pace, start, jitter):
    marks = np.array([(int((start + n * CHUNK / (RATE * pace) + late) * 1e9), n * CHUNK) for n, late in enumerate(jitter)])
    line = fit(marks)
    frame = len(jitter) * CHUNK + RATE // 4
    assert line.moment_of(frame) == pytest.approx(start + frame / (RATE * pace), abs=0.02)
    assert line.frame_at(line.moment_of(frame)) == pytest.approx(frame, abs=2)


def test_too_few_marks_tell_no_pace_and_a_frame_without_its_mark_has_no_moment():
    marks = np.array([(n * 20_000_000, n * CHUNK) for n in range(5)])
    assert fit(marks) is None
    assert exactly(marks, 5 * CHUNK + 1) is None
    assert exactly(marks, CHUNK + CHUNK // 2) == pytest.approx(0.03)


def read_all(decoder, frames=RATE * 60):
    found = []
    until(lambda: (found.append(decoder.read(frames, boottime())), decoder.finished)[1], "the end of the clip")
    return np.concatenate(found)


def opus(path, samples):
    with av.open(str(path), "w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=RATE, layout="mono")
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = RATE
        for packet in (*stream.encode(frame), *stream.encode(None)):
            container.mux(packet)


def decoding(path, offset=0.0):
    return Decoder((sys.executable, "-m", "audio.source.decode", str(path), f"--offset={offset}"), boottime())


def test_a_clip_comes_out_whole_and_from_its_offset(tmp_path):
    samples = tone(0.5)
    (tmp_path / "clip").write_bytes(wav(samples))
    whole = decoding(tmp_path / "clip")
    assert np.array_equal(read_all(whole), samples)
    whole.close()
    part = decoding(tmp_path / "clip", 0.25)
    assert np.array_equal(read_all(part), samples[RATE // 4 :])
    part.close()


def test_opus_keeps_its_length(tmp_path):
    opus(tmp_path / "clip", tone(1.0))
    decoder = decoding(tmp_path / "clip")
    assert len(read_all(decoder)) == pytest.approx(RATE, abs=RATE // 40)
    decoder.close()


def test_a_gain_clips_and_never_wraps():
    assert amplified(tone(0.1, level=0.9), 12.0).max() == 32767
    assert amplified(tone(0.1, level=0.9), 12.0).min() == -32768


def test_rivendell_2_a_bad_clip_is_refused_and_says_why(tmp_path):
    (tmp_path / "clip").write_bytes(b"this is no sound at all" * 100)
    decoder = decoding(tmp_path / "clip")
    with pytest.raises(ClipUnplayable, match="Invalid data"):
        read_all(decoder)
    decoder.close()


def other(code):
    return (sys.executable, "-c", code)


def test_anthias_3138_a_decoder_that_complains_for_ever_fills_no_memory(tmp_path):
    code = "import sys, os\nfor _ in range(3000): os.write(2, b'x' * 1000)\nsys.exit(3)"
    decoder = Decoder(other(code), boottime())
    with pytest.raises(ClipUnplayable) as failure:
        read_all(decoder)
    assert len(str(failure.value)) < 400
    assert len(decoder._complaint) <= 2000
    decoder.close()


def test_a_decoder_that_hangs_is_noticed_only_while_samples_are_wanted(tmp_path):
    code = "import os, signal\nos.write(1, b'ab' * 100)\nsignal.pause()"
    decoder = Decoder(other(code), 0.0)
    until(lambda: len(decoder.read(1000, 1.0)), "its first samples")
    decoder.wait_from(100.0)
    assert not len(decoder.read(1000, 100.0 + FILE.hanging - 0.01))
    with pytest.raises(ClipUnplayable, match="treo"):
        decoder.read(1000, 100.0 + FILE.hanging + 0.01)
    decoder.close()


def test_a_decoder_that_never_opens_is_given_longer(tmp_path):
    decoder = Decoder(other("import signal; signal.pause()"), 0.0)
    assert not len(decoder.read(1000, FILE.opening - 0.01))
    with pytest.raises(ClipUnplayable):
        decoder.read(1000, FILE.opening + 0.01)
    decoder.close()


@pytest.mark.parametrize("attention", Attention)
def test_signals_are_short_soft_edged_and_below_the_limit(attention):
    samples = signal(attention).astype(int)
    assert length(attention) <= 4.0
    assert longest() <= 4.0
    if len(samples):
        assert np.abs(samples).max() <= LEVEL * 32767
        assert abs(samples[0]) < 200
        assert abs(samples[-1]) < 700
        assert np.abs(np.diff(samples)).max() < 3000, "it clicks"


def test_an_exercise_never_sounds_like_the_real_thing():
    assert len({signal(attention).tobytes() for attention in Attention}) == len(Attention)


def test_an_all_clear_is_one_sinking_tone_that_nobody_takes_for_the_siren_or_a_drill():
    """Rules of sound: attention signals per class and all-clear."""
    heights = {
        attention: [dominant(piece) for piece in np.array_split(signal(attention), 12)] for attention in Attention if attention != "none"
    }
    sinking = heights.pop(Attention.ALL_CLEAR)
    assert all(later < earlier for earlier, later in pairwise(sinking)), sinking
    loud = np.abs(signal(Attention.ALL_CLEAR).astype(int)) > 300
    assert np.diff(np.flatnonzero(loud)).max() < RATE / 50, "it has no pause"
    assert not any(all(later < earlier for earlier, later in pairwise(each)) for each in heights.values())


def dominant(samples):
    """The strongest frequency, Hz."""
    return np.abs(np.fft.rfft(samples)).argmax() * RATE / len(samples)


def tape_of(*stretches, seconds=20):
    samples = np.zeros(seconds * RATE, np.int16)
    for first, last in stretches:
        samples[round(first * RATE) : round(last * RATE)] = 5000
    return Tape(samples, ((100.0, 0), (100.0 + seconds, seconds * RATE)))


@pytest.mark.parametrize(
    ("on", "off", "breach"),
    [
        (3.0, 9.0, None),
        (4.5, 9.0, "lies in no amplifier interval"),
        (3.0, 7.5, "lies in no amplifier interval"),
        (3.0, 10.0, "stayed active"),
        (3.0, None, "stayed active"),
    ],
)
def test_the_checker_of_tapes_finds_each_breach(on, off, breach):
    found = violations(tape_of((5.0, 7.0)), (Interval("horn", 1, on, off),), warm_up=1.0, tail=1.0, hold=1.0)
    assert (len(found) == 0) if breach is None else any(breach in each for each in found)


def test_the_checker_finds_an_amplifier_that_was_on_for_nothing():
    assert "without any sound" in violations(tape_of(), (Interval("horn", 1, 1.0, 2.0),), 1.0, 1.0, 1.0)[0]


def test_switches_are_laid_onto_a_tape_whose_driver_stood_still_for_a_while(tmp_path):
    path = tmp_path / "speaker.raw"
    np.zeros(3 * RATE, np.int16).tofile(path)
    left = {10.0: 0, 10.021: CHUNK, 10.242: 2 * CHUNK, 10.263: 3 * CHUNK}
    marks = [{"mono": mono, "samples": samples} for mono, samples in left.items()]
    torn = '{"mono": 10.5, "samp'
    path.with_name("speaker.raw.clock.jsonl").write_text("\n".join([*map(json.dumps, marks), torn]))
    tape = read_tape(path)

    def switched(active, mono):
        at = Stamp(wall=datetime(2026, 1, 1, tzinfo=UTC), state=ClockState.TRUSTED, boot="b", mono=mono)
        return Switched(n=0, at=at, line="horn", active=active, activation=1, reason="leased")

    first, second = intervals([switched(True, 10.01), switched(False, 10.2), switched(True, 10.25), switched(False, 10.363)], tape)
    assert first.on == pytest.approx(0.01)
    assert first.off == pytest.approx(2 * CHUNK / RATE), "all of the chunk before had left, and nothing of the next one"
    assert second.on == pytest.approx(2 * CHUNK / RATE + 0.008)
    assert second.off == pytest.approx(3 * CHUNK / RATE + 0.1), "beyond the last mark the samples go on"


def test_in_real_time_a_tape_is_silent_where_its_driver_stood_still_and_tears_no_word():
    said = np.concatenate([np.zeros(CHUNK, np.int16), np.full(3 * CHUNK, 1000, np.int16), np.zeros(2 * CHUNK, np.int16)])
    # Each chunk takes a millisecond longer than it sounds, and one of the spoken ones is followed by a fifth of a second of nothing.
    left = [10.0, 10.021, 10.042, 10.263, 10.284, 10.305]
    tape = Tape(said, tuple((moment, number * CHUNK) for number, moment in enumerate(left))).in_real_time()
    ((first, torn), (rest, last)) = tape.loud()
    assert (first, torn) == (pytest.approx(0.021, abs=1e-3), pytest.approx(0.061, abs=1e-3))
    assert (rest, last) == (pytest.approx(0.263, abs=1e-3), pytest.approx(0.283, abs=1e-3))
    assert tape.seconds_at(10.305) == pytest.approx(0.305, abs=1e-3)
    assert np.count_nonzero(tape.samples) == 3 * CHUNK, "not a sample is lost"
