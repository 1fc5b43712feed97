"""What a live voice passes: speech goes through, wind and hum do not, and nothing is louder than the ceiling."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.on_site.capture import LOOK_EVERY, Captured, Opening
from audio.on_site.live_voice import BLOCK, RATE, LiveVoice


def passed(samples, gain=0.0, limit=-6.0):
    """*samples* through the whole way, block by block."""
    voice = LiveVoice(gain, limit)
    blocks = samples[: len(samples) // BLOCK * BLOCK].reshape(-1, BLOCK)
    return np.concatenate([voice.pass_on(block) for block in blocks]).astype(float)


def sine(hertz, level, seconds=1.0):
    at = np.arange(round(seconds * RATE)) / RATE
    return (np.sin(2 * np.pi * hertz * at) * level * 32767).astype(np.int16)


def loudness(samples):
    """RMS against full scale in dB, of the second half: by then filter and gain have settled."""
    half = samples[len(samples) // 2 :]
    return 20 * np.log10(max(1e-9, float(np.sqrt(np.mean(half**2))) / 32768))


@pytest.mark.parametrize("hertz", [400, 1000, 3000, 8000])
def test_a_voice_below_the_ceiling_goes_through_as_it_is(hertz):
    assert loudness(passed(sine(hertz, 0.2))) == pytest.approx(loudness(sine(hertz, 0.2).astype(float)), abs=0.2)


@pytest.mark.parametrize(("hertz", "less"), [(50, 40), (100, 30)])
def test_hum_and_handling_noise_do_not(hertz, less):
    assert loudness(passed(sine(hertz, 0.2))) < loudness(sine(hertz, 0.2).astype(float)) - less


@given(st.integers(0, 2**32 - 1), st.floats(0, 40), st.floats(-30, -1), st.sampled_from(["noise", "clicks", "square"]))
def test_nothing_is_ever_louder_than_the_ceiling(seed, gain, limit, kind):
    chance = np.random.default_rng(seed)
    match kind:
        case "noise":
            samples = chance.integers(-32768, 32767, 10 * BLOCK)
        case "clicks":
            samples = chance.choice([0, 0, 0, 0, 32767, -32768], 10 * BLOCK)
        case _:
            samples = np.repeat(chance.choice([32767, -32768], 20), BLOCK // 2)
    out = passed(samples.astype(np.int16), gain, limit)
    assert np.abs(out).max() <= 32768 * 10 ** (limit / 20) + 1


def test_after_a_shout_the_voice_is_heard_again_within_half_a_second():
    out = passed(np.concatenate([sine(1000, 0.9, 0.5), sine(1000, 0.1, 1.0)]), 0.0, -20.0)
    assert loudness(out[-RATE // 2 :]) == pytest.approx(loudness(sine(1000, 0.1).astype(float)), abs=0.5)


def opening(folder, **said):
    path = folder / "override.json"
    path.write_text(json.dumps({"n": 3, "at": {"boot": "b", "mono": 100.0}, "closed": None, **said}))
    return Opening(path, "override:b:3:microphone", 60.0)


def test_the_capture_ends_by_itself_at_its_maximum_whatever_the_voice_does(tmp_path):
    mine = opening(tmp_path)
    assert not mine.over(101.0)
    assert not mine.over(159.9)
    assert mine.over(160.0 + LOOK_EVERY)


@pytest.mark.parametrize(
    "said",
    [{"closed": {"mono": 110.0}}, {"n": 4}, {"at": {"boot": "c", "mono": 100.0}}, {"at": {"boot": "b", "mono": 111.5}}, {"at": None}],
)
def test_a_capture_whose_opening_is_closed_another_ones_or_in_the_future_is_over(tmp_path, said):
    assert opening(tmp_path, **said).over(111.0)


def test_a_capture_whose_opening_is_gone_or_torn_is_over(tmp_path):
    mine = opening(tmp_path)
    assert not mine.over(101.0)
    (tmp_path / "override.json").write_text('{"n": 3, "at"')
    assert mine.over(102.0)
    (tmp_path / "override.json").unlink()
    assert mine.over(103.0)


def test_what_nobody_takes_is_let_go_of_oldest_first():
    captured = Captured()
    for number in range(1000):
        captured(None, memoryview(bytes([number % 256])))
    assert list(captured.blocks)[-1] == bytes([999 % 256])
    assert len(captured.blocks) < 20
