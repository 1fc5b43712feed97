"""The bench of a loaded session counts every stretch of silence that nobody meant, and nothing else."""

import numpy as np
import pytest

from bench.loaded import HOLE, holes
from bench.playing import speechlike


@pytest.mark.parametrize("lost", [(), (HOLE,), (960, HOLE + 1), (48_000,)])
def test_each_hole_is_counted_with_its_length(lost: tuple[int, ...]) -> None:
    noise = (speechlike(10.0) * 32767).astype(np.int16)
    for number, length in enumerate(lost):
        noise[100_000 * (number + 1) :][:length] = 0
    assert holes(noise) == list(lost)


def test_silence_at_the_edges_counts_too() -> None:
    assert holes(np.array([0] * 50 + [7] + [0] * (HOLE - 1) + [7] + [0] * 90, np.int16)) == [50, 90]
