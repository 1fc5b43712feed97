"""The playback table keeps its own rules, and its printed picture is current."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.playing.playback import ACTIVE, LOSSES, OVER_MUSIC, TABLE, TALKING, Effect, Event, Impossible, State, page, step

REPOSITORY = Path(__file__).parents[3]


def histories():
    """Each number picks one of the events that the table allows in the state that was reached."""
    return st.lists(st.integers(0, 100), max_size=80)


def walk(choices):
    """Every (before, event, after, effects) on the way from silence."""
    state = State.SILENT
    for choice in choices:
        losses = [] if state is State.FAULT else list(LOSSES)
        events = [*TABLE[state], *losses]
        # Losses are rare, or nothing else would ever be reached.
        event = events[choice % len(events)] if choice > 90 else list(TABLE[state])[choice % len(TABLE[state])]
        after, effects = step(state, event)
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
            assert (before, after) in (
                (State.SIGNALLING, State.SPEAKING),
                (State.SIGNALLING_OVER, State.SPEAKING_OVER),
            )


ENDS = {Effect.COMPLETE, Effect.INTERRUPT, Effect.STOP, Effect.FAIL, Effect.ABANDON}
ENDS_OF_MUSIC = {Effect.COMPLETE_MUSIC, Effect.INTERRUPT_MUSIC, Effect.STOP_MUSIC, Effect.FAIL_MUSIC, Effect.ABANDON}


@given(histories())
def test_everything_that_began_is_ended_by_exactly_one_record_and_at_most_music_is_below_one_voice(events):
    spoken, below = 0, 0
    for before, event, after, effects in walk(events):
        if Effect.SPEAK in effects:
            assert spoken == 0, "one voice at a time"
            spoken = 1
        if Effect.LOWER in effects:
            assert (spoken, below) == (1, 0)
            spoken, below = 0, 1
        if spoken and event is not Event.FOLLOWED:
            spoken -= len(ENDS.intersection(effects))
        below -= len(ENDS_OF_MUSIC.intersection(effects)) if below else 0
        if Effect.LIFT in effects:
            assert (spoken, below) == (0, 1)
            spoken, below = 1, 0
        assert (spoken, below) == (after in TALKING, after in OVER_MUSIC), (before, event)


@given(histories())
def test_an_emergency_never_ducks_it_fades_everything_and_waits_until_all_zones_are_warm(events):
    for before, event, after, effects in walk(events):
        if event is Event.PREEMPTED:
            assert after is State.WARMING
            assert Effect.ACTIVATE in effects
            assert (Effect.FADE in effects) == (before in TALKING | OVER_MUSIC | {State.SIGNALLING})


@given(histories())
def test_other_zones_are_taken_only_before_warming(events):
    for before, event, after, effects in walk(events):
        if Effect.ACTIVATE in effects:
            assert after is State.WARMING
        if event is Event.MOVED:
            assert before is State.HOLDING, "the tail belongs to the horns that spoke"


@pytest.mark.parametrize("state", [state for state in State if state is not State.FAULT])
@pytest.mark.parametrize("loss", LOSSES)
def test_a_loss_leads_to_fault_from_everywhere(state, loss):
    assert step(state, loss)[0] is State.FAULT


def test_every_state_can_be_reached_and_left():
    reached = {after for rows in TABLE.values() for after, _ in rows.values()} | {State.FAULT}
    assert reached == set(State)
    assert all(TABLE[state] for state in State)


def test_amplipi_683_nothing_that_was_stopped_starts_by_itself():
    """Only what the queue wants anew leads from rest to sound: no row remembers what sounded before."""
    for state in (State.SILENT, State.TAILING, State.HOLDING, State.COOLING):
        for event, (after, effects) in TABLE[state].items():
            if event not in (Event.WANTED, Event.MOVED, Event.PREEMPTED):
                assert after not in TALKING | OVER_MUSIC | {State.SIGNALLING, State.WARMING}
                assert not {Effect.SIGNAL, Effect.SPEAK, Effect.ACTIVATE}.intersection(effects)


def test_a_lost_clip_gets_no_hold():
    for state in (State.WARMING, State.SIGNALLING, State.SPEAKING):
        after, effects = step(state, Event.CLIP_LOST)
        assert after is State.COOLING
        assert Effect.DROP in effects


def test_an_impossible_event_is_our_mistake():
    with pytest.raises(Impossible):
        step(State.SILENT, Event.ENDED)


def test_lines_are_dropped_before_a_slow_card_is_asked_to_remember_why():
    rows = [row for rows in (*TABLE.values(), LOSSES) for row in rows.values() if Effect.DROP in row[1]]
    assert rows
    assert all(effects[0] is Effect.DROP for _, effects in rows)
