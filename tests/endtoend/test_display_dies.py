"""Kill the board while the loudspeaker speaks: not a sample is missing."""

import numpy as np
import pytest

from audio.driver.ring import RATE
from audio.driver.tape import LOUD, read_tape
from evidence.records import Outcome
from tests.audio.conftest import until
from tests.audio.village import tone

pytestmark = pytest.mark.endtoend


def test_the_board_is_killed_while_audio_speaks_and_speech_goes_on_without_a_gap(village):
    village.plan_session([tone(4.0, hertz=440.0), tone(4.0, hertz=660.0)], after=6.0)
    display = village.bench.start("display.main")
    village.start()
    until(village.sounding, "sound")
    display.kill()
    assert display.wait(5) < 0
    for item in ("bai-1", "bai-2"):
        assert village.outcome(item, Outcome.COMPLETE).samples == 4 * RATE
    village.bench.switched_to(False)
    tape = read_tape(village.bench.tape)
    loud = np.flatnonzero(np.abs(tape.samples.astype(np.int32)) > LOUD)
    speech = loud[loud > loud[-1] - 8 * RATE]
    # A tone crosses zero for a few samples only; a gap would be longer than any of those crossings. A callback that came late
    # is not asked for: the disk driver's pace is this machine's, and what the voice fed too late would stand here as silence.
    assert speech[-1] - speech[0] > 8 * RATE - 20
    assert np.max(np.diff(speech)) < 20
