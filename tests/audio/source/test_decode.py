"""The decoder: what is resumed goes on at its very sample, and quickly however far into the file that is."""

from fractions import Fraction

import numpy as np
import pytest

from audio.source.decode import LEAD, RATE, pcm
from registry.making.waves import encode_opus

LENGTH = 90
PAGE = 1.0
"""Seconds of sound in one Ogg page, at most."""


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    """Noise, of which no stretch is like another."""
    path = tmp_path_factory.mktemp("clips") / "dai.ogg"
    noise = np.random.default_rng(4).normal(0, 0.1, LENGTH * RATE)
    path.write_bytes(encode_opus(noise.astype(np.float32)))
    return str(path)


@pytest.fixture(scope="module")
def whole(clip):
    return np.concatenate(list(pcm(clip, 0.0)))


@pytest.mark.parametrize("offset", [0.0, 0.02, LEAD, 0.7501, 41.3333, LENGTH - 0.25])
def test_what_is_resumed_goes_on_at_its_very_sample(clip, whole, offset):
    rest = np.concatenate(list(pcm(clip, offset)))
    expected = whole[round(Fraction(offset) * RATE) :]
    assert len(rest) == len(expected)
    # A decoder that began a little earlier has settled to within the last bits.
    settled = expected[:RATE].astype(float), rest[:RATE].astype(float)
    assert np.abs(settled[0] - settled[1]).max() <= 64


def test_what_lies_before_is_not_decoded_in_vain(clip):
    vain = 0
    for piece in pcm(clip, LENGTH - 10.0):
        if len(piece):
            break
        vain += 1
    assert vain * 0.02 <= LEAD + PAGE + 0.1


def test_beyond_the_end_there_is_nothing(clip):
    assert sum(map(len, pcm(clip, LENGTH + 30.0))) == 0
