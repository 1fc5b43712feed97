"""A night storm: 40 updates in six hours. At every minute the board shows the newest, and the voice wakes people only for worse."""

from collections import Counter
from datetime import timedelta

import pytest

from director.decision import AlertPage
from director.screen import direct_screen
from tests.director import village as v
from tests.director.test_life import Voice

FIRST = v.at("21:00")
EVERY = timedelta(minutes=9)
WORSE, WOKEN, LOWER = 20, 30, 35
"""The update that is worse than all before, the one that is flagged to wake people, and the one from which it is less."""


def level(number):
    return 3 if number < WORSE else 4 if number < LOWER else 2


def messages():
    """Each replaces the one before, and names only that."""
    made = [v.alert("bao-0", FIRST, level=3, count=1)]
    for number in range(1, 41):
        before = v.reference(f"bao-{number - 1}", made[-1].sent)
        sent = FIRST + number * EVERY
        made.append(v.update(f"bao-{number}", [before], sent=sent, level=level(number), count=1, wake=number == WOKEN))
    return made


STORM = messages()


def said_by(voice, wall):
    """What the voice begins at *wall* it says to its end, second by second."""
    voice.step(wall)
    for second in range(1, 59):
        if voice.on is None:
            return
        voice.step(wall + timedelta(seconds=second))


@pytest.mark.parametrize("road", ["two persons", "the feed"])
def test_forty_updates_in_a_night_keep_board_and_voice_agreed_at_every_minute(road):
    def programme_at(wall):
        sent = [each for each in STORM if each.sent <= wall]
        if road == "the feed":
            return v.programme(v.cell(feed=sent, policy=v.feed_rules()))
        return v.programme(v.cell(alerts=sent))

    voice = Voice(programme_at, FIRST)
    for minute in range(7 * 60):
        wall = FIRST + timedelta(minutes=minute)
        newest = [each for each in STORM if each.sent <= wall][-1]
        said_by(voice, wall)
        main = direct_screen(programme_at(wall), voice.moment(wall), voice.happened).main
        assert isinstance(main, AlertPage)
        assert main.alert == newest, f"the board at minute {minute}"
        assert {item for item, at in voice.log if at >= wall} <= {str(newest.identity())}, f"the voice at minute {minute}"
    heard = Counter({name.split(",")[1]: times for name, times in voice.heard.items()})
    by_day = {f"bao-{number}" for number in range(4)}
    assert heard == Counter(by_day | {f"bao-{WORSE}", f"bao-{WOKEN}"}), "once each, and at night only the worse and the flagged"


def test_what_was_kept_silent_at_night_is_said_in_the_morning_once():
    voice = Voice(lambda wall: v.programme(v.cell(alerts=[each for each in STORM if each.sent <= wall])), FIRST)
    for minute in range(60):
        said_by(voice, FIRST + timedelta(minutes=minute))
    morning = v.at("04:59:00", 1)
    for minute in range(5):
        said_by(voice, morning + timedelta(minutes=minute))
    said = [item.split(",")[1] for item, wall in voice.log if wall >= morning]
    assert said == ["bao-40"]
    assert isinstance(direct_screen(voice.programme_at(morning), voice.moment(morning), voice.happened).main, AlertPage)
