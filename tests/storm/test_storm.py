"""A night of storm replayed, forty messages in six hours: board, light and sound agree with each other and with the rules."""

import tempfile
from contextlib import closing
from pathlib import Path

import pytest

from bundle.alert import RiskLevel
from tests.storm.night import Night
from tests.storm.story import MINUTE, Story
from tests.storm.unit import Unit

pytestmark = pytest.mark.storm

NIGHT = Path(__file__).with_name("night.toml")


@pytest.fixture(scope="module")
def story():
    return Story(NIGHT)


@pytest.fixture(scope="module")
def seen(story):
    # In RAM: this is about what is seen and heard, and thousands of lines are waited for on a disk.
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder, closing(Unit(Path(folder), story)) as unit:
        return Night(unit, story).replay()


def test_it_is_a_night_of_forty_messages(story):
    assert len(story.sent) >= 40
    assert len(story.minutes()) == 6 * 60


def test_the_board_shows_what_the_rules_say_at_every_minute(story, seen):
    wrong = [
        f"{minute:%H:%M} {seen.board[minute]} instead of {' or '.join(sorted(names))}"
        for minute, names in story.board.items()
        if seen.board[minute] not in names
    ]
    assert wrong == []


def test_the_board_has_the_colour_of_the_level_of_what_it_shows(story, seen):
    levels = {each.alert.identifier: each.alert.level for each in story.sent if each.alert}
    wrong = [
        f"{minute:%H:%M} {name}: {seen.level[minute]}" for minute, name in seen.board.items() if seen.level[minute] != levels.get(name)
    ]
    assert wrong == []
    assert {level for level in seen.level.values() if level} == {RiskLevel(n) for n in (2, 3, 4, 5)}


def test_every_airing_is_heard_in_its_minute_and_nothing_else_is(story, seen):
    assert {minute: frozenset(names) for minute, names in seen.heard.items()} == story.heard


def test_the_light_is_lit_in_the_minutes_in_which_something_is_heard_and_dark_in_all_others(seen):
    assert {minute for minute, lit in seen.lit.items() if lit} | {cut for cut in seen.heard if seen.board[cut] == "-"} == set(seen.heard)


def test_board_and_light_agree_with_the_sound_at_every_moment_of_it(seen):
    assert seen.wrong == []


def test_what_is_heard_is_on_the_board_or_ends_what_was(story, seen):
    ends = {each.alert.identifier for each in story.sent if each.alert and each.alert.message_type == "Cancel"}
    for minute, names in seen.heard.items():
        assert set(names) <= story.board[minute] | ends or story.board[minute] == {"-"}, minute


def test_only_the_airing_that_the_power_cut_interrupted_says_when_its_alert_was_sent(story, seen):
    assert seen.with_hour == [(story.on, "sat-2")]


def test_what_is_in_force_together_takes_turns_on_the_board_within_every_minute(story, seen):
    missed = {minute: names - seen.turns[minute] for minute, names in story.board.items() if names != {"-"}}
    assert {f"{minute:%H:%M}": names for minute, names in missed.items() if names} == {}


def test_nothing_else_is_on_the_board_but_what_was_there_before_and_the_words_of_an_all_clear(story, seen):
    for minute, names in story.board.items():
        before = story.board.get(minute - MINUTE, names)
        assert seen.turns[minute] <= names | before | {"CaptionPage"} or "-" in names, minute
