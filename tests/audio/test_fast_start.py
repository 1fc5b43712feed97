"""From the pack in the fast folder to the amplifier, on a card that takes its time: no wait for it lies on that way."""

import pytest

from audio.driver.tape import read_tape
from bench.slow_sync import SlowCard
from bundle.trust import Target
from device.boottime import boottime
from device.status import read_status
from evidence.records import Outcome
from tests.audio.conftest import until
from tests.audio.village import Village, tone, wav
from tests.simulators.content import CHANNEL, flood_alert

SLOW = 60.0
"""Milliseconds that each wait for the card lasts longer."""
AT_ONCE = 0.3


@pytest.fixture
def village(bench, tmp_path_factory):
    return Village(bench, tmp_path_factory.mktemp("publisher"))


@pytest.fixture
def card(bench, tmp_path_factory):
    made = SlowCard(tmp_path_factory.mktemp("card"), SLOW, ram_too=True)
    bench.environment = made.environment({})
    return made


def test_the_amplifier_is_commanded_before_the_card_is_waited_for_and_nothing_sounds_before_it_has_the_alert(village, bench, card):
    bench.start_amplifier()
    voice = village.start_voice()
    until(lambda: (status := read_status(village.paths, "audio")) and status.ready, "a voice that is ready")
    speech = wav(tone(1.0))
    village.blob(speech)
    alerts = flood_alert(village.now(), speech=speech)
    village.publisher.release_alerts(CHANNEL, alerts, at=village.now())
    put = boottime()
    village.put(Target.ALERTS, fast=True)
    on = bench.switched_to(True).at.mono
    village.outcome("alert:", Outcome.COMPLETE)
    tape = read_tape(bench.tape)
    waits = [sync for sync in card.syncs() if sync.pid == voice.pid and put <= sync.at and "/dev/shm/" not in sync.path]
    assert [sync for sync in waits if sync.at < on] == [], "what the voice waited for before the amplifier was on"
    assert on - put < AT_ONCE

    first_sample = next(first for first, _ in tape.loud() if first > tape.seconds_at(put))
    written = [sync.path for sync in waits if tape.seconds_at(sync.at + SLOW / 1000) < first_sample]
    assert any(path.endswith(".seg") for path in written), "first sight"
    assert any(path.endswith("alerts.json.pack") for path in written), "the alert itself"
    assert any(path.endswith("marks/audio.json") for path in written), "and that nothing older may come"
