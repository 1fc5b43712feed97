"""Why something did not sound is told in words: Vietnamese first, then English, and never as a word of the code."""

import pytest

from audio import ledger
from audio.playing import endings, events

REASONS = [said for module in (endings, events, ledger) for said in vars(module).values() if isinstance(said, str) and " / " in said]


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_of_the_voice_is_vietnamese_first(reason):
    vietnamese, english = reason.split(" / ")
    assert not vietnamese.partition(":")[0].isascii()
    assert english.isascii()


def test_all_of_them_are_looked_at():
    assert {endings.STOPPED, endings.CUT, events.NO_AMPLIFIER, events.NO_SPEAKER, ledger.CRASHED, ledger.UNHEARD} <= set(REASONS)
