"""The bench of queued items counts the samples between them as they are."""

import numpy as np
import pytest

from bench.queue import ITEMS, gaps


@pytest.mark.parametrize("between", [0, 1, 480])
def test_a_gap_is_counted_in_samples(between: int) -> None:
    silence = np.zeros(between, np.int16)
    tape = np.concatenate([np.zeros(5000, np.int16), *(part for item in ITEMS for part in (item // 2, silence)), np.zeros(5000, np.int16)])
    assert gaps(tape) == [between] * (len(ITEMS) - 1)


def test_a_cut_end_shows_as_too_little() -> None:
    tape = np.concatenate([np.zeros(5000, np.int16), ITEMS[0], ITEMS[1][:-100], ITEMS[2], ITEMS[3], np.zeros(5000, np.int16)])
    assert gaps(tape)[1] != 0
