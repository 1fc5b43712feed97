"""A submission is released by two persons or not at all, and nothing leads out of an end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bundle.errors import Refused
from registry.desk.states import OPEN, WORDS, Act, State, after


def walked(acts):
    """Where *acts* lead from a draft, those left out that cannot happen; with what was done."""
    state, done = State.DRAFT, []
    for act in acts:
        try:
            state = after(state, act)
        except Refused:
            continue
        done.append(act)
    return state, done


@given(st.lists(st.sampled_from(Act), max_size=12))
def test_nothing_is_released_without_its_authors_signature_and_an_approval_after_it(acts):
    state, done = walked(acts)
    if state is State.RELEASED:
        assert done[-3:] == [Act.SIGN, Act.APPROVE, Act.LEAVE]


@pytest.mark.parametrize("end", sorted(set(State) - set(OPEN)))
@pytest.mark.parametrize("act", Act)
def test_nothing_leads_out_of_an_end(end, act):
    with pytest.raises(Refused):
        after(end, act)


def test_every_state_has_words_in_both_languages():
    assert set(WORDS) == set(State)
    assert all(vietnamese and english for vietnamese, english in WORDS.values())
