"""A source's words are read aloud while they wait; an alert never waits for its voice, and nothing that is signed changes."""

from datetime import timedelta

import pytest

from bundle.trust import Target
from registry.alerts.pending.gate_keeper import Arrived
from registry.alerts.pending.speaking import VOICED, Speaking
from registry.alerts.pending.states import Origin
from registry.making.blobs import Blobs
from registry.making.spoken import Speaker
from registry.making.voice import EspeakVoice
from registry.trust.keys import KeyName
from tests.registry.alerts.conftest import COMMUNE, MORNING, OFFICER, PROVINCE, alert, listed

ARRIVED = Arrived(Origin.SOURCE, "khi-tuong", timedelta(seconds=60), {})


@pytest.fixture
def voiced(office):
    """The gate with the real voice, whose clips lie where the gate takes blobs from."""
    folder = office.publisher.draft
    return lambda gate: Speaking(gate, lambda: Speaker(folder, EspeakVoice(), Blobs(folder)), 1.0)


async def test_what_waits_is_read_aloud_and_leaves_with_its_clip(office, voiced):
    office.allow_feed()
    door = office.door()
    (pending,) = await door.take(listed(), alert())
    await voiced(door.keeper).tick()
    office.clock.turn(seconds=60)
    await door.keeper.tick()
    (text,) = office.released(Target.FEED)[0].versions
    assert text.clip is not None
    assert text.issued is not None
    assert (office.tree.blob(text.clip.sha256)).stat().st_size == text.clip.size
    assert (await office.row(pending.id)).extra[VOICED] == []


async def test_what_two_persons_are_to_sign_is_proposed_with_its_clip_unless_one_has_signed(office, voiced):
    door = office.door()
    (first,) = await door.take(listed(), alert())
    await voiced(door.keeper).tick()
    assert '"clip"' in (await office.row(first.id)).proposal.content
    (second,) = await door.take(listed(), alert("bao-01", event="Bão"))
    row = await office.row(second.id)
    signed = await door.keeper.add_signature(row.id, *office.signature(row, KeyName.ALERTS_AUTHOR))
    await voiced(door.keeper).tick()
    assert (await office.row(second.id)).proposal == signed.proposal


async def test_an_officers_own_alert_is_left_as_it_was_raised(office, voiced):
    gate = office.gate()
    pending = await gate.raise_by_form(COMMUNE, alert(), OFFICER)
    await voiced(gate).tick()
    assert (await office.row(pending.id)).alert == pending.alert


async def test_words_that_the_voice_dies_of_are_not_tried_again(office, monkeypatch):
    office.allow_feed()
    door = office.door()
    (pending,) = await door.take(listed(), alert())

    tried = []

    class Deadly:
        def name(self, language):
            tried.append(language)
            raise ZeroDivisionError

    folder = office.publisher.draft
    speaking = Speaking(door.keeper, lambda: Speaker(folder, Deadly(), Blobs(folder)), 1.0)
    await speaking.tick()
    await speaking.tick()
    assert tried == ["vi"]
    office.clock.turn(seconds=60)
    await door.keeper.tick()
    assert (await office.row(pending.id)).is_out


async def test_a_damaged_channel_silences_no_other_and_does_not_end_the_voice(office, voiced):
    office.allow_feed(PROVINCE)
    door = office.door()
    (here,) = await door.take(listed(), alert(areas=(PROVINCE,), sent=MORNING))
    gate = office.gate()
    broken = await office.door(feed={}).keeper.take(COMMUNE, alert("lu-02"), ARRIVED, "hai người ký")
    path = office.tree.metadata(COMMUNE, "timestamp")
    path.write_bytes(path.read_bytes()[:50])
    await voiced(gate).tick()
    assert VOICED not in (await office.row(broken.id)).extra
    assert (await office.row(here.id)).alert.versions[0].clip is not None
