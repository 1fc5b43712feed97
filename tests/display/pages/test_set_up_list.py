"""What a set-up page says in words: how to get to the confirmation, before the unit's own page is open and while it is."""

from device.first_boot import Step
from display.pages import set_up_words as words
from display.pages.set_up_list import sentences
from tests.display.gallery.set_up import ACCESS, told


def test_whoever_stands_before_the_open_page_is_told_to_enter_it_and_not_to_open_it():
    closed, opened = (set(sentences(told(Step.CONFIRM, access=access))) for access in (None, ACCESS))
    assert set(words.TO_OPEN) <= closed
    assert set(words.TO_ENTER) <= opened
    assert not set(words.TO_OPEN) & opened


def test_no_other_step_speaks_of_confirming():
    for step in set(Step) - {Step.CONFIRM}:
        assert not {*words.TO_OPEN, *words.TO_ENTER} & set(sentences(told(step)))
