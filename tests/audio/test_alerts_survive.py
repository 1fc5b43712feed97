"""What obplayer keeps only in RAM, and what it takes by its size: here both are asked of the card, and of the signature."""

from datetime import timedelta
from pathlib import Path

import pytest

from bundle.alert import AlertSet
from bundle.asset import blob_path
from bundle.trust import Target
from device.durable import replace
from director.decision import Silence, Speak
from director.moment import Moment
from director.sound import direct_sound
from evidence.records import ClockState, Outcome
from tests.audio.test_alert_lives import Card, Signed
from tests.director import village as v
from tests.simulators.content import clip_of, flood_alert
from tests.simulators.publisher import Publisher

PLACE = (v.COMMUNE, Target.ALERTS)


@pytest.fixture
def unit(tmp_path: Path) -> Signed:
    return Signed(Publisher(tmp_path / "publisher", (v.PROVINCE, v.COMMUNE)), tmp_path / "unit", Card())


def after(unit: Signed, seconds: float, boot: str) -> Moment:
    return Moment(unit.clock.now().wall + timedelta(seconds=seconds), ClockState.TRUSTED, boot, 5.0)


def flood(unit: Signed) -> AlertSet:
    return flood_alert(unit.publisher.now, v.COMMUNE, speech=b"speech")


def decide(unit: Signed) -> Speak | Silence:
    decision = direct_sound(unit.programme(), unit.clock.now(), unit.happened)
    unit.see(decision.unseen)
    return decision.what


def test_obplayer_alert_state_is_on_the_card_and_not_only_in_ram(unit: Signed) -> None:
    """Without link and without the agent's shelf the alert stands after a power cut, and what was said of it is not said again."""
    unit.deliver(PLACE, unit.release(PLACE, flood(unit), unit.publisher.now), fast=True, cut=None)
    first = decide(unit)
    assert isinstance(first, Speak)
    unit.said(first.queue[0], Outcome.STARTED)
    unit.reboot(after(unit, 20, "boot-2"), torn=True)
    again = decide(unit)
    assert isinstance(again, Speak)
    assert (again.queue[0].key, again.queue[0].attempt) == (first.queue[0].key, 2), "the airing that was cut, and it says so"
    unit.said(again.queue[0], Outcome.STARTED)
    unit.said(again.queue[0], Outcome.COMPLETE)
    unit.reboot(after(unit, 20, "boot-3"), torn=True)
    assert isinstance(decide(unit), Silence), "whole once; the next is due ten minutes after the first"
    unit.clock.advance(600)
    second = decide(unit)
    assert isinstance(second, Speak)
    assert second.queue[0].key.endswith("#1")


def test_obplayer_a_cancel_before_its_alert_is_remembered_over_a_reboot(unit: Signed) -> None:
    lu = flood(unit).alerts[0]
    huy = v.cancel("huy", (v.reference("lu-1", lu.sent, lu.sender),), sent=lu.sent + timedelta(minutes=1))
    unit.deliver(PLACE, unit.release(PLACE, AlertSet(format=1, channel=v.COMMUNE, alerts=(huy,)), unit.publisher.now), fast=False, cut=None)
    unit.reboot(after(unit, 20, "boot-2"), torn=False)
    unit.deliver(PLACE, unit.release(PLACE, AlertSet(format=1, channel=v.COMMUNE, alerts=(lu,)), unit.publisher.now), fast=False, cut=None)
    unit.clock.advance(60)
    assert isinstance(decide(unit), Silence)


def test_obplayer_speech_is_not_taken_by_its_size(unit: Signed) -> None:
    clip = clip_of(b"speech")
    path = unit.paths.shelf / blob_path(clip.sha256)
    replace(path, b"S-eech")
    assert unit.shelf.blob(clip) is None, "as many bytes, but not those that were signed"
    replace(path, b"speech")
    assert unit.shelf.blob(clip) == path
