"""The playback table keeps its own rules, and its printed picture is current."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.playback import ACTIVE, LOSSES, TABLE, Effect, Event, Impossible, State, page, step

REPOSITORY = Path(__file__).parents[2]


def histories():
    return st.lists(st.sampled_from(Event), max_size=60)


def walk(events):
    """Every (before, event, after, effects) that the table allows, from silence."""
    state = State.SILENT
    for event in events:
        try:
            after, effects = step(state, event)
        except Impossible:
            continue
        yield state, event, after, effects
        state = after


def test_the_printed_diagram_is_current():
    assert (REPOSITORY / "docs" / "playback.md").read_text(encoding="utf-8") == page()


@given(histories())
def test_the_lines_are_active_exactly_between_activate_and_release(events):
    active = False
    for _, _, after, effects in walk(events):
        for effect in effects:
            if effect is Effect.ACTIVATE:
                active = True
            if effect in (Effect.RELEASE, Effect.DROP):
                active = False
            if effect in (Effect.SIGNAL, Effect.SPEAK):
                assert active, "sound into an inactive amplifier"
        active = active and after is not State.FAULT
        assert active == (after in ACTIVE)


@given(histories())
def test_obplayer_36_the_first_words_are_never_cut_speech_comes_only_after_warm(events):
    warm = False
    for before, event, after, effects in walk(events):
        warm = (warm or event is Event.WARM) and after in ACTIVE and after is not State.WARMING
        if Effect.SPEAK in effects or Effect.SIGNAL in effects:
            assert warm, (before, event)


@given(histories())
def test_speech_always_follows_its_signal(events):
    for before, _, after, effects in walk(events):
        if Effect.SPEAK in effects:
            assert (before, after) == (State.SIGNALLING, State.SPEAKING)


@given(histories())
def test_every_speech_is_ended_by_exactly_one_record_before_another_begins(events):
    speaking = False
    ends = {Effect.COMPLETE, Effect.INTERRUPT, Effect.STOP, Effect.FAIL, Effect.ABANDON}
    for before, event, _, effects in walk(events):
        if before is State.SPEAKING:
            assert len(ends.intersection(effects)) == 1
            speaking = event is Event.FOLLOWED
        if Effect.SPEAK in effects:
            assert not speaking
            speaking = True


@pytest.mark.parametrize("state", [state for state in State if state is not State.FAULT])
@pytest.mark.parametrize("loss", LOSSES)
def test_a_loss_leads_to_fault_from_everywhere(state, loss):
    assert step(state, loss)[0] is State.FAULT


def test_every_state_can_be_reached_and_left():
    reached = {after for rows in TABLE.values() for after, _ in rows.values()} | {State.FAULT}
    assert reached == set(State)
    assert all(TABLE[state] for state in State)


def test_a_lost_clip_gets_no_hold():
    for state in (State.WARMING, State.SIGNALLING, State.SPEAKING):
        after, effects = step(state, Event.CLIP_LOST)
        assert after is State.COOLING
        assert Effect.DROP in effects


def test_an_impossible_event_is_our_mistake():
    with pytest.raises(Impossible):
        step(State.SILENT, Event.ENDED)
