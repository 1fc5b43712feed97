"""What a browser records is heard as well: a live WebM stream, joined at its beginning or in its middle."""

import io

import numpy as np
import pytest

from audio.driver.ring import RATE
from audio.live.stream import pcm, sniffed
from registry.live.kinds import framer_for
from tests.simulators.speech import spoken


@pytest.mark.parametrize("start", [0.0, 0.5])
def test_a_browsers_stream_is_decoded_from_wherever_it_is_joined(start: float) -> None:
    frames = framer_for("audio/webm").feed(spoken("audio/webm", 3.0))
    first = next(n for n in range(int(start * len(frames)), len(frames)) if frames[n].first)
    data = frames[first].opening + b"".join(frame.data for frame in frames[first:])
    assert sniffed(data) == "matroska"
    samples = np.concatenate(list(pcm(io.BytesIO(data), "matroska")))
    assert len(samples) / RATE == pytest.approx(3.0 * (1 - start), abs=0.4)
