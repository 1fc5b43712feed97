"""The officer's end of a live voice, where the registry is not what it should be."""

import pytest

from bundle.errors import Refused
from registry.live import speaking
from registry.live.speaking import speak
from tests.simulators.wire import Wire


async def test_a_registry_that_takes_the_connection_and_says_nothing_is_given_up_with_a_sentence(monkeypatch):
    monkeypatch.setattr(speaking, "KNOWN_WITHIN", 0.5)
    silent = Wire()
    with pytest.raises(Refused, match="no answer"):
        await speak(f"{silent.base}/live/x", "secret", iter(()), 1.0)
    assert silent.asked == ["/live/x"]
    silent.close()
